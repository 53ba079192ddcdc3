import type { Rate } from "./features.ts";
import { KINDS, type Names } from "./observations.ts";

const COLUMNS = 6;
/** Days after which a wearing counts half: cuts change, and so do those who wear them. */
export const HALF_LIFE_DAYS = 365;

/** The sums of every kind of rate, in columns of numbers. */
export class Rates {
  private readonly sums: readonly Float64Array[];
  private readonly firstDay: number;
  /** By what sums are divided to count as of the day that was seen last. */
  private weight = 1;

  constructor(names: readonly Names[], firstDay: number) {
    this.sums = KINDS.map((_, kind) => new Float64Array(COLUMNS * (names[kind]?.texts.length ?? 0)));
    this.firstDay = firstDay;
  }

  /** From here on sums are those of a day. */
  moveTo(day: number): void {
    this.weight = 2 ** ((day - this.firstDay) / HALF_LIFE_DAYS);
  }

  add(keys: ArrayLike<number>, fit: number, gap: number, place: number): void {
    const known = !Number.isNaN(gap);
    const values = [1, fit === 0 ? 1 : 0, fit === 2 ? 1 : 0, known ? 1 : 0, known ? gap : 0, place];
    this.sums.forEach((sums, kind) => {
      const at = (keys[kind] ?? 0) * COLUMNS;
      for (let n = 0; n < COLUMNS; n += 1) sums[at + n] = (sums[at + n] ?? 0) + this.weight * (values[n] ?? 0);
    });
  }

  read(kind: number, key: number): Rate {
    const sums = this.sums[kind] ?? new Float64Array();
    const value = (n: number) => (sums[key * COLUMNS + n] ?? 0) / this.weight;
    return { n: value(0), small: value(1), large: value(2), known: value(3), gap: value(4), place: value(5) };
  }
}
