import type { JobWithMetadata, PgBoss } from "pg-boss";
import type { Sql } from "postgres";
import { z } from "zod";
import { StackError } from "../../stack/errors.ts";

/** What a command works with. */
export interface Operator {
  /** Started, without maintenance and clock. */
  readonly boss: PgBoss;
  readonly sql: Sql;
}

/** A job by its id, in whatever queue it is. */
export async function findJob({ boss, sql }: Operator, id: string): Promise<JobWithMetadata> {
  if (!z.uuid().safeParse(id).success) {
    throw new StackError(
      `'${id}' is no id of a job.`,
      "Take it from the log of the worker, or from npm run jobs -- list.",
    );
  }
  const [row] = await sql<{ name: string }[]>`select name from pgboss.job where id = ${id}`;
  const [job] = row === undefined ? [] : await boss.findJobs<object>(row.name, { id });
  if (job === undefined) {
    throw new StackError(`There is no job ${id}.`, "Done jobs are kept for a week. Is it the right database?");
  }
  return job;
}

/** Fails for what is no queue, naming those that are. */
export async function assertQueue({ sql }: Operator, name: string): Promise<void> {
  const rows = await sql<{ name: string }[]>`
    select name from pgboss.queue where name not like '\\_\\_pgboss%' and name not like '%.dead' order by name`;
  if (rows.some((row) => row.name === name)) return;
  throw new StackError(`There is no queue '${name}'.`, `The queues are ${rows.map((row) => row.name).join(", ")}.`);
}

/** The time of the database: this machine's clock may be off. */
export async function databaseTime({ sql }: Operator): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return row?.now ?? new Date();
}

/** Has the workers look at a queue now. */
export async function wake({ sql }: Operator, queue: string): Promise<void> {
  await sql`select pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), ${queue})`;
}
