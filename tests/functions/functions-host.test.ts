import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { apiHandler } from "../../stack/api.ts";
import { FunctionsHost } from "../../stack/functions-host.ts";
import { Gateway } from "../../stack/gateway.ts";
import { freePort } from "../../stack/ports.ts";
import { isAlive } from "../../stack/processes.ts";
import { World } from "../helpers/world.ts";

const folder = mkdtempSync(join(tmpdir(), "nexus-functions-"));
const functionsDir = join(folder, "functions");
let world: World;
let host: FunctionsHost;
let gateway: Gateway;
let origin: string;

/** Answers with what it got, or with what `?status=` and the paths ask for. */
const echo = `
import { greeting } from "../_shared/greeting.ts";
console.log("started", Deno.pid);
const packed = Uint8Array.from(atob("${gzipSync("packed").toString("base64")}"), (c) => c.charCodeAt(0));
Deno.serve(async (request) => {
  const url = new URL(request.url);
  const body = new Uint8Array(await request.arrayBuffer());
  switch (url.pathname) {
    case "/echo/bytes":
      return new Response(body.length > 0 ? body : null, { headers: { "content-type": "image/png" } });
    case "/echo/cookies":
      return new Response(null, { headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] });
    case "/echo/page":
      if (request.headers.get("if-none-match") === '"v1"') return new Response(null, { status: 304, headers: { etag: '"v1"' } });
      return new Response("x".repeat(2_000), { headers: { etag: '"v1"', "content-type": "text/plain" } });
    case "/echo/packed-if-asked":
      if (request.headers.get("accept-encoding")?.includes("gzip")) return new Response(packed, { headers: { "content-encoding": "gzip" } });
      return new Response("packed", { headers: { etag: '"v1"' } });
    case "/echo/packed":
      return new Response(packed, { headers: { "content-encoding": "gzip" } });
    case "/echo/own-cors":
      return new Response("ok", { headers: { "access-control-allow-origin": "https://shop.example" } });
    case "/echo/own-file":
      return new Response(await Deno.readTextFile(new URL("./own.txt", import.meta.url)));
    case "/echo/foreign-file":
      return new Response(await Deno.readTextFile("/etc/passwd").catch((error) => error.name));
    case "/echo/exit":
      Deno.exit(3);
  }
  return Response.json(
    {
      pid: Deno.pid,
      greeting,
      method: request.method,
      path: url.pathname,
      query: url.search,
      headers: Object.fromEntries(request.headers),
      body: new TextDecoder().decode(body),
      environment: { url: Deno.env.get("SUPABASE_URL"), own: Deno.env.get("OWN"), secret: Deno.env.get("NOT_FOR_FUNCTIONS") },
    },
    { status: Number(url.searchParams.get("status") ?? 200), headers: { location: "/elsewhere" } },
  );
});
`;

beforeAll(async () => {
  write("deno.json", '{ "lock": false }');
  write(".env", "OWN=from the file\nSUPABASE_URL=http://not.used\n");
  write("_shared/greeting.ts", 'export const greeting = "hello";');
  write("echo/index.ts", echo);
  write("echo/own.txt", "own");
  write("other/index.ts", 'console.log("started"); Deno.serve(() => Response.json({ pid: Deno.pid }));');
  write("broken/index.ts", "export const = ;");
  write("idle/index.ts", "setInterval(() => undefined, 1_000);");
  process.env["NOT_FOR_FUNCTIONS"] = "1";
  world = await World.create();
  host = new FunctionsHost({
    functionsDir,
    logDir: join(folder, "logs"),
    environment: { SUPABASE_URL: "http://api.test" },
  });
  await host.start();
  const port = await freePort();
  gateway = new Gateway({ name: "test", port, handler: apiHandler(world.api, host) });
  await gateway.start();
  origin = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await gateway?.stop();
  await host?.stop();
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, content: string): void {
  mkdirSync(dirname(join(functionsDir, path)), { recursive: true });
  writeFileSync(join(functionsDir, path), content);
}

const call = (path: string, init?: RequestInit) =>
  fetch(`${origin}/functions/v1/${path}`, { redirect: "manual", ...init });
const log = (name: string) => readFileSync(join(folder, `logs/function-${name}.log`), "utf8");
const pidOf = async (name: string) => ((await (await call(name)).json()) as { pid: number }).pid;

/** What fetch would tidy up: the very headers and bytes of an answer. */
function raw(path: string, options: { method?: string; headers?: Record<string, string>; body?: Buffer } = {}) {
  return new Promise<{ message: IncomingMessage; body: Buffer }>((resolve, reject) => {
    const { body, ...rest } = options;
    const outgoing = httpRequest(`${origin}/functions/v1/${path}`, rest, (message) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.once("end", () => resolve({ message, body: Buffer.concat(chunks) }));
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

describe("processes", () => {
  it("start with the first call, one for all calls that come at once", async () => {
    expect(() => log("echo")).toThrow("ENOENT");
    const answers = await Promise.all(Array.from({ length: 20 }, () => pidOf("echo")));
    expect(new Set(answers).size).toBe(1);
    expect(log("echo")).toBe(`started ${answers[0]}\n`);
  });

  it("have the platform's variables and those of .env, and not ours", async () => {
    const { environment } = (await (await call("echo")).json()) as { environment: unknown };
    expect(environment).toEqual({ url: "http://api.test", own: "from the file" });
  });

  it("read their own files and no others", async () => {
    expect(await (await call("echo/own-file")).text()).toBe("own");
    expect(await (await call("echo/foreign-file")).text()).toBe("NotCapable");
  });

  /** A change is seen after a moment. */
  const greets = (greeting: string) =>
    vi.waitFor(async () => expect(await (await call("echo")).json()).toMatchObject({ greeting }), 5_000);

  it("start anew when a file of theirs changes, as often as it does", async () => {
    for (const word of ["one", "two", "three"]) {
      // As editors save: another file takes the place of the old one.
      write("echo/.index.ts.swp", echo.replace("greeting,", `greeting: "${word}",`));
      renameSync(join(functionsDir, "echo/.index.ts.swp"), join(functionsDir, "echo/index.ts"));
      await greets(word);
    }
    write("echo/index.ts", echo);
    await greets("hello");
  });

  it("start anew when a shared file changes, and only they whose file it is", async () => {
    const [echoBefore, otherBefore] = [await pidOf("echo"), await pidOf("other")];
    write("echo/own.txt", "own");
    await vi.waitFor(async () => expect(await pidOf("echo")).not.toBe(echoBefore));
    expect(await pidOf("other")).toBe(otherBefore);
    write("_shared/greeting.ts", 'export const greeting = "salam";');
    await greets("salam");
    await vi.waitFor(async () => expect(await pidOf("other")).not.toBe(otherBefore));
  });

  it("start anew after they have died, without a call being lost", async () => {
    const before = await pidOf("echo");
    process.kill(before, "SIGKILL");
    await vi.waitUntil(() => !isAlive(before));
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, n) => call("echo", { method: "POST", body: `${n}` })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as { pid: number; body: string }[];
    expect(bodies.map(({ body }) => body)).toEqual(["0", "1", "2", "3", "4"]);
    expect(new Set(bodies.map(({ pid }) => pid)).size).toBe(1);
    expect(bodies[0]?.pid).not.toBe(before);
  });

  it("answer 502 for the call they die of, and the next one as ever", async () => {
    const died = await call("echo/exit");
    expect(died.status).toBe(502);
    expect(died.headers.get("content-type")).toBe("application/problem+json");
    expect(await died.json()).toMatchObject({
      status: 502,
      code: "function_failed",
      detail: expect.stringContaining(host.logFile("echo")),
    });
    expect((await call("echo")).status).toBe(200);
  });

  it("answer 503 with the reason and the log when they do not start, until they do", async () => {
    for (const response of await Promise.all([call("broken"), call("broken")])) {
      expect(response.status).toBe(503);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(await response.json()).toMatchObject({
        status: 503,
        code: "function_did_not_start",
        detail: expect.stringMatching(
          /^The function broken ended while it started: error: .+ Its log is \S+function-broken\.log\.$/,
        ),
      });
    }
    expect(log("broken")).toContain("error: ");
    write("broken/index.ts", "Deno.serve(() => new Response('mended'));");
    expect(await (await call("broken")).text()).toBe("mended");
  });

  it("are none for what is no function", async () => {
    for (const path of ["nothing", "_shared", "_shared/greeting.ts", "deno.json", "..%2fecho", ""]) {
      const response = await call(path);
      expect(response.status, path).toBe(404);
      expect(await response.json(), path).toMatchObject({ code: "function_not_found" });
    }
  });
});

describe("requests and answers pass unharmed", () => {
  beforeEach(async () => {
    await call("echo");
  });

  it("method, path, query, headers and body", async () => {
    const response = await call("echo/a%20b/%C3%A9?x=1&x=2&y=%26%20%2B", {
      method: "PATCH",
      body: '{"gown":"Genet ዕንቁ"}',
      headers: { "content-type": "application/json", authorization: "Bearer token", apikey: "key", "x-custom": "1" },
    });
    expect(await response.json()).toMatchObject({
      method: "PATCH",
      path: "/echo/a%20b/%C3%A9",
      query: "?x=1&x=2&y=%26%20%2B",
      body: '{"gown":"Genet ዕንቁ"}',
      headers: {
        "content-type": "application/json",
        authorization: "Bearer token",
        apikey: "key",
        "x-custom": "1",
        "x-forwarded-host": new URL(origin).host,
        "x-forwarded-proto": "http",
      },
    });
  });

  it.each([200, 201, 302, 400, 404, 418, 429, 500])("status %i", async (status) => {
    const response = await call(`echo?status=${status}`, { method: "POST", body: "x" });
    expect(response.status).toBe(status);
    expect(response.headers.get("location")).toBe("/elsewhere");
    expect(await response.json()).toMatchObject({ method: "POST", body: "x" });
  });

  it("bytes, a megabyte of them and none", async () => {
    for (const bytes of [randomBytes(1_000_000), Buffer.alloc(0)]) {
      const { message, body } = await raw("echo/bytes", {
        method: "PUT",
        headers: { "content-length": String(bytes.length) },
        body: bytes,
      });
      expect(message.statusCode).toBe(200);
      expect(message.headers["content-type"]).toBe("image/png");
      expect(body.equals(bytes)).toBe(true);
    }
  });

  it("a body that waits to be asked for, as curl sends large ones", async () => {
    const { message, body } = await raw("echo", {
      method: "POST",
      headers: { expect: "100-continue", "content-length": "4" },
      body: Buffer.from("body"),
    });
    expect(message.statusCode).toBe(200);
    expect(JSON.parse(body.toString())).toMatchObject({ body: "body" });
  });

  it("HEAD, 304 and several cookies", async () => {
    const head = await raw("echo/page", { method: "HEAD" });
    expect(head.message.statusCode).toBe(200);
    expect(head.message.headers).toMatchObject({ etag: '"v1"', "content-length": "2000" });
    expect(head.body).toHaveLength(0);
    const unchanged = await raw("echo/page", { headers: { "if-none-match": '"v1"' } });
    expect(unchanged.message.statusCode).toBe(304);
    expect(unchanged.message.headers.etag).toBe('"v1"');
    expect(unchanged.body).toHaveLength(0);
    expect((await raw("echo/cookies")).message.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  });

  it("an answer to a client that takes gzip, packed by the function or not", async () => {
    const headers = { "accept-encoding": "gzip, br" };
    const asked = await raw("echo/packed-if-asked", { headers });
    expect(asked.message.headers).toMatchObject({ etag: '"v1"', "content-length": "6" });
    expect(asked.body.toString()).toBe("packed");
    const { message, body } = await raw("echo/packed", { headers });
    const unpacked = message.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    expect(unpacked.toString()).toBe("packed");
  });

  it("a preflight is answered for them, and their own CORS headers stay", async () => {
    const preflight = await call("echo", {
      method: "OPTIONS",
      headers: {
        origin: "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "apikey, x-custom",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("apikey, x-custom");
    expect((await call("echo")).headers.get("access-control-allow-origin")).toBe("*");
    expect((await call("echo/own-cors")).headers.get("access-control-allow-origin")).toBe("https://shop.example");
  });
});

it("stops with all its processes, those too that still start", async () => {
  const options = { functionsDir, logDir: join(folder, "other-logs"), environment: {} };
  const stopping = new FunctionsHost(options);
  const fetchFrom = (path: string) => stopping.fetch(new Request(`http://api.test/functions/v1/${path}`));
  const { pid } = (await (await fetchFrom("other")).json()) as { pid: number };
  const waiting = fetchFrom("idle");
  const startedAt = performance.now();
  await stopping.stop();
  expect((await waiting).status).toBe(503);
  expect((await fetchFrom("other")).status).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
