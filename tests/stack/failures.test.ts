import { chmodSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyCheckout } from "./checkout-copy.ts";
import { Command, cleanUp, familyOf, StackCommand, temporaryFolder } from "./running-stack.ts";

let checkout: string;
let dataDir: string;

beforeAll(async () => {
  const folder = await temporaryFolder();
  checkout = copyCheckout(join(folder, "checkout"));
  dataDir = join(folder, "data");
});
afterAll(cleanUp);

const args = ["--no-demo", "--no-worker"];
const start = () => new StackCommand(dataDir, args, { checkout });
const control = (...words: string[]) =>
  new Command("stack/control.ts", [...words, "--data-dir", dataDir], { checkout }).ended;

/** A start that has to fail with one line that matches, and with nothing left running. */
async function expectRefusal(stack: Command, line: RegExp): Promise<void> {
  const family = new Map<number, string>();
  await stack.until("the end", () => {
    for (const { pid, commandLine } of familyOf(stack.pid)) family.set(pid, commandLine);
    return stack.child.exitCode !== null;
  });
  const { code, stderr } = await stack.ended;
  expect(stderr.match(/\n/g)).toHaveLength(1);
  expect(stderr).toMatch(line);
  expect(code).toBe(1);
  expect([...family.keys()].flatMap((pid) => familyOf(pid))).toEqual([]);
}

describe("a migration that is broken", () => {
  const broken = () => join(checkout, "supabase/migrations/29990101000000_broken.sql");

  it("ends the start with its name, the reason and the remedy", async () => {
    writeFileSync(broken(), "create table public.half (n integer);\nselect nonsense;\n");
    await expectRefusal(
      start(),
      /^nexus: The database could not be migrated \(29990101000000_broken\.sql\): ERROR: column "nonsense" does not exist .+ 'npm run db:reset'\./,
    );
    expect(existsSync(join(dataDir, "status.json"))).toBe(false);
  });

  it("starts once it is mended, and is stopped from another terminal", async () => {
    writeFileSync(broken(), "create table public.half (n integer);\n");
    const stack = await StackCommand.ready(dataDir, args, { checkout });
    expect(await control("stop")).toMatchObject({ code: 0, stdout: "Nexus has stopped.\n" });
    expect(await stack.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("does not start on a setting that nobody knows, and shows no secret in telling it", async () => {
    const config = join(checkout, "supabase/config.toml");
    const text = readFileSync(config, "utf8");
    writeFileSync(config, text.replace("[auth.email]", "[auth.email]\nenable_telepathy = true"));
    await expectRefusal(
      start(),
      /^nexus: supabase\/config\.toml has .+: auth\.email \(\{ "enable_telepathy": true \}\)\. .+/,
    );
    writeFileSync(config, text.replace("templates/recovery.html", "templates/nowhere.html"));
    await expectRefusal(start(), /^nexus: supabase\/config\.toml names \S+nowhere\.html for the mail recovery, .+/);
    writeFileSync(config, text.replace(/email_sent = \d+/, 'email_sent = "many"'));
    await expectRefusal(start(), /^nexus: supabase\/config\.toml has .+auth\.rate_limit\.email_sent.+/);
    writeFileSync(config, "[auth");
    await expectRefusal(start(), /^nexus: supabase\/config\.toml has .+/);
    writeFileSync(config, text);
  });

  it("is told when it is of another checkout", async () => {
    rmSync(broken());
    await expectRefusal(start(), /^nexus: The database was migrated by another checkout: 29990101000000 is not in .+/);
  });
});

describe("a data directory", () => {
  it("is not opened without its passwords", async () => {
    const secrets = join(dataDir, "secrets.json");
    renameSync(secrets, `${secrets}.away`);
    await expectRefusal(start(), /^nexus: \S+secrets\.json is missing, .+ 'npm run db:reset'\./);
    writeFileSync(secrets, "{");
    await expectRefusal(start(), /^nexus: \S+secrets\.json cannot be read\. .+ 'npm run db:reset'\./);
    renameSync(`${secrets}.away`, secrets);
  });

  it("is not opened when it is corrupt", async () => {
    truncateSync(join(dataDir, "postgres/global/pg_control"), 100);
    await expectRefusal(
      start(),
      /^nexus: Postgres cannot open the data directory \S+: could not read file .+ 'npm run db:reset'\./,
    );
    rmSync(join(dataDir, "postgres/PG_VERSION"));
    await expectRefusal(
      start(),
      /^nexus: Postgres cannot open the data directory \S+: PG_VERSION is missing\. .+ 'npm run db:reset'\./,
    );
  });

  it("is made anew by db:reset, with the same keys", async () => {
    const keys = readFileSync(join(dataDir, "secrets.json"), "utf8");
    expect(await control("reset")).toMatchObject({ code: 0, stderr: "" });
    const stack = await StackCommand.ready(dataDir, args, { checkout });
    expect(readFileSync(join(dataDir, "secrets.json"), "utf8")).toBe(keys);
    // Of a running stack it is the end, first.
    expect(await control("reset")).toMatchObject({ code: 0, stderr: "" });
    expect(await stack.ended).toMatchObject({ code: 0 });
    expect(existsSync(join(dataDir, "postgres"))).toBe(false);
  });

  it("is refused when it cannot be entered", async () => {
    const isRoot = process.getuid?.() === 0;
    const prefix = isRoot ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
    // In both cases it is there, and not for the one who starts.
    chmodSync(dataDir, isRoot ? 0o700 : 0o000);
    try {
      const line = /^nexus: The data directory \S+ cannot be used: EACCES\. Choose a folder .+ --data-dir DIR\./;
      await expectRefusal(new StackCommand(dataDir, args, { prefix }), line);
    } finally {
      chmodSync(dataDir, 0o700);
    }
  });

  it("is refused when it is a file, or not empty and --ephemeral", async () => {
    const file = join(dataDir, "secrets.json");
    await expectRefusal(new StackCommand(file), /^nexus: The data directory \S+ cannot be used: E\w+\. .+/);
    await expectRefusal(
      new StackCommand(dataDir, ["--ephemeral"]),
      /^nexus: \S+ is not empty, and --ephemeral removes .+/,
    );
    expect(existsSync(file)).toBe(true);
  });
});

describe("control", () => {
  it.each(["status", "stop"])("%s says when nothing runs", async (command) => {
    expect(await control(command)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^nexus: No Nexus runs on .+\n$/),
    });
  });

  it("does not know other words", async () => {
    expect(await control("restart")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^nexus: There is no .+\n$/),
    });
  });

  it("has nothing to remove where nothing is", async () => {
    const { code, stdout } = await new Command("stack/control.ts", ["reset", "--data-dir", `${dataDir}-none`]).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^There is nothing in \S+ to remove\.\n$/);
    expect(existsSync(`${dataDir}-none`)).toBe(false);
  });
});
