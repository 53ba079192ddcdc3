import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Lock } from "../../stack/lock.ts";
import { endOrphans, recordChild } from "../../stack/orphans.ts";
import { endChild, hasEnded, isAlive, processIdentity } from "../../stack/processes.ts";
import { RunningParts } from "../../stack/running-parts.ts";
import { cleanUp, readProc, temporaryFolder, until } from "./running-stack.ts";

let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await cleanUp();
});

function run(script: string): ChildProcess & { pid: number } {
  const child = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"], detached: true });
  children.push(child);
  if (child.pid === undefined) throw new Error("no sh");
  return Object.assign(child, { pid: child.pid });
}

it("takes a process that only waits to be reaped for gone", async () => {
  // The shell becomes a program that does not ask after its child.
  const parent = run("sleep 0 & echo $!; exec sleep 60");
  const [line] = (await once(parent.stdout ?? parent, "data")) as [Buffer];
  const zombie = Number(line);
  await until(() => readProc(zombie, "stat").includes(") Z "), "a zombie");
  expect(isAlive(parent.pid)).toBe(true);
  expect(isAlive(zombie)).toBe(false);
  expect(processIdentity(zombie)).toBeUndefined();
});

it("ends a child that ignores each polite signal, and its children", async () => {
  const child = run("trap '' INT QUIT; sleep 60 & echo $!; while :; do wait; done");
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  await endChild(child, ["SIGINT", 20], ["SIGQUIT", 20]);
  expect(child.signalCode).toBe("SIGKILL");
  await until(() => !isAlive(Number(line)), "the grandchild is gone");
});

it("ends what a child leaves behind that does as it is told", async () => {
  const child = run("(trap '' TERM; echo ready; while :; do sleep 1; done) & wait");
  await once(child.stdout ?? child, "data");
  const closed = once(child, "close");
  await endChild(child, ["SIGTERM", 10_000]);
  expect(child.signalCode).toBe("SIGTERM");
  // Its output stays open as long as somebody holds it.
  await closed;
});

it("ends the orphans of a list, and no process that has got the id of one", async () => {
  const [orphan, stranger] = [run("exec sleep 60"), run("exec sleep 60")];
  const list = join(folder, "children");
  recordChild(list, orphan.pid);
  appendFileSync(list, `${stranger.pid} another/1\n`);
  await endOrphans(list);
  expect(isAlive(orphan.pid)).toBe(false);
  expect(hasEnded(stranger)).toBe(false);
  expect(readdirSync(folder)).not.toContain("children");
});

it("gives a lock to one, and to the next once that one is gone", async () => {
  const file = join(folder, "lock");
  const holder = run("exec sleep 60");
  writeFileSync(file, `${holder.pid} ${processIdentity(holder.pid)}\n`);
  const lock = new Lock(file);
  expect(await lock.take()).toBe(holder.pid);
  expect(await lock.holder()).toBe(holder.pid);
  await endChild(holder, ["SIGTERM", 1_000]);
  expect(await lock.holder()).toBeUndefined();
  expect(await lock.take()).toBeUndefined();
  expect(await lock.holder()).toBe(process.pid);
  expect(await new Lock(file).take()).toBe(process.pid);
  await lock.release();
  expect(await lock.holder()).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ["of a process that is gone", () => `${process.pid} another/1\n`],
  ["that is empty", () => ""],
  ["in another form", () => "4711\n"],
])("takes over a lock %s", async (_what, content) => {
  const file = join(folder, "void-lock");
  writeFileSync(file, content());
  // A claim to clear it, too, by one who was killed before it could.
  writeFileSync(`${file}.claim`, content());
  const results = await Promise.all([new Lock(file).take(), new Lock(file).holder()]);
  expect(results[0]).toBeUndefined();
  await new Lock(file).release();
});

it("stops all parts from the top layer down, whatever one of them says", async () => {
  const stopped: string[] = [];
  const part = (name: string, failure?: Error) => ({
    stop: async () => {
      stopped.push(name);
      if (failure !== undefined) throw failure;
    },
  });
  const parts = new RunningParts();
  parts.add("database", part("postgres"));
  parts.add("services", part("inbox", new Error("first")));
  parts.add("front", part("api", new Error("earlier")));
  parts.add("front", part("worker"));
  await expect(parts.stop()).rejects.toThrow("earlier");
  expect(stopped).toEqual(["api", "worker", "inbox", "postgres"]);
});
