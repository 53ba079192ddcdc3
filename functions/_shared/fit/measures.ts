/** What is known of a body, in the order of the columns that hold it. Centimetres, kilograms, years. */
export const MEASURES = ["height_cm", "weight_kg", "bust_cm", "waist_cm", "hips_cm", "age"] as const;

/** One figure per measure; NaN is unknown. */
export type Body = Float64Array | readonly number[];

/** Index of the measures that say how wide somebody is: without one of them nobody can tell a size. */
export const GIRTHS: readonly number[] = [1, 2, 3, 4];

/** Inches that a cup adds to the band, by the US scale. */
const CUPS: Readonly<Record<string, number>> = {
  ...{ aa: 0.5, a: 1, b: 2, c: 3, d: 4, "d+": 4.5, dd: 5, e: 5, ddd: 6, "ddd/e": 6 },
  ...{ f: 7, g: 8, h: 9, i: 10, j: 11 },
};

/** The girth of the bust in centimetres of a band and cup such as 34b; NaN when it is none. As private.bust_cm. */
export function bustCm(text: string | null): number {
  const [, band, cup] = /^(\d{2})([a-z+/]*)$/.exec(text?.trim().toLowerCase() ?? "") ?? [];
  const inches = cup === undefined ? undefined : CUPS[cup];
  return band === undefined || inches === undefined ? Number.NaN : (Number(band) + inches) * 2.54;
}
