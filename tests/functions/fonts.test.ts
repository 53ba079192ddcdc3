import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { expect, it } from "vitest";
import { fontNames, fontsDir, packageFiles } from "../../scripts/fonts.ts";

it.each(fontNames)("functions have %s as its package has it", async (name) => {
  const { packed } = await import(join(fontsDir, `${name}.ts`));
  const { font, licence } = packageFiles(name);
  // What npm run fonts writes. Compression may differ between versions of Node; what comes out may not.
  expect(brotliDecompressSync(Buffer.from(packed, "base64")).equals(readFileSync(font))).toBe(true);
  expect(readFileSync(join(fontsDir, "LICENCES.txt"), "utf8")).toContain(readFileSync(licence, "utf8").trim());
});

it("functions have no fonts beside them", () => {
  expect(readdirSync(fontsDir).toSorted()).toEqual(
    ["LICENCES.txt", ...fontNames.map((name) => `${name}.ts`)].toSorted(),
  );
});
