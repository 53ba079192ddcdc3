import { spawnSync } from "node:child_process";
import { chownSync, lstatSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { StackError } from "./errors.ts";

/** How a program of Postgres is started: by whom, and with what in front. */
export interface ServerCommand {
  readonly command: string;
  readonly args: string[];
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Postgres refuses to run as root. Started by root it runs as `postgres`, where the machine has that
 * user, or as `nobody`. When such a user may not even enter the folders above the data directory or the
 * binary (a clone below a 0700 home, say), `setpriv` leaves it the one capability that needs.
 */
export function asServer(binary: string, dataDir: string, args: string[]): ServerCommand {
  const user = serverUser();
  if (user === undefined) return { command: binary, args };
  if (isEnterable(binary) && isEnterable(dataDir)) return { command: binary, args, ...user };
  const capability = "+dac_override";
  return {
    command: "setpriv",
    args: [
      `--reuid=${user.uid}`,
      `--regid=${user.gid}`,
      "--clear-groups",
      `--inh-caps=${capability}`,
      `--ambient-caps=${capability}`,
      // Or access(2), by which initdb looks for the server beside itself, would not count the capability.
      "--securebits=+no_setuid_fixup",
      binary,
      ...args,
    ],
  };
}

/** Gives a path to the user that Postgres runs as; does nothing where that is us or it is so already. */
export function ownAsServer(path: string): void {
  const user = serverUser();
  if (user === undefined || lstatSync(path).uid === user.uid) return;
  chownSync(path, user.uid, user.gid);
  if (lstatSync(path).isDirectory()) {
    for (const entry of readdirSync(path)) ownAsServer(join(path, entry));
  }
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

let cachedUser: User | undefined;

function serverUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  cachedUser ??= ["postgres", "nobody"].map(findUser).find((user) => user !== undefined);
  if (cachedUser === undefined) {
    throw new StackError(
      "Postgres refuses to run as root, and this machine has neither a user 'postgres' nor 'nobody'.",
      "Start Nexus as an ordinary user.",
    );
  }
  return cachedUser;
}

function findUser(name: string): User | undefined {
  const [uid = 0, gid = 0] = ["-u", "-g"].map((flag) =>
    Number(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout),
  );
  return uid > 0 ? { uid, gid } : undefined;
}

function isEnterable(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((lstatSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
