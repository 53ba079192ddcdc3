import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../stack/paths.ts";

it("gives functions the same versions on the platform as package.json gives them here", () => {
  const { imports } = JSON.parse(readFileSync(join(root, "functions/deno.json"), "utf8"));
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const [specifier, target] of Object.entries<string>(imports)) {
    const name = specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? "";
    const path = specifier.slice(name.length);
    expect(target, specifier).toBe(`npm:${name}@${dependencies[name]}${path}`);
  }
});
