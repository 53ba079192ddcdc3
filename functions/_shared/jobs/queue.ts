import type { JobWithMetadata, QueueOptions } from "pg-boss";
import type { Sql } from "postgres";
import type { z } from "zod";
import type { FileStore } from "../files.ts";
import type { Mailer } from "../mail/mailer.ts";

/** What a handler works with. Runs alike in the Node worker, in Deno and in tests. */
export interface JobContext {
  /** Connection of the owner of the schema; RLS does not apply. */
  readonly sql: Sql;
  readonly mailer: Mailer;
  readonly files: FileStore;
  /** Address of the front end, for links in mails; without a slash at its end. */
  readonly siteUrl: string;
}

/** One queue: its payload, its rules and what is done for a job. */
export interface Queue<Payload = unknown> {
  /** Domain and verb, such as `rental.expire_hold`; SQL enqueues by this name. */
  readonly name: string;
  /** Ids only: the handler reads the rows anew, for much may have changed since the job was made. */
  readonly payload: z.ZodType<Payload>;
  readonly retryLimit: number;
  /** Seconds before the first repetition; it doubles each time, with jitter. */
  readonly retryDelaySeconds: number;
  readonly retryDelayMaxSeconds: number;
  /** Longest run of one attempt. After that the worker is taken for dead and the job is given out again. */
  readonly expireInSeconds: number;
  /** How long a due job may wait when nothing wakes the worker, such as one with a later start. */
  readonly pollingSeconds: number;
  /** Five-field cron expression in UTC, for a queue that fills itself; its payload is empty. */
  readonly cron?: string;
  /** Jobs of this queue that one worker process runs at a time. */
  readonly concurrency: number;
  /** Does the work. Has to be idempotent on a business key: after a crash it runs again. */
  run(payload: Payload, context: JobContext, job: JobWithMetadata<unknown>): Promise<void>;
}

/** Checks a queue where it is written and forgets the type of its payload, so that queues fit into one list. */
export function defineQueue<Payload>(queue: Queue<Payload>): Queue {
  return {
    ...queue,
    run: (payload, context, job) => queue.run(queue.payload.parse(payload), context, job),
  };
}

/** The queue that takes what a queue could not do after all its attempts. */
export function deadLetterName(queue: Queue): string {
  return `${queue.name}.dead`;
}

/** The queue's rules as pg-boss names them. */
export function pgBossOptions(queue: Queue): QueueOptions & { deadLetter: string; notify: boolean } {
  return {
    retryLimit: queue.retryLimit,
    retryDelay: queue.retryDelaySeconds,
    retryBackoff: true,
    retryDelayMax: queue.retryDelayMaxSeconds,
    expireInSeconds: queue.expireInSeconds,
    deadLetter: deadLetterName(queue),
    notify: true,
  };
}
