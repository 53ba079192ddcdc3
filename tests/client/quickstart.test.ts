import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../stack/paths.ts";
import { TestPayments } from "../../stack/test-payments.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { World } from "../helpers/world.ts";

// docs/quickstart.md as it stands, block after block, on the demo data.

let world: World;
let bank: TestPayments;
let server: FunctionServer;
/** Below the checkout, where packages are found. */
const folder = mkdtempSync(join(root, "tests/client/.quickstart-"));

beforeAll(async () => {
  world = await World.create();
  await world.sql.unsafe(readFileSync(join(root, "supabase/seed.sql"), "utf8"));
  bank = new TestPayments({ port: 0, secret: "a-secret-of-the-test-bank" });
  await bank.start();
  server = await FunctionServer.open(world, {
    TEST_PAYMENTS_URL: bank.url,
    TEST_PAYMENTS_SECRET: "a-secret-of-the-test-bank",
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server?.close();
  await bank?.stop();
  await world?.close();
});

it("does what it says", async () => {
  const page = readFileSync(join(root, "docs/quickstart.md"), "utf8");
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  const script = join(folder, "page.ts");
  writeFileSync(
    script,
    `const VITE_NEXUS_URL = ${JSON.stringify(server.origin)}, VITE_NEXUS_KEY = ${JSON.stringify(world.keys.publishable)};
export const shown = [];
const show = (text) => shown.push(text);
${blocks.join("\n")}`,
  );
  const { shown } = (await import(pathToFileURL(script).href)) as { shown: string[] };
  expect(blocks).toHaveLength(8);
  expect(shown).toContain("Margaux at Almaz Bridal: ETB 4,700.00 a day".replace(" 4", "\u00a04"));
  expect(shown).toContain("Margaux: Chantilly lace on bare tulle. 5 sizes, 0 pictures");
  expect(shown.filter((line) => / at \d+:\d\d [AP]M$/.test(line.replace("\u202f", " "))).length).toBeGreaterThan(10);
  expect(shown).toContain("booked, and the same again: true");
  expect(shown.some((line) => /Free instead: \[/.test(line))).toBe(true);
  expect(shown.some((line) => /First visit at Bole: booked$/.test(line))).toBe(true);
  expect(shown).toContain("cancelled, to pay: 0");
  expect(shown.some((line) => line.startsWith("3 days for ETB") && line.endsWith("free: true"))).toBe(true);
  expect(shown.at(-1)).toContain(`Now the browser goes to ${bank.url}/`);
});
