import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { StackError } from "./errors.ts";
import { root } from "./paths.ts";
import { freePort } from "./ports.ts";

export interface StackOptions {
  /** Folder of everything that is kept: cluster, files, keys, logs, status.json. */
  readonly dataDir: string;
  readonly ports: Ports;
  /** Nothing is kept: durability is off and the data directory is removed at the end. */
  readonly ephemeral: boolean;
  readonly demo: boolean;
  readonly worker: boolean;
}

export interface Ports {
  readonly api: number;
  readonly database: number;
  readonly studio: number;
  readonly inbox: number;
  readonly smtp: number;
  /** Of the test provider of payments. */
  readonly payments: number;
}

export const usage = `npm start -- [options]

  --port N         port of the API (54321); database, Studio, inbox, SMTP and test payments take the next five; 0: any free ports
  --data-dir DIR   where data is kept between starts (.nexus)
  --ephemeral      keep nothing: a temporary data directory, removed at the end
  --no-demo        start with an empty marketplace
  --no-worker      leave the background jobs to another worker
  --help`;

/** Reads the command line; undefined when only help was asked for. */
export async function readOptions(
  args: readonly string[],
  temporaryDir: () => Promise<string>,
): Promise<StackOptions | undefined> {
  const values = parse(args);
  if (values.help) return undefined;
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_530) {
    throw new StackError(
      `--port ${values.port} is no port.`,
      "Give a number from 1 to 65530, or 0 for any free ports.",
    );
  }
  return {
    dataDir:
      values.ephemeral && values["data-dir"] === undefined ? await temporaryDir() : dataDirectory(values["data-dir"]),
    ports: port === 0 ? await freePorts() : portsFrom(port),
    ephemeral: values.ephemeral,
    demo: !values["no-demo"],
    worker: !values["no-worker"],
  };
}

/** The data directory that --data-dir names, for the commands that only look. */
export function readDataDir(args: readonly string[]): string {
  return dataDirectory(parse(args)["data-dir"]);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: "54321" },
        "data-dir": { type: "string" },
        ephemeral: { type: "boolean", default: false },
        "no-demo": { type: "boolean", default: false },
        "no-worker": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new StackError(
      error instanceof Error ? `${error.message.split(". ")[0]}.` : String(error),
      "See npm start -- --help.",
    );
  }
}

function dataDirectory(given: string | undefined): string {
  if (given === "") throw new StackError("--data-dir has no value.", "Name a folder, or leave it out for .nexus.");
  return resolve(given?.replace(/^~(?=\/|$)/, homedir()) ?? join(root, ".nexus"));
}

/** The ports of the Supabase CLI, moved to where the first one is. */
function portsFrom(api: number): Ports {
  return { api, database: api + 1, studio: api + 2, inbox: api + 3, smtp: api + 4, payments: api + 5 };
}

async function freePorts(): Promise<Ports> {
  const ports = new Set<number>();
  while (ports.size < 6) ports.add(await freePort());
  const [api = 0, database = 0, studio = 0, inbox = 0, smtp = 0, payments = 0] = ports;
  return { api, database, studio, inbox, smtp, payments };
}
