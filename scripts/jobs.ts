// npm run jobs -- COMMAND: looks at the queues and puts jobs right, on any database.
import process from "node:process";
import { PgBoss } from "pg-boss";
import postgres from "postgres";
import { describeFailure, StackError } from "../stack/errors.ts";
import type { Operator } from "./jobs/operator.ts";
import { readJobsOptions, UsageError, usage } from "./jobs/options.ts";
import { pause, resume } from "./jobs/pause.ts";
import { cancel, redrive, retry } from "./jobs/put-right.ts";
import { run } from "./jobs/run.ts";
import { list, schedules, show } from "./jobs/show.ts";

const commands: Readonly<Record<string, (operator: Operator, ...args: string[]) => Promise<string>>> = {
  list,
  show,
  retry,
  redrive,
  cancel,
  pause,
  resume,
  schedules,
  run,
};

try {
  const options = await readJobsOptions(process.argv.slice(2), process.env);
  if (options === undefined) process.stdout.write(`${usage}\n`);
  else {
    const command = commands[options.command] ?? list;
    process.stdout.write(
      `${await withOperator(options.databaseUrl, (operator) => command(operator, ...options.args))}\n`,
    );
  }
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function withOperator<T>(databaseUrl: string, use: (operator: Operator) => Promise<T>): Promise<T> {
  const sql = postgres(databaseUrl, { max: 1, prepare: false, connect_timeout: 5, onnotice: () => undefined });
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: 1,
    migrate: false,
    createSchema: false,
    // It only looks and puts right; the workers do the rest.
    supervise: false,
    schedule: false,
  });
  boss.on("error", () => undefined);
  try {
    await boss.start().catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new StackError(
        `The queues cannot be reached: ${message || code}.`,
        "Check the URL; a database without queues wants the migrations first.",
        { cause: error },
      );
    });
    return await use({ boss, sql });
  } finally {
    await boss.stop({ graceful: false });
    await sql.end({ timeout: 1 });
  }
}
