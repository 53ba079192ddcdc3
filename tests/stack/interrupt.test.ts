import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cleanUp, familyOf, StackCommand, temporaryFolder } from "./running-stack.ts";

// All on one data directory: what an interrupted start leaves has to do for the next.
let dataDir: string;
/** A Supabase CLI that neither ends nor lets itself be ended politely. */
let stubbornCli: string;

beforeAll(async () => {
  const folder = await temporaryFolder();
  dataDir = join(folder, "data");
  stubbornCli = join(folder, "supabase");
  await writeFile(stubbornCli, "#!/bin/sh\ntrap '' TERM INT\nwhile :; do sleep 0.1; done\n");
  await chmod(stubbornCli, 0o755);
});
afterAll(cleanUp);

async function interrupt(stack: StackCommand, program: string, signal: NodeJS.Signals) {
  await stack.until(program, () => familyOf(stack.pid).some(({ commandLine }) => commandLine.includes(program)));
  const { code, orphans, stderr } = await stack.end(signal);
  expect({ code, orphans, stderr }).toEqual({ code: signal === "SIGINT" ? 130 : 143, orphans: [], stderr: "" });
}

describe("a signal during the first start", () => {
  it.each([
    ["the cluster is made", "initdb", "SIGINT"],
    ["Postgres starts", "/postgres\0-D", "SIGTERM"],
    ["migrations are applied", "supabase\0db\0push", "SIGINT"],
    ["the worker starts", "worker/main.ts", "SIGTERM"],
  ] as const)("ends it while %s", async (_moment, program, signal) => {
    await interrupt(new StackCommand(dataDir), program, signal);
  });

  it("ends a Supabase CLI too that does not want to", async () => {
    const env = { SUPABASE_CLI_BINARY_OVERRIDE: stubbornCli };
    await interrupt(new StackCommand(`${dataDir}-cli`, ["--ephemeral"], { env }), stubbornCli, "SIGTERM");
  });

  it("leaves a data directory that the next start can use, which second signals cannot disturb as it stops", async () => {
    const stack = await StackCommand.ready(dataDir, ["--no-worker"]);
    const stopped = stack.end("SIGINT");
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGINT"] as const) stack.child.kill(signal);
    const { code, orphans, stdout, stderr } = await stopped;
    expect({ code, orphans, stderr }).toEqual({ code: 0, orphans: [], stderr: "" });
    expect(stdout.match(/Nexus stops/g)).toHaveLength(1);
  });
});
