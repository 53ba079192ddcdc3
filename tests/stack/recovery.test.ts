import { existsSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  cleanUp,
  describe as describeProcess,
  familyOf,
  freeRange,
  isStillThere,
  type Seen,
  StackCommand,
  temporaryFolder,
  until,
} from "./running-stack.ts";

let folder: string;
let dataDir: string;
/** The same ports for each start: an orphan that still holds one is a failure. */
let args: string[];

beforeAll(async () => {
  folder = await temporaryFolder();
  dataDir = join(folder, "data");
  args = ["--port", String(await freeRange()), "--no-demo"];
});
afterAll(cleanUp);

it("lets exactly one of two that start at once on a data directory", async () => {
  const stacks = [new StackCommand(dataDir, args), new StackCommand(dataDir, args)];
  const [loser, winner] = (await Promise.race(
    stacks.map(async (stack, n) => {
      await stack.ended;
      return [stack, stacks[1 - n]] as const;
    }),
  )) as readonly [StackCommand, StackCommand];
  expect(await loser.ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      new RegExp(`^nexus: Nexus already runs on \\S+ \\(process ${winner.pid}\\)\\. .+\\n$`),
    ),
  });
  await winner.until("ready", () => winner.stdout.endsWith("Nexus is ready\n"));
  await execute(winner, "create table public.kept (n integer); insert into public.kept values (42)");
  await callFunction(winner);

  // Now for the tests that follow: a death of which nobody is told.
  const family = familyOf(winner.pid);
  process.kill(winner.pid, "SIGKILL");
  await winner.ended;
  await until(() => !family.some(isStillThere), "the watchdog has ended all");
});

it("starts after a sudden death with what was written, two at once again", async () => {
  expect(existsSync(join(dataDir, "lock"))).toBe(true);
  const stacks = [new StackCommand(dataDir, args), new StackCommand(dataDir, args)];
  await until(() => stacks.some(({ child }) => child.exitCode !== null), "one has given way");
  const winner = stacks.find(({ child }) => child.exitCode === null);
  if (winner === undefined) throw new Error("both have given way");
  await winner.until("ready", () => winner.stdout.endsWith("Nexus is ready\n"));
  expect(await execute(winner, "select n from public.kept")).toEqual([{ n: 42 }]);
  await callFunction(winner);

  const family = familyOf(winner.pid);
  const isNamed = (name: string) => (seen: Seen) => seen.commandLine.includes(name);
  const watchdog = family.find(isNamed("nexus-watchdog"));
  for (const pid of [watchdog?.pid ?? 0, winner.pid]) process.kill(pid, "SIGKILL");
  await winner.ended;
  // The worker sees it for itself; the others are what the next start has to deal with.
  for (const name of ["/postgres\0-D", "maildev", "deno\0run"]) {
    const orphan = family.find(isNamed(name));
    expect(orphan !== undefined && isStillThere(orphan), name).toBe(true);
  }

  const next = await StackCommand.ready(dataDir, args);
  expect(family.filter(isStillThere).map(describeProcess)).toEqual([]);
  expect(await execute(next, "select n from public.kept")).toEqual([{ n: 42 }]);
  next.child.stdout?.destroy();
  // Its terminal is gone, too: it must stop in order all the same.
  const { code, orphans } = await next.end("SIGHUP");
  expect({ code, orphans }).toEqual({ code: 0, orphans: [] });
});

it("removes what --ephemeral has made, after a stop and after a sudden death", async () => {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const stack = await StackCommand.ready(join(folder, "ephemeral"), ["--ephemeral", "--no-demo", "--no-worker"]);
    expect(stack.status.pid).toBe(stack.pid);
    const family = familyOf(stack.pid);
    await stack.end(signal);
    await until(() => !existsSync(stack.dataDir) && !family.some(isStillThere), `all is gone after ${signal}`);
  }
});

it("ends, and says so, when Postgres has ended", async () => {
  const stack = await StackCommand.ready(join(folder, "without"), ["--ephemeral", "--no-demo", "--no-worker"]);
  const family = familyOf(stack.pid);
  const server = family.find(({ commandLine }) => commandLine.includes("/postgres\0-D"));
  process.kill(server?.pid ?? 0, "SIGKILL");
  expect(await stack.ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^nexus: Postgres has ended by itself \(SIGKILL\)\. Its log is .+\n$/),
  });
  // Postgres's own children see the end of their parent for themselves.
  await until(() => !family.some(isStillThere), "all is gone");
});

async function execute(stack: StackCommand, statement: string) {
  const sql = postgres(stack.status.db_url, { max: 1 });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end();
  }
}

/** So that there is a function's process, too. */
async function callFunction(stack: StackCommand): Promise<void> {
  const { functions_url, publishable_key } = stack.status;
  const response = await fetch(`${functions_url}/catalog/products`, { headers: { apikey: publishable_key } });
  expect(response.status).toBe(200);
}
