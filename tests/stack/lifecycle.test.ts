import { stat } from "node:fs/promises";
import { get as httpGet, request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { strangersOf } from "./connections.ts";
import {
  Command,
  cleanUp,
  familyOf,
  isStillThere,
  readProc,
  StackCommand,
  temporaryFolder,
  until,
} from "./running-stack.ts";

let stack: StackCommand;
/** What was seen of the family of processes while it started. */
const strangers = new Set<string>();
let cliEnvironment: string[] = [];

beforeAll(async () => {
  const folder = await temporaryFolder();
  stack = new StackCommand(join(folder, "data"), [], { env: { HOME: folder } });
  await stack.until("Nexus is ready", () => {
    for (const stranger of strangersOf(stack.pid)) strangers.add(stranger);
    const cli = familyOf(stack.pid).find(({ commandLine }) => commandLine.includes("supabase\0db\0push"));
    if (cli !== undefined && cliEnvironment.length === 0) cliEnvironment = readProc(cli.pid, "environ").split("\0");
    return stack.stdout.endsWith("Nexus is ready\n");
  });
});
afterAll(cleanUp);

it("shows each step, then the status, and says last that it is ready", () => {
  const lines = stack.stdout.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^\[1\/6\] Creating and starting Postgres \(\d+\.\d s\)$/);
  expect(lines.filter((line) => /^\[\d\/6\] .+ \(\d+\.\d s\)$/.test(line))).toHaveLength(6);
  for (const value of [stack.status.api_url, stack.status.db_url, stack.status.secret_key]) {
    expect(stack.stdout).toContain(`: ${value}\n`);
  }
  expect(stack.stdout).toContain("bride@demo.nexus.test / demo-password");
  expect(lines.at(-1)).toBe("Nexus is ready");
  expect(stack.stderr).toBe("");
});

it("writes status.json while it runs", () => {
  const { pid, ...rest } = stack.status;
  expect(pid).toBe(stack.pid);
  expect(Object.keys(rest)).toEqual([
    "api_url",
    "shop_url",
    "db_url",
    "studio_url",
    "jobs_url",
    "functions_url",
    "inbox_url",
    "payments_url",
    "publishable_key",
    "secret_key",
  ]);
});

it("keeps what is secret from other users", async () => {
  const mode = async (path: string) => ((await stat(join(stack.dataDir, path))).mode & 0o777).toString(8);
  expect(await mode("secrets.json")).toBe("600");
  expect(await mode("status.json")).toBe("600");
  for (const folder of ["postgres", "storage", "logs", "inbox"]) expect(await mode(folder), folder).toBe("700");
  // Others may pass through to their own database folder, and see nothing on the way.
  expect(await mode(".")).toBe(process.getuid?.() === 0 ? "711" : "700");
});

it("starts the page of the queues with its first request, and shows it to no site but its own", async () => {
  const { jobs_url, studio_url } = stack.status;
  const page = () => familyOf(stack.pid).find(({ commandLine }) => commandLine.includes("dashboard-process"));
  expect(page()).toBeUndefined();
  const ask = (headers: Record<string, string>, method = "GET") =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest(`${jobs_url}/queues/jobs.watch`, { headers, method }, (message) =>
        resolve(message.resume().statusCode),
      )
        .once("error", reject)
        .end(method === "POST" ? "intent=none" : undefined);
    });
  expect(await ask({ host: "evil.example" })).toBe(403);
  expect(page()).toBeUndefined();
  expect(await ask({})).toBe(200);
  const first = page();
  expect(first).toBeDefined();
  const form = { "content-type": "application/x-www-form-urlencoded", "content-length": "11" };
  expect(await ask({ ...form, origin: "https://evil.example" }, "POST")).toBe(400);
  expect(await ask({ ...form, origin: studio_url }, "POST")).toBe(200);
  const answer = await fetch(jobs_url);
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(await answer.text()).toContain("pg-boss");
  // It comes again when it has died.
  if (first !== undefined) process.kill(first.pid, "SIGKILL");
  await until(() => first === undefined || !isStillThere(first), "its end");
  expect(await ask({})).toBe(200);
  expect(page()?.pid).not.toBe(first?.pid);
});

it("answers on every address of its status", async () => {
  const { api_url, studio_url, jobs_url, functions_url, inbox_url, payments_url, publishable_key } = stack.status;
  const headers = { apikey: publishable_key };
  const answers = await Promise.all([
    fetch(`${api_url}/rest/v1/products?select=name&limit=1`, { headers }),
    fetch(`${functions_url}/catalog/products?limit=1`, { headers }),
    fetch(studio_url),
    fetch(inbox_url),
    fetch(payments_url),
    fetch(jobs_url),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await answers[0].json()).toHaveLength(1);
});

it("opens the Studio, which needs no key, to no site but its own", async () => {
  const ask = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const url = `${stack.status.studio_url}/rest/v1/profiles?limit=1`;
      httpGet(url, { headers }, (message) => resolve(message.resume().statusCode)).once("error", reject);
    });
  expect(await ask({})).toBe(200);
  expect(await ask({ origin: "https://evil.example" })).toBe(401);
  // As a browser asks for a name that somebody has made to point to this machine.
  expect(await ask({ host: "evil.example" })).toBe(403);
});

it("sends mails to its inbox", async () => {
  const { api_url, inbox_url, publishable_key } = stack.status;
  const recovery = await fetch(`${api_url}/auth/v1/recover`, {
    method: "POST",
    headers: { apikey: publishable_key, "content-type": "application/json" },
    body: JSON.stringify({ email: "bride@demo.nexus.test" }),
  });
  expect(recovery.status).toBe(200);
  let mails: { to: { address: string }[]; html: string }[] = [];
  await until(async () => {
    const all: typeof mails = await (await fetch(`${inbox_url}/email`)).json();
    // The demo order has its mail, too.
    mails = all.filter(({ to }) => to.some(({ address }) => address === "bride@demo.nexus.test"));
    return mails.length > 0;
  }, "a mail");
  expect(mails[0]?.html).toContain(`${api_url}/auth/v1/verify?`);
});

it("tells its status to another terminal", async () => {
  const { code, stdout } = await new Command("stack/control.ts", ["status", "--data-dir", stack.dataDir]).ended;
  expect(code).toBe(0);
  expect(stdout).toContain(`API URL: ${stack.status.api_url}\n`);
  expect(stdout).toContain(`Process: ${stack.pid}\n`);
});

it("refuses a second start on its data directory in one line", async () => {
  const { code, stderr } = await new StackCommand(stack.dataDir).ended;
  expect(code).toBe(1);
  expect(stderr).toBe(
    `nexus: Nexus already runs on ${stack.dataDir} (process ${stack.pid}). Use it, end it with 'npm run stack:stop', or start another with --data-dir DIR --port N.\n`,
  );
});

it("refuses a port that is taken, and leaves nothing behind", async () => {
  const folder = await temporaryFolder();
  const port = new URL(stack.status.api_url).port;
  const { code, stderr } = await new StackCommand(join(folder, "data"), ["--port", port]).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^nexus: Port ${port} \\(api\\) is in use\\. .+ --port N\\.\\n$`));
});

it("starts the worker again when it has died", async () => {
  const worker = () => familyOf(stack.pid).find(({ commandLine }) => commandLine.includes("worker/main.ts"));
  const first = worker();
  if (first === undefined) throw new Error("no worker");
  process.kill(first.pid, "SIGKILL");
  await until(() => {
    const now = worker();
    return now !== undefined && !isStillThere(first) && now.pid !== first.pid;
  }, "another worker");
  await stack.until("a line about it", () => stack.stderr.includes("the worker has ended (SIGKILL)"));
});

it("talks to nobody outside of this machine", async () => {
  const { functions_url, publishable_key } = stack.status;
  for (let sample = 0; sample < 5; sample += 1) {
    await fetch(`${functions_url}/catalog/products?limit=1`, { headers: { apikey: publishable_key } });
    for (const stranger of strangersOf(stack.pid)) strangers.add(stranger);
  }
  expect([...strangers]).toEqual([]);
});

it("tells the Supabase CLI to send no telemetry and not to look for a newer one", () => {
  expect(cliEnvironment).toEqual(
    expect.arrayContaining(["SUPABASE_TELEMETRY_DISABLED=1", "DO_NOT_TRACK=1", "SUPABASE_NO_UPDATE_NOTIFIER=1"]),
  );
});

it("stops everything in order within five seconds, and keeps the data", async () => {
  const { code, milliseconds, orphans, stdout } = await stack.end("SIGTERM");
  expect(orphans).toEqual([]);
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(5_000);
  expect(stdout).toMatch(/Nexus is ready\n\nNexus stops \.\.\.\n$/);
  await expect(stat(join(stack.dataDir, "status.json"))).rejects.toThrow("ENOENT");
  const { code: status, stderr } = await new Command("stack/control.ts", ["status", "--data-dir", stack.dataDir]).ended;
  expect(status).toBe(1);
  expect(stderr).toMatch(/^nexus: No Nexus runs on .+\n$/);
});
