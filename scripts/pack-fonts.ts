// npm run fonts: packs the fonts of documents, from the packages that package.json pins, into modules. A module comes along
// wherever the code goes: to the worker, to Deno and into a deployed function, where no file of a package can be read.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fontNames, fontsDir, packageFiles, packFont } from "./fonts.ts";

const licences = new Set<string>();
for (const name of fontNames) {
  const { font, licence } = packageFiles(name);
  writeFileSync(join(fontsDir, `${name}.ts`), packFont(readFileSync(font)));
  licences.add(readFileSync(licence, "utf8").trim());
}
writeFileSync(join(fontsDir, "LICENCES.txt"), `${[...licences].join("\n\n")}\n`);
process.stdout.write(`${fontNames.length} fonts: ${fontsDir}\n`);
