import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { root } from "../stack/paths.ts";

/** Where the module with the files of the page is. */
export const assetsFile = join(root, "functions/docs/assets.ts");

const swaggerUi = join(root, "node_modules/swagger-ui-dist");
const page = join(root, "functions/docs/page");

/** The files of the page by name: Swagger UI from its package, the rest from functions/docs/page. */
export const pageFiles: Readonly<Record<string, string>> = {
  "index.html": join(page, "index.html"),
  "page.css": join(page, "page.css"),
  "page.js": join(page, "page.js"),
  "swagger-ui.css": join(swaggerUi, "swagger-ui.css"),
  "swagger-ui-bundle.js": join(swaggerUi, "swagger-ui-bundle.js"),
};

/** The bytes of a file, without the reference to a source map that is not served. */
export const pageFile = (name: string): Buffer =>
  Buffer.from(readFileSync(pageFiles[name] ?? "", "utf8").replace(/\n?(\/\/|\/\*)# sourceMappingURL=[^\n]*/g, ""));

/** A module with all of them, compressed and in base64: it comes along wherever the function goes. */
export function packPage(): string {
  const members = Object.keys(pageFiles).map((name) => {
    const bytes = pageFile(name);
    const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    return `  "${name}":\n    "${packed.toString("base64")}",\n`;
  });
  return `// Made by npm run docs:assets. Swagger UI is under the Apache License 2.0; see its package swagger-ui-dist.
export const packed: Readonly<Record<string, string>> = {\n${members.join("")}};\n`;
}
