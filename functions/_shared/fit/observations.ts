import { MEASURES } from "./measures.ts";

/** How a size fell, as it is counted: 0 small, 1 true to size, 2 large. */
export const FITS = ["small", "true", "large"] as const;
export type Fit = (typeof FITS)[number];

/** One wearing, as it is read. */
export interface Wearing {
  /** Whose it was; needed while training alone, and kept nowhere. */
  readonly person: string;
  readonly product: string;
  readonly category: string | null;
  readonly size: string;
  readonly fit: Fit;
  /** Days since 1970. */
  readonly day: number;
  /** As MEASURES; NaN is unknown. */
  readonly body: readonly number[];
}

/** What rates are kept for, from the widest to the narrowest. */
export const KINDS = ["all", "size", "category", "category_size", "product", "product_size"] as const;
export type Kind = (typeof KINDS)[number];

/** Numbers for texts, in the order in which they come. */
export class Names {
  readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    this.numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

/** The keys of the rates that a size of a product has a part in. A space ends an id. */
export function keysOf(product: string, category: string | null, size: string): readonly string[] {
  const kind = category ?? "none";
  return ["", size, kind, `${kind} ${size}`, product, `${product} ${size}`];
}

/** Wearings in columns of numbers, about 80 bytes each, in the order of time once they are sorted. */
export class Observations {
  readonly names: readonly Names[] = KINDS.map(() => new Names());
  length = 0;
  private readonly people = new Names();
  person = new Int32Array(1024);
  day = new Int32Array(1024);
  fit = new Uint8Array(1024);
  /** One column per kind of rate. */
  keys = new Int32Array(1024 * KINDS.length);
  body = new Float32Array(1024 * MEASURES.length);

  add(wearing: Wearing): void {
    if (this.length === this.day.length) this.grow();
    const row = this.length++;
    this.person[row] = this.people.of(wearing.person);
    this.day[row] = wearing.day;
    this.fit[row] = FITS.indexOf(wearing.fit);
    keysOf(wearing.product, wearing.category, wearing.size).forEach((key, kind) => {
      this.keys[row * KINDS.length + kind] = this.names[kind]?.of(key) ?? 0;
    });
    this.body.set(wearing.body, row * MEASURES.length);
  }

  /** The numbers of the rows in the order of their days; those of one day in the order in which they came. */
  inOrder(): Int32Array {
    const rows = Int32Array.from({ length: this.length }, (_, row) => row);
    return rows.sort((a, b) => (this.day[a] ?? 0) - (this.day[b] ?? 0) || a - b);
  }

  bodyOf(row: number): Float32Array {
    return this.body.subarray(row * MEASURES.length, (row + 1) * MEASURES.length);
  }

  keysOf(row: number): Int32Array {
    return this.keys.subarray(row * KINDS.length, (row + 1) * KINDS.length);
  }

  private grow(): void {
    const twice = <Column extends Int32Array | Uint8Array | Float32Array>(
      column: Column,
      make: new (n: number) => Column,
    ) => {
      const larger = new make(column.length * 2);
      larger.set(column);
      return larger;
    };
    this.person = twice(this.person, Int32Array);
    this.day = twice(this.day, Int32Array);
    this.fit = twice(this.fit, Uint8Array);
    this.keys = twice(this.keys, Int32Array);
    this.body = twice(this.body, Float32Array);
  }
}
