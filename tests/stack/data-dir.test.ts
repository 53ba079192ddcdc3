import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DataDir } from "../../stack/data-dir.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-data-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("gives a folder of an older version the secrets that it lacks, once, and keeps the others", async () => {
  const {
    webhookMasterKey: _,
    paymentsMasterKey: __,
    testPaymentsSecret: ___,
    ...older
  } = await new DataDir(folder).secrets();
  const file = join(folder, "secrets.json");
  await writeFile(file, JSON.stringify(older));
  const completed = await new DataDir(folder).secrets();
  const made = expect.stringMatching(/^[\w-]{32}$/);
  expect(completed).toEqual({ ...older, webhookMasterKey: made, paymentsMasterKey: made, testPaymentsSecret: made });
  expect(await new DataDir(folder).secrets()).toEqual(completed);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(completed);
  expect((await stat(file)).mode & 0o077).toBe(0);
});
