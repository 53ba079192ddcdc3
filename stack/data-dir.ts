import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { generateApiKey } from "@supabase/lite";
import { z } from "zod";
import { StackError } from "./errors.ts";
import { isAlive } from "./processes.ts";

/** Everything secret of one data directory, made by its first start and kept. */
const secretsSchema = z.object({
  superuserPassword: z.string(),
  postgresPassword: z.string(),
  apiPassword: z.string(),
  publishableKey: z.string(),
  secretKey: z.string(),
  jwtSecret: z.string(),
});
export type Secrets = z.infer<typeof secretsSchema>;

const statusSchema = z.object({
  api_url: z.url(),
  db_url: z.string(),
  studio_url: z.url(),
  functions_url: z.url(),
  inbox_url: z.url(),
  publishable_key: z.string(),
  secret_key: z.string(),
  pid: z.number(),
});
/** What a running stack says of itself, in status.json. */
export type Status = z.infer<typeof statusSchema>;

/** The folder that one running stack owns. */
export class DataDir {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get postgres(): string {
    return join(this.path, "postgres");
  }
  get storage(): string {
    return join(this.path, "storage");
  }
  get logs(): string {
    return join(this.path, "logs");
  }
  get #lock(): string {
    return join(this.path, "lock");
  }
  get #status(): string {
    return join(this.path, "status.json");
  }
  get #secrets(): string {
    return join(this.path, "secrets.json");
  }

  /** Takes the folder for this process; a lock whose process is gone is taken over. */
  async lock(options: { mustBeEmpty: boolean }): Promise<void> {
    try {
      await mkdir(this.path, { recursive: true, mode: 0o700 });
      if (options.mustBeEmpty && (await readdir(this.path)).length > 0) {
        throw new StackError(
          `${this.path} is not empty, and --ephemeral removes its data directory at the end.`,
          "Name an empty or new folder, or leave --data-dir out.",
        );
      }
      await this.#takeLock();
      await mkdir(this.logs, { recursive: true });
      await mkdir(this.storage, { recursive: true });
    } catch (error) {
      if (error instanceof StackError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      throw new StackError(
        `The data directory ${this.path} cannot be used: ${code ?? message}.`,
        "Choose a folder that you may write to with --data-dir DIR.",
        { cause: error },
      );
    }
  }

  async #takeLock(): Promise<void> {
    for (;;) {
      try {
        const file = await open(this.#lock, "wx", 0o600);
        await file.writeFile(`${process.pid}\n`);
        await file.close();
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const holder = Number(await readFile(this.#lock, "utf8").catch(() => ""));
      if (holder !== process.pid && holder > 0 && isAlive(holder) && (await isNexus(holder))) {
        throw new StackError(
          `Nexus already runs on ${this.path} (process ${holder}).`,
          "Use it, end it with 'npm run stack:stop', or start another with --data-dir DIR --port N.",
        );
      }
      await rm(this.#lock, { force: true });
    }
  }

  async unlock(): Promise<void> {
    await rm(this.#status, { force: true });
    await rm(this.#lock, { force: true });
  }

  /** Keys and passwords; made on the first call, readable by their owner only. */
  async secrets(): Promise<Secrets> {
    if (existsSync(this.#secrets)) {
      try {
        return secretsSchema.parse(JSON.parse(await readFile(this.#secrets, "utf8")));
      } catch (error) {
        throw new StackError(
          `${this.#secrets} cannot be read.`,
          "Restore it from a copy, or begin anew with 'npm run db:reset'.",
          { cause: error },
        );
      }
    }
    const secret = () => randomBytes(24).toString("base64url");
    const secrets: Secrets = {
      superuserPassword: secret(),
      postgresPassword: secret(),
      apiPassword: secret(),
      publishableKey: (await generateApiKey("publishable")).key,
      secretKey: (await generateApiKey("secret")).key,
      jwtSecret: randomBytes(48).toString("base64url"),
    };
    await writeFile(this.#secrets, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
    return secrets;
  }

  async writeStatus(status: Status): Promise<void> {
    await writeFile(this.#status, `${JSON.stringify(status, undefined, 2)}\n`, { mode: 0o600 });
  }

  /** The status of the stack that runs on this folder; undefined when none does. */
  async readStatus(): Promise<Status | undefined> {
    const text = await readFile(this.#status, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const status = statusSchema.parse(JSON.parse(text));
    return isAlive(status.pid) && (await isNexus(status.pid)) ? status : undefined;
  }

  /** Removes database and files; keys and logs stay, so that front ends need no new key. */
  async clear(): Promise<void> {
    for (const folder of [this.postgres, `${this.postgres}.draft`, this.storage]) {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Tells a stack from another process that has got the id of a dead one. */
async function isNexus(pid: number): Promise<boolean> {
  if (process.platform !== "linux") return true;
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes("stack/start");
}
