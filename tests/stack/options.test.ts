import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readDataDir, readOptions } from "../../stack/options.ts";
import { root } from "../../stack/paths.ts";
import { Command, cleanUp } from "./running-stack.ts";

afterAll(cleanUp);

const read = (...args: string[]) => readOptions(args, () => Promise.resolve("/tmp/made"));

it("has the ports of the Supabase CLI and keeps data in the checkout", async () => {
  expect(await read()).toEqual({
    dataDir: join(root, ".nexus"),
    ports: { api: 54_321, database: 54_322, studio: 54_323, inbox: 54_324, smtp: 54_325, payments: 54_326 },
    ephemeral: false,
    demo: true,
    worker: true,
  });
});

it("moves all ports with the first", async () => {
  expect((await read("--port", "65530"))?.ports).toMatchObject({ api: 65_530, payments: 65_535 });
  const ports = Object.values((await read("--port", "0"))?.ports ?? {});
  expect(new Set(ports).size).toBe(6);
  for (const port of ports) expect(port).toBeGreaterThan(1023);
});

it("reads the other flags", async () => {
  expect(await read("--no-demo", "--no-worker")).toMatchObject({ demo: false, worker: false });
  expect(await read("--ephemeral")).toMatchObject({ ephemeral: true, dataDir: "/tmp/made" });
  expect(await read("--ephemeral", "--data-dir", "/tmp/named")).toMatchObject({ dataDir: "/tmp/named" });
  expect(await read("--data-dir", "~/nexus")).toMatchObject({ dataDir: join(homedir(), "nexus") });
  expect(await read("--help", "--port", "0")).toBeUndefined();
  expect(readDataDir([])).toBe(join(root, ".nexus"));
});

it.each([
  ["a word for a port", ["--port", "abc"], "--port abc is no port."],
  ["an empty port", ["--port="], "--port  is no port."],
  ["a hexadecimal port", ["--port", "0x10"], "--port 0x10 is no port."],
  ["a fraction", ["--port", "1.5"], "--port 1.5 is no port."],
  ["a port with no room for five more", ["--port", "65531"], "--port 65531 is no port."],
  ["a port without a number", ["--port"], "Option '--port <value>' argument missing."],
  ["an empty data directory", ["--data-dir="], "--data-dir has no value."],
  ["a flag that nobody knows", ["--prot", "1"], "Unknown option '--prot'."],
  ["a word", ["now"], "Unexpected argument 'now'."],
])("refuses %s", async (_name, args, message) => {
  await expect(read(...args)).rejects.toThrow(message);
});

it("ends with one line and the way to help, or with the help", async () => {
  expect(await new Command("stack/start.ts", ["--prot", "1"]).ended).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "nexus: Unknown option '--prot'. See npm start -- --help.\n",
  });
  const help = await new Command("stack/start.ts", ["--help"]).ended;
  expect(help).toMatchObject({ code: 0, stderr: "" });
  for (const flag of ["--port", "--data-dir", "--ephemeral", "--no-demo", "--no-worker"]) {
    expect(help.stdout).toContain(flag);
  }
});
