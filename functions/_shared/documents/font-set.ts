import { brotliDecompressSync } from "node:zlib";
import * as fontkit from "fontkit";

/** Scripts that documents are written in, by the font that has their letters. */
export const families = ["sans", "ethiopic", "arabic", "hebrew"] as const;
/** `sans` has Latin, Greek, Cyrillic, Devanagari, digits and signs; it stands in for every other script. */
export type Family = (typeof families)[number];
export type Weight = 400 | 700;

/** Only what a document needs is read and unpacked. */
const modules: Readonly<Record<`${Family}-${Weight}`, () => Promise<{ readonly packed: string }>>> = {
  "sans-400": () => import("./fonts/noto-sans-400.ts"),
  "sans-700": () => import("./fonts/noto-sans-700.ts"),
  "ethiopic-400": () => import("./fonts/noto-sans-ethiopic-400.ts"),
  "ethiopic-700": () => import("./fonts/noto-sans-ethiopic-700.ts"),
  "arabic-400": () => import("./fonts/ibm-plex-sans-arabic-400.ts"),
  "arabic-700": () => import("./fonts/ibm-plex-sans-arabic-700.ts"),
  "hebrew-400": () => import("./fonts/noto-sans-hebrew-400.ts"),
  "hebrew-700": () => import("./fonts/noto-sans-hebrew-700.ts"),
};

const letters: Readonly<Record<Family, RegExp>> = {
  sans: /./s,
  ethiopic: /\p{Script=Ethiopic}/u,
  arabic: /\p{Script=Arabic}/u,
  hebrew: /\p{Script=Hebrew}/u,
};

export interface FontFile {
  readonly family: Family;
  readonly weight: Weight;
  readonly bytes: Uint8Array;
}

/** The fonts that a text is written with. */
export class FontSet {
  readonly files: readonly FontFile[];
  readonly #covered: ReadonlyMap<Family, fontkit.Font>;

  private constructor(files: readonly FontFile[]) {
    this.files = files;
    const regular = files.filter(({ weight }) => weight === 400);
    this.#covered = new Map(regular.map(({ family, bytes }) => [family, open(bytes)]));
  }

  static async for(text: string): Promise<FontSet> {
    const needed = families.filter((family) => letters[family].test(text) || family === "sans");
    const wanted = needed.flatMap((family) => [400, 700].map((weight) => ({ family, weight: weight as Weight })));
    return new FontSet(
      await Promise.all(
        wanted.map(async ({ family, weight }) => {
          const { packed } = await modules[`${family}-${weight}`]();
          return { family, weight, bytes: brotliDecompressSync(Buffer.from(packed, "base64")) };
        }),
      ),
    );
  }

  /**
   * The family that writes a character; undefined when none has it.
   *
   * @param current the family of what stands before it, which also writes the spaces and signs that it has
   */
  familyOf(character: string, current: Family | undefined): Family | undefined {
    const has = (family: Family) =>
      this.#covered.get(family)?.hasGlyphForCodePoint(character.codePointAt(0) ?? 0) === true;
    if (current !== undefined && shared.test(character) && has(current)) return current;
    return families.find(has);
  }
}

/** Spaces, digits, signs and marks belong to the word that they stand in. */
const shared = /[\p{Script=Common}\p{Script=Inherited}]/u;

function open(bytes: Uint8Array): fontkit.Font {
  const font = fontkit.create(Buffer.from(bytes));
  if (!("hasGlyphForCodePoint" in font))
    throw new Error("A file of documents/fonts holds several fonts. Run npm run fonts.");
  return font;
}
