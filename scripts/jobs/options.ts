import { parseArgs } from "node:util";
import { DataDir } from "../../stack/data-dir.ts";
import { StackError } from "../../stack/errors.ts";
import { readDataDir } from "../../stack/options.ts";

export const usage = `npm run jobs -- COMMAND [--db-url URL]

  list                    every queue: what is ready, starts later, runs, waits for another attempt, was given up
  show ID                 one job: payload, attempts, last error, where it came from
  retry ID                has a failed job, or a dead letter, done again; a waiting one at once
  redrive QUEUE           sends the dead letters of a queue back to it
  cancel ID               takes a waiting job out, or puts a dead letter aside
  pause QUEUE [REASON]    no worker takes its jobs, until
  resume QUEUE
  schedules               queues that the clock fills: last and next run
  run QUEUE               does what the clock would start, now

The database is that of --db-url, of SUPABASE_DB_URL, or of the running stack (--data-dir DIR).`;

export interface JobsOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly databaseUrl: string;
}

/** How many words each command takes, at least and at most. */
const words: Readonly<Record<string, readonly [least: number, most: number]>> = {
  list: [0, 0],
  show: [1, 1],
  retry: [1, 1],
  redrive: [1, 1],
  cancel: [1, 1],
  pause: [1, Number.POSITIVE_INFINITY],
  resume: [1, 1],
  schedules: [0, 0],
  run: [1, 1],
};

/** A command line that is not one of those above. */
export class UsageError extends StackError {
  constructor(message: string) {
    super(message, "See npm run jobs -- --help.");
  }
}

/** Reads the command line; undefined when only help was asked for. */
export async function readJobsOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<JobsOptions | undefined> {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help || command === undefined) return undefined;
  const allowed = words[command];
  if (allowed === undefined) throw new UsageError(`There is no command '${command}'.`);
  if (rest.length < allowed[0] || rest.length > allowed[1]) {
    throw new UsageError(`'${command}' does not take ${rest.length} words after it.`);
  }
  return { command, args: rest, databaseUrl: await databaseUrl(values, environment) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        "db-url": { type: "string" },
        "data-dir": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message.split(". ")[0]}.` : String(error));
  }
}

async function databaseUrl(
  values: { "db-url"?: string | undefined; "data-dir"?: string | undefined },
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const given = values["db-url"] ?? environment["SUPABASE_DB_URL"];
  if (given !== undefined && given !== "") return given;
  const dataDir = new DataDir(readDataDir(values["data-dir"] === undefined ? [] : ["--data-dir", values["data-dir"]]));
  const status = await dataDir.readStatus();
  if (status === undefined) {
    throw new StackError(
      `No Nexus runs on ${dataDir.path}.`,
      "Start it with npm start, or name a database with --db-url URL or SUPABASE_DB_URL.",
    );
  }
  return status.db_url;
}
