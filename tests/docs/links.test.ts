import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../stack/paths.ts";

const pages = globSync(["*.md", "docs/*.md", "client/*.md", "examples/*/*.md"], { cwd: root });

/** A page without its blocks of code, which have neither headings nor links. */
function prose(file: string): string {
  return readFileSync(file, "utf8").replaceAll(/^ *```[\s\S]*?^ *```/gm, "");
}

/** The anchors that GitHub gives to headings: words in lower case with hyphens, and a number when they come again. */
function anchors(file: string): ReadonlySet<string> {
  const found = new Map<string, number>();
  for (const [, heading = ""] of prose(file).matchAll(/^#{1,6} +(.+)$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const name = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
    const times = found.get(name) ?? 0;
    found.set(name, times + 1);
    if (times > 0) found.set(`${name}-${times}`, 1);
  }
  return new Set(found.keys());
}

function brokenLinks(page: string): string[] {
  const file = join(root, page);
  const links = [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? file : join(dirname(file), path);
    const isOutside = relative(root, target).startsWith("..");
    return isOutside || !existsSync(target) || (anchor !== undefined && !anchors(target).has(anchor));
  });
}

it("there are pages to look at", () => {
  expect(pages).toEqual(expect.arrayContaining(["README.md", "docs/api.md", "client/README.md"]));
});

it.each(pages)("every relative link of %s leads to a file, and to a heading that is there", (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

it("pictures of the docs are shown somewhere", () => {
  const shown = pages.map((page) => readFileSync(join(root, page), "utf8")).join("\n");
  const unused = globSync("docs/images/*", { cwd: root }).filter(
    (image) => !shown.includes(image.slice("docs/".length)),
  );
  expect(unused).toEqual([]);
});
