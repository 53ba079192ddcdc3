import bidiJs from "bidi-js";
import type { Family, FontSet } from "./font-set.ts";

/** Text of one font, to be written from left to right after the runs before it. */
export interface Run {
  readonly family: Family;
  /** As it is to be handed to the shaper, which turns Arabic and Hebrew round by itself. */
  readonly text: string;
}

// Its types speak of a default export, which the CommonJS file is itself.
const bidi = (bidiJs as unknown as typeof bidiJs.default)();

/** Stands for what no font has. */
const MISSING = "\uFFFD";
/** Guides the order of a text and is not written itself. */
const invisible = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/u;
const strong = /[^\p{Script=Common}\p{Script=Inherited}]/u;

/**
 * Cuts a line into runs of one font and one direction and puts them into the order in which they are seen (Unicode
 * Standard Annex 9). Line breaks and other control characters become spaces.
 */
export function visualRuns(line: string, fonts: Pick<FontSet, "familyOf">): Run[] {
  const text = line.normalize("NFC").replaceAll(/\p{Cc}+/gu, " ");
  const { levels } = bidi.getEmbeddingLevels(text, "auto");
  const runs: { family: Family; level: number; text: string }[] = [];
  let index = 0;
  for (const character of text) {
    const level = levels[index] ?? 0;
    index += character.length;
    if (invisible.test(character)) continue;
    const last = runs.at(-1);
    const family = fonts.familyOf(character, last?.family);
    const seen =
      family === undefined
        ? MISSING
        : level % 2 === 1
          ? (bidi.getMirroredCharacter(character) ?? character)
          : character;
    if (last !== undefined && last.level === level && last.family === (family ?? "sans")) last.text += seen;
    else runs.push({ family: family ?? "sans", level, text: seen });
  }
  return reordered(runs).map(({ family, level, text }) => ({
    family,
    // The shaper knows the direction of a script, not of spaces and signs alone.
    text: level % 2 === 1 && !strong.test(text) ? [...text].reverse().join("") : text,
  }));
}

/** Rule L2: from the highest level to the lowest odd one, turns round what is at that level or higher. */
function reordered<Item extends { readonly level: number }>(items: readonly Item[]): Item[] {
  const result = [...items];
  for (let level = Math.max(0, ...items.map((item) => item.level)); level > 0; level -= 1) {
    for (let first = 0; first < result.length; first += 1) {
      let end = first;
      while ((result[end]?.level ?? -1) >= level) end += 1;
      if (end - first > 1) result.splice(first, end - first, ...result.slice(first, end).reverse());
      first = Math.max(first, end - 1);
    }
  }
  return result;
}
