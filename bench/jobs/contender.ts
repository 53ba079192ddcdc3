import type { TransactionSql } from "postgres";

/** Called for every job, with the number that it was sent with. */
export type OnJob = (id: number) => void;

/** A queue that is measured. All of them do the same: take a job that has a number, and tell that it was done. */
export interface Contender {
  readonly name: string;
  /** How many jobs it takes at a time and the like, for the table. */
  readonly settings: string;
  /** Adds one job in the transaction of a business row; undefined where the queue is in another system. */
  readonly enqueueIn?: (tx: TransactionSql, id: number) => Promise<unknown>;
  /** Sends one job; resolves when it is in the queue. */
  send(id: number): Promise<unknown>;
  /** Puts jobs numbered from 0 into the queue, as fast as it can. */
  fill(count: number): Promise<void>;
  /** Begins to work on the jobs; resolves with how to stop. */
  work(onJob: OnJob): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
