// node examples/shop/build.ts DIR: writes the page into a folder. The embedded stack does so when the shop is first asked for.
import process from "node:process";
import { build } from "vite";

const [outDir] = process.argv.slice(2);
if (outDir === undefined) {
  process.stderr.write("Name the folder that the page is written to: node examples/shop/build.ts DIR\n");
  process.exit(1);
}
await build({
  configFile: new URL("vite.config.ts", import.meta.url).pathname,
  build: { outDir },
  logLevel: "warn",
});
