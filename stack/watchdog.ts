import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { recordChild } from "./orphans.ts";

export interface WatchdogOptions {
  /** Folder that is of no use after a sudden death of this process. */
  readonly removeOnDeath?: string;
  /** File that names the children too, for the next start: the watchdog itself may be killed. */
  readonly list?: string;
}

/**
 * A few bytes of shell that outlive a `kill -9` of this process: it reads the ids of our children from
 * its standard input and, when that pipe breaks, ends them. Without it an orphaned Postgres would keep
 * the data directory and its port until the next start.
 */
export class Watchdog {
  #child: ChildProcess | undefined;
  #list: string | undefined;

  start(options: WatchdogOptions = {}): void {
    this.#list = options.list;
    this.#child = spawn("sh", ["-c", script, "nexus-watchdog", options.removeOnDeath ?? "", String(process.pid)], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      cwd: "/",
    });
    this.#child.on("error", () => undefined);
    this.#child.stdin?.on("error", () => undefined);
    this.#child.unref();
  }

  /** Puts a child under the watch. */
  guard(child: ChildProcess): void {
    if (child.pid === undefined) return;
    this.#child?.stdin?.write(`add ${child.pid}\n`);
    if (this.#list !== undefined) recordChild(this.#list, child.pid);
  }

  /** Ends the watch in peace: the children are stopped by their own parts. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.ref();
    child.stdin?.end("bye 0\n");
    await ended;
  }
}

// The folder is removed only while it is still ours: its lock, if there is one, names us.
const script = `
ids=""
while read -r word id; do
  case "$word" in
    add) ids="$ids $id" ;;
    bye) exit 0 ;;
  esac
done
for id in $ids; do kill -INT "$id"; done
tries=0
while [ $tries -lt 30 ]; do
  living=""
  for id in $ids; do kill -0 "$id" && living=1; done
  [ -z "$living" ] && break
  sleep 0.1 || sleep 1
  tries=$((tries + 1))
done
for id in $ids; do kill -KILL "-$id"; done
if [ -n "$1" ]; then
  holder=$2
  [ -f "$1/lock" ] && read -r holder rest < "$1/lock"
  [ "$holder" = "$2" ] && rm -rf "$1"
fi
exit 0
`;
