// npm run docs:assets: packs the page of the API docs, with Swagger UI from its package, into a module for the function.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { assetsFile, packPage } from "./docs-assets.ts";

writeFileSync(assetsFile, packPage());
process.stdout.write(`Wrote ${assetsFile}.\n`);
