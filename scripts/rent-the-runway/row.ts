import { createHash } from "node:crypto";
import { z } from "zod";
import type { CsvRow } from "../dataset.ts";

/** Columns that the file has to have; others are only part of the fingerprint. */
export const columns = [
  "fit",
  "user_id",
  "item_id",
  "weight_lbs",
  "rating",
  "rented_for",
  "body_type",
  "category",
  "size",
  "age",
  "review_date",
  "bust_size_num",
  "bust_size_letter",
  "height_in",
  "recommend",
] as const;

const optionalText = z
  .string()
  .trim()
  .max(60)
  .transform((text) => (text === "" ? null : text))
  .catch(null);

const rowSchema = z.object({
  fit: z.enum(["small", "fit", "large"]),
  user_id: z.string().trim().min(1).max(60),
  // Digits that fit into a bigint: prices are computed from it.
  item_id: z.string().regex(/^\d{1,18}$/),
  size: z.string().trim().min(1).max(40),
  review_date: z.iso.date(),
  category: optionalText,
  rented_for: optionalText,
  body_type: optionalText,
  bust_size_num: optionalText,
  bust_size_letter: optionalText,
  recommend: z.string(),
  rating: z.string(),
  age: z.string(),
  height_in: z.string(),
  weight_lbs: z.string(),
});

/** One review as the database takes it. Null is unknown. */
export interface FitRecord {
  /** SHA-256 of the row as it came, in hex. */
  readonly fingerprint: string;
  readonly itemId: string;
  readonly category: string | null;
  readonly size: string;
  readonly customerRef: string;
  readonly fit: "small" | "true" | "large";
  /** One to five stars. */
  readonly rating: number | null;
  readonly occasion: string | null;
  readonly bodyType: string | null;
  readonly heightCm: number | null;
  readonly weightKg: number | null;
  readonly bust: string | null;
  readonly age: number | null;
  readonly recommend: boolean | null;
  readonly wornOn: string;
}

export type ParsedRow =
  | { readonly record: FitRecord /** Figures that no person has, taken as unknown. */; readonly implausible: number }
  | { readonly refused: string };

/** Reads one row of the file; a row without fit, size, date, item or person is refused with the column as reason. */
export function parseRow(row: CsvRow): ParsedRow {
  const result = rowSchema.safeParse(row);
  if (!result.success) return { refused: String(result.error.issues[0]?.path[0] ?? "row") };
  const { data } = result;
  const measured = {
    rating: measure(data.rating, 0.5, 1, 5, 0),
    height: measure(data.height_in, 2.54, 50, 250, 1),
    weight: measure(data.weight_lbs, 0.453_592_37, 20, 400, 1),
    age: measure(data.age, 1, 0, 120, 0),
  };
  const record: FitRecord = {
    fingerprint: createHash("sha256")
      .update(JSON.stringify(Object.values(row)))
      .digest("hex"),
    itemId: data.item_id,
    category: data.category,
    size: data.size,
    customerRef: data.user_id,
    fit: data.fit === "fit" ? "true" : data.fit,
    rating: measured.rating.value,
    occasion: data.rented_for,
    bodyType: data.body_type,
    heightCm: measured.height.value,
    weightKg: measured.weight.value,
    bust: data.bust_size_num === null ? null : `${data.bust_size_num}${data.bust_size_letter ?? ""}`,
    age: measured.age.value,
    recommend: data.recommend === "1" ? true : data.recommend === "0" ? false : null,
    wornOn: data.review_date,
  };
  return { record, implausible: Object.values(measured).filter(({ implausible }) => implausible).length };
}

interface Measured {
  readonly value: number | null;
  readonly implausible: boolean;
}

/** A figure in another unit; null when the cell is empty, or holds what no person can be. */
function measure(cell: string, factor: number, least: number, most: number, decimals: number): Measured {
  if (cell.trim() === "") return { value: null, implausible: false };
  const value = Number((Number(cell) * factor).toFixed(decimals));
  return value >= least && value <= most ? { value, implausible: false } : { value: null, implausible: true };
}

/** A name as a part of an address: lower-case letters and digits with single hyphens; null when nothing is left. */
export function slugify(name: string | null): string | null {
  const slug = (name ?? "")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return slug === "" ? null : slug;
}
