import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { typesFile } from "../../scripts/types.ts";
import { root } from "../../stack/paths.ts";

const glossary = readFileSync(join(root, "docs/glossary.md"), "utf8");
/** One per term, its lines joined. */
const entries = [...glossary.matchAll(/^- (.+(?:\n {2}.+)*)/gm)].map(([, entry = ""]) => entry.replaceAll("\n  ", " "));

/** Tables as `name` and `name.column`, and RPCs, as the types have them. */
function readNames(): ReadonlySet<string> {
  const names = new Set<string>();
  let [section, name, part] = ["", "", ""];
  for (const line of readFileSync(typesFile, "utf8").split("\n")) {
    const [, indent = "", word = ""] = /^( +)(\w+)\??: /.exec(line) ?? [];
    if (indent.length === 4) section = word;
    if (section !== "Tables" && section !== "Views" && section !== "Functions") continue;
    if (indent.length === 6) name = word;
    if (indent.length === 8) part = word;
    names.add(name);
    if (indent.length === 10 && part === "Row") names.add(`${name}.${word}`);
  }
  return names;
}

const names = readNames();
const schema = globSync("sql/*.sql", { cwd: root })
  .map((file) => readFileSync(join(root, file), "utf8"))
  .join("\n");

function isThere(name: string): boolean {
  return (
    names.has(name) || (name.startsWith("private.") && new RegExp(`create (table|function) ${name}\\b`).test(schema))
  );
}

it("terms are in the order of the alphabet, each once", () => {
  const terms = entries.map((entry) => /^\*\*(.+?)\*\*: /.exec(entry)?.[1] ?? entry);
  expect(terms.length).toBeGreaterThan(50);
  expect(terms).toEqual([...new Set(terms)].toSorted((a, b) => a.localeCompare(b, "en")));
});

it.each(entries)("%s", (entry) => {
  const named = [...entry.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !isThere(name))).toEqual([]);
  // It says where it lives, or where more is said.
  expect(entry).toMatch(/`|\]\(/);
});
