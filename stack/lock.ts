import { link, readFile, rm, writeFile } from "node:fs/promises";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { processIdentity } from "./processes.ts";

/**
 * A file that names the process which owns a folder. It appears whole, in one step, and is void when its
 * process is gone, so that a `kill -9` locks nobody out.
 */
export class Lock {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Takes the lock; returns the process that holds it when that is another (or this one already). */
  async take(): Promise<number | undefined> {
    const mine = `${this.#file}.${process.pid}`;
    await writeFile(mine, `${process.pid} ${processIdentity(process.pid)}\n`, { mode: 0o600 });
    try {
      while (!(await linked(mine, this.#file))) {
        const text = await read(this.#file);
        // Released just now.
        if (text === undefined) continue;
        const holder = living(text);
        if (holder !== undefined) return holder;
        await this.#clear(text, mine);
      }
      return undefined;
    } finally {
      await rm(mine, { force: true });
    }
  }

  /** The living process that holds the lock. */
  async holder(): Promise<number | undefined> {
    return living(await read(this.#file));
  }

  async release(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  /**
   * Removes a void lock. Of two who find it at once only one may, or the slower would remove the lock that
   * the faster has taken meanwhile: a claim, taken in the same way, decides.
   */
  async #clear(stale: string, mine: string): Promise<void> {
    const claim = `${this.#file}.claim`;
    if (await linked(mine, claim)) {
      if ((await read(this.#file)) === stale) await rm(this.#file, { force: true });
      await rm(claim, { force: true });
    } else if (living(await read(claim)) === undefined) {
      await rm(claim, { force: true });
    } else {
      await pause(5);
    }
  }
}

/** Gives a file a second name; false when that name is taken. */
async function linked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

function living(text = ""): number | undefined {
  const [pid, identity] = text.trim().split(" ");
  return identity !== undefined && processIdentity(Number(pid)) === identity ? Number(pid) : undefined;
}
