import type { Sql, TransactionSql } from "postgres";
import { expect } from "vitest";
import { undone } from "./act-as.ts";

/** A database and a model of it, side by side. */
export interface Life<Command> {
  /** Does a command on both sides; answers what came of it. */
  do(command: Command): Promise<string>;
  /** Both sides say the same, and nothing is wrong. */
  compare(): Promise<void>;
}

/** How often which command came to what, to see that the lives are worth living. */
export class Outcomes {
  readonly #counts = new Map<string, number>();

  /** One life, in a transaction that is undone. */
  async live<Command extends { readonly does: string }>(
    sql: Sql,
    commands: readonly Command[],
    begin: (sql: TransactionSql) => Promise<Life<Command>> | Life<Command>,
  ): Promise<void> {
    await undone(sql, async (transaction) => {
      const life = await begin(transaction);
      for (const command of commands) {
        const outcome = `${command.does}: ${await life.do(command)}`;
        this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
        await life.compare();
      }
    });
  }

  /** Every one of these was met. Prints all of them in a long run (NEXUS_MODEL_RUNS). */
  expectAll(wanted: readonly string[]): void {
    expect([...this.#counts.keys()]).toEqual(expect.arrayContaining([...wanted]));
    if (process.env["NEXUS_MODEL_RUNS"] === undefined) return;
    const commands = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    process.stdout.write(`${commands} commands ${JSON.stringify(Object.fromEntries([...this.#counts].toSorted()))}\n`);
  }
}

/** Rows are named by a number, taken modulo how many there are. */
export function pick<T>(list: readonly T[], which = 0): T | undefined {
  return list.length === 0 ? undefined : list[which % list.length];
}
