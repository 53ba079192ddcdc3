import { PgBoss } from "pg-boss";
import type { Sql } from "postgres";

export type JobState = "created" | "retry" | "active" | "completed" | "cancelled" | "failed";

/** How many jobs of a queue are in which state; without the states that none is in. */
export async function jobStates(sql: Sql, queue: string): Promise<Partial<Record<JobState, number>>> {
  const rows = await sql<{ state: JobState; jobs: number }[]>`
    select state, count(*)::integer as jobs from pgboss.job where name = ${queue} group by state`;
  return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
}

export async function activeJobs(sql: Sql, queue: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select id from pgboss.job where name = ${queue} and state = 'active'`;
  return rows.map(({ id }) => id);
}

/** Lets the time that jobs of a queue wait for have come: their start, or that of their next attempt. */
export async function makeDue(sql: Sql, queue: string): Promise<void> {
  await sql`
    update pgboss.job set start_after = now()
    where name = ${queue} and state in ('created', 'retry') and start_after > now()`;
}

/** Lets the heartbeats of jobs be long ago, as if their worker had been dead for so long, and has them found. */
export async function giveOutAgain(sql: Sql, databaseUrl: string, jobs: readonly string[]): Promise<void> {
  await sql`update pgboss.job set heartbeat_on = now() - interval '1 hour' where id = any(${[...jobs]}) and state = 'active'`;
  await lookForTheDead(sql, databaseUrl);
}

/** Has the jobs found whose workers are dead, as every worker does once a minute. */
export async function lookForTheDead(sql: Sql, databaseUrl: string): Promise<void> {
  await sql`update pgboss.queue set monitor_on = null, monitor_claim_on = null`;
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: 2,
    migrate: false,
    createSchema: false,
    schedule: false,
    supervise: false,
  });
  boss.on("error", () => undefined);
  await boss.start();
  try {
    await boss.supervise();
  } finally {
    await boss.stop({ graceful: false });
  }
}
