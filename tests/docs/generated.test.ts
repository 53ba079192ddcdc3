import { afterAll, beforeAll, expect, it } from "vitest";
import type { Example, Examples } from "../../scripts/docs/examples.ts";
import { generateDocs } from "../../scripts/docs/generate.ts";
import { type Cast, gatherCast } from "../helpers/cast.ts";
import { expectExamples, readExamples } from "../helpers/example-files.ts";
import { send } from "../helpers/rest.ts";
import { World } from "../helpers/world.ts";

let world: World;
let cast: Cast;
/** Files are written when all tests of this one are over. */
let tables: Examples = {};

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
});
afterAll(() => world.close());

/** Who reads a row of a table: the first of these who gets it. */
async function readRow(table: string, key: Readonly<Record<string, string>>): Promise<Example | undefined> {
  const filters = Object.entries(key).map(([column, value]) => `${column}=eq.${encodeURIComponent(value)}`);
  const path = `/rest/v1/${table}?${filters.join("&")}`;
  const people = ["anon", "customer", "owner", "admin"] as const;
  for (const by of people) {
    const token = by === "anon" ? {} : { token: cast[by].accessToken };
    const { status, body } = await send(world, { path, ...token });
    if (status === 200 && Array.isArray(body) && body.length > 0) return { by, status, answer: body };
  }
  return undefined;
}

it("the API docs show a real row of every table that somebody may read", async () => {
  const answers: Record<string, Example> = {};
  const read = Object.entries(cast.rows).map(async ([table, key]) => {
    const example = await readRow(table, key);
    if (example !== undefined) answers[`${table}.select`] = example;
  });
  await Promise.all(read);
  tables = await expectExamples("tables", answers, cast);
}, 120_000);

it("the API docs are what the database and the code say: npm run docs:generate", async () => {
  const files = await generateDocs(world.sql, { ...readExamples("rpcs"), ...readExamples("operations"), ...tables });
  for (const [file, text] of files) await expect(text).toMatchFileSnapshot(file);
}, 60_000);
