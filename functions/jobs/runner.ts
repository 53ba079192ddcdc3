import postgres from "postgres";
import { z } from "zod";
import { drain } from "../_shared/jobs/drain.ts";
import { functionLog } from "../_shared/jobs/log.ts";
import { checkJobVariables, jobVariables, problemsOf, withoutEmpty } from "../_shared/jobs/settings.ts";
import type { JobRunner, QueueHealth } from "./app.ts";

const variables = jobVariables.extend({
  JOBS_BUDGET_SECONDS: z.coerce
    .number("Set it to the seconds that one call may take jobs for.")
    .positive()
    .max(350)
    .default(25),
  JOBS_CPU_SECONDS: z.coerce
    .number("Set it to the seconds of computing after which one call takes no more jobs.")
    .positive()
    // Supabase ends a function after two.
    .default(1.5),
});
const environment = variables.superRefine(checkJobVariables);

/**
 * Does the jobs of the database that the variables name.
 *
 * @throws an Error with one line per variable that is missing or wrong
 */
export function createRunner(variables: Readonly<Record<string, string | undefined>>): JobRunner {
  const { success, data, error } = environment.safeParse(withoutEmpty(variables));
  if (!success) throw new Error(problemsOf(error).join("\n"));
  return {
    drain: () =>
      drain({
        settings: data,
        log: functionLog,
        budgetSeconds: data.JOBS_BUDGET_SECONDS,
        cpuSeconds: data.JOBS_CPU_SECONDS,
      }),
    health: () => readHealth(data.SUPABASE_DB_URL),
  };
}

async function readHealth(databaseUrl: string): Promise<QueueHealth> {
  const sql = postgres(databaseUrl, { max: 1, prepare: false, connect_timeout: 5, onnotice: () => undefined });
  try {
    const [health] = await sql<QueueHealth[]>`
      select coalesce(sum(ready), 0)::integer as ready, coalesce(sum(dead), 0)::integer as dead,
        (select count(*)::integer from private.overdue_jobs() where problem <> 'dead') as overdue,
        (select max(completed_on) from pgboss.job where name = 'jobs.watch' and state = 'completed') as watched_at
      from private.queue_figures()`;
    if (health === undefined) throw new Error("private.queue_figures is gone: apply the migrations.");
    return health;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
