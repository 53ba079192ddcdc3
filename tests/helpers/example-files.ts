import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Example, type Examples, keepAlike, steady } from "../../scripts/docs/examples.ts";
import { root } from "../../stack/paths.ts";
import type { Cast } from "./cast.ts";

const folder = join(root, "scripts/docs/examples");

/** What the documents show as examples, from files that tests keep up to date. */
export function readExamples(name: string): Examples {
  const file = join(folder, `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Examples) : {};
}

/** Fails when answers have another form than the examples; `npm run docs:generate` writes these anew. Answers with them. */
export async function expectExamples(name: string, answers: Examples, cast: Cast): Promise<Examples> {
  const names = namesOf(cast);
  const now = Object.fromEntries(
    Object.entries(answers).map(([id, example]): [string, Example] => [id, steady(example, (key) => names.get(key))]),
  );
  const kept = keepAlike(readExamples(name), now);
  await expect(`${JSON.stringify(kept, null, 2)}\n`).toMatchFileSnapshot(join(folder, `${name}.json`));
  return kept;
}

/** What the ids of a cast are of, so that an example names the same row by the same id as another. */
function namesOf(cast: Cast): Map<string, string> {
  const people = Object.entries(cast).filter(([, person]) => person?.accessToken !== undefined);
  return new Map([
    ...Object.entries(cast.rows).flatMap(([table, key]): [string, string][] => {
      const values = Object.values(key);
      return values.length === 1 ? [[values[0] ?? "", table]] : [];
    }),
    [cast.gown.id, "gown"],
    [cast.gown.productId, "gown of"],
    [cast.ring.id, "ring"],
    ...people.map(([name, person]): [string, string] => [person.id, name]),
  ]);
}
