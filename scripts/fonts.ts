import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { root } from "../stack/paths.ts";

export const fontsDir = join(root, "functions/_shared/documents/fonts");

/** The fonts of documents, by the names of their modules. */
export const fontNames = ["noto-sans", "noto-sans-ethiopic", "noto-sans-hebrew", "ibm-plex-sans-arabic"].flatMap(
  (family) => [`${family}-400`, `${family}-700`],
);

const weights: Readonly<Record<string, string>> = { "400": "400Regular", "700": "700Bold" };

/** Where the package of a font has it, with its licence. */
export function packageFiles(name: string): { readonly font: string; readonly licence: string } {
  const [, family = "", weight = ""] = /^(.+)-(\d+)$/.exec(name) ?? [];
  const folder = weights[weight] ?? "";
  const title = family.replace("ibm", "IBM").replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  const place = join(root, "node_modules/@expo-google-fonts", family);
  return { font: join(place, folder, `${title}_${folder}.ttf`), licence: join(place, "LICENSE_FONT") };
}

/** A module with the bytes of a font, compressed and in base64. */
export function packFont(bytes: Uint8Array): string {
  const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  return `// Made by npm run fonts. The licence is in LICENCES.txt.\nexport const packed =\n  "${packed.toString("base64")}";\n`;
}
