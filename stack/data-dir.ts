import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { StackError } from "./errors.ts";
import { Lock } from "./lock.ts";
import { endOrphans } from "./orphans.ts";

/** Everything secret of one data directory, made by its first start and kept. */
const secretsSchema = z.object({
  superuserPassword: z.string(),
  postgresPassword: z.string(),
  apiPassword: z.string(),
  publishableKey: z.string(),
  secretKey: z.string(),
  jwtSecret: z.string(),
  webhookMasterKey: z.string(),
  paymentsMasterKey: z.string(),
  testPaymentsSecret: z.string(),
});
export type Secrets = z.infer<typeof secretsSchema>;

/** What an older version has written, which had less to keep. */
const storedSecretsSchema = secretsSchema.partial({
  webhookMasterKey: true,
  paymentsMasterKey: true,
  testPaymentsSecret: true,
});

const statusSchema = z.object({
  api_url: z.url(),
  shop_url: z.url(),
  db_url: z.string(),
  studio_url: z.url(),
  jobs_url: z.url(),
  functions_url: z.url(),
  inbox_url: z.url(),
  payments_url: z.url(),
  publishable_key: z.string(),
  secret_key: z.string(),
  pid: z.number(),
});
/** What a running stack says of itself, in status.json. */
export type Status = z.infer<typeof statusSchema>;

/** The folder that one running stack owns. */
export class DataDir {
  readonly path: string;
  readonly #lock: Lock;

  constructor(path: string) {
    this.path = path;
    this.#lock = new Lock(join(path, "lock"));
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
  /** Mails of the inbox, which nobody keeps. */
  get inbox(): string {
    return join(this.path, "inbox");
  }
  /** The example shop, built. */
  get shop(): string {
    return join(this.path, "shop");
  }
  /** What the test provider of payments remembers. */
  get testPayments(): string {
    return join(this.path, "test-payments.json");
  }
  /** Names the running child processes, for the start after a sudden death. */
  get children(): string {
    return join(this.path, "children");
  }
  get #status(): string {
    return join(this.path, "status.json");
  }
  get #secrets(): string {
    return join(this.path, "secrets.json");
  }

  /** Takes the folder for this process; one whose owner is gone is taken over, and what it left running is ended. */
  async lock(options: { mustBeEmpty: boolean }): Promise<void> {
    try {
      // Root's folder may be passed through but not listed, for Postgres runs as another user then.
      await mkdir(this.path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
      if (options.mustBeEmpty && (await readdir(this.path)).length > 0) {
        throw new StackError(
          `${this.path} is not empty, and --ephemeral removes its data directory at the end.`,
          "Name an empty or new folder, or leave --data-dir out.",
        );
      }
      const holder = await this.#lock.take();
      if (holder !== undefined) {
        throw new StackError(
          `Nexus already runs on ${this.path} (process ${holder}).`,
          "Use it, end it with 'npm run stack:stop', or start another with --data-dir DIR --port N.",
        );
      }
      await endOrphans(this.children);
      await mkdir(this.logs, { recursive: true, mode: 0o700 });
      await mkdir(this.storage, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw error instanceof StackError ? error : unusable(this.path, error);
    }
  }

  async unlock(): Promise<void> {
    await rm(this.#status, { force: true });
    await rm(this.children, { force: true });
    await this.#lock.release();
  }

  /** The process of the stack that runs on this folder, or that is about to. */
  async holder(): Promise<number | undefined> {
    try {
      return await this.#lock.holder();
    } catch (error) {
      throw unusable(this.path, error);
    }
  }

  /** Keys and passwords; made on the first call, readable by their owner only. */
  async secrets(): Promise<Secrets> {
    if (existsSync(this.#secrets)) {
      try {
        return await this.#completed(JSON.parse(await readFile(this.#secrets, "utf8")));
      } catch (error) {
        throw new StackError(
          `${this.#secrets} cannot be read.`,
          "Restore it from a copy, or begin anew with 'npm run db:reset'.",
          { cause: error },
        );
      }
    }
    if (existsSync(this.postgres)) {
      throw new StackError(
        `${this.#secrets} is missing, and the database in ${this.postgres} opens with its passwords only.`,
        "Restore it from a copy, or begin anew with 'npm run db:reset'.",
      );
    }
    // Here, for it takes longer to load than all else that reading a status needs.
    const { generateApiKey } = await import("@supabase/lite");
    const secrets: Secrets = {
      superuserPassword: secret(),
      postgresPassword: secret(),
      apiPassword: secret(),
      publishableKey: (await generateApiKey("publishable")).key,
      secretKey: (await generateApiKey("secret")).key,
      jwtSecret: randomBytes(48).toString("base64url"),
      webhookMasterKey: secret(),
      paymentsMasterKey: secret(),
      testPaymentsSecret: secret(),
    };
    await writeWhole(this.#secrets, secrets);
    return secrets;
  }

  /** Adds what an older version did not make. */
  async #completed(stored: unknown): Promise<Secrets> {
    const known = storedSecretsSchema.parse(stored);
    const secrets: Secrets = {
      ...known,
      webhookMasterKey: known.webhookMasterKey ?? secret(),
      paymentsMasterKey: known.paymentsMasterKey ?? secret(),
      testPaymentsSecret: known.testPaymentsSecret ?? secret(),
    };
    if (Object.keys(known).length < Object.keys(secrets).length) await writeWhole(this.#secrets, secrets);
    return secrets;
  }

  async writeStatus(status: Status): Promise<void> {
    await writeWhole(this.#status, status);
  }

  /** The status of the stack that runs on this folder; undefined when none does, or when it is not ready yet. */
  async readStatus(): Promise<Status | undefined> {
    const holder = await this.holder();
    if (holder === undefined) return undefined;
    const text = await readFile(this.#status, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const status = statusSchema.parse(JSON.parse(text));
    return status.pid === holder ? status : undefined;
  }

  /** Removes database, files and test payments; keys and logs stay, so that front ends need no new key. */
  async clear(): Promise<void> {
    for (const path of [this.postgres, `${this.postgres}.draft`, this.storage, this.testPayments]) {
      await rm(path, { recursive: true, force: true });
    }
    const readable = await this.secrets().catch(() => undefined);
    if (readable === undefined) await rm(this.#secrets, { force: true });
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}

/** Writes a file for its owner's eyes, in one step: nobody reads half of it, and a kill leaves none. */
async function writeWhole(file: string, content: unknown): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function unusable(path: string, error: unknown): StackError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new StackError(
    `The data directory ${path} cannot be used: ${code ?? message}.`,
    "Choose a folder that you may write to with --data-dir DIR.",
    { cause: error },
  );
}
