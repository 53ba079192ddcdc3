import { z } from "zod";

/** One row of a file: a variant with its product, or a product that has none. What is not given stays as it is. */
export type ImportRow = z.infer<typeof importRow>;

/** Why a row is not imported. */
export interface Refusal {
  /** Stable, for machines: `invalid_price`. */
  readonly code: string;
  readonly message: string;
}

const money = () => z.int("a whole number of minor units: 125000 for 1250.00").min(0, "not below 0").nullish();

/** The row format, as docs/api.md has it. The database has the last word; what it would refuse anyway is told here in words. */
export const importRow = z.strictObject({
  product_slug: slug(120),
  product_name: text(200, 1).nullish(),
  description: text(20_000).nullish(),
  locale: z.enum(["en", "am"], "en or am").nullish(),
  category: slug(80).nullish(),
  designer: slug(80).nullish(),
  tags: z.array(text(40, 1)).max(20, "up to 20 words").nullish(),
  style_code: text(80, 1).nullish(),
  lead_days: z.int("a whole number of days").min(0, "not below 0").max(1100, "up to 1100").nullish(),
  status: z.enum(["draft", "published"], "draft or published").nullish(),
  for_sale: z.boolean("true or false").nullish(),
  for_rent: z.boolean("true or false").nullish(),
  made_to_order: z.boolean("true or false").nullish(),
  attributes: z
    .record(z.string().min(1).max(60).refine(isStorable, "no such characters"), z.unknown())
    .refine((attributes) => isStorable(attributes), "no null bytes, halves of characters or infinite numbers")
    .refine((attributes) => JSON.stringify(attributes).length <= 20_000, "up to 20,000 characters")
    .nullish(),
  sku: text(80, 1).nullish(),
  size: text(40, 1).nullish(),
  color: text(60).nullish(),
  sale_price: money(),
  rental_price_per_day: money(),
  deposit: money(),
});

export type ImportColumn = keyof ImportRow;

/** Columns that say something of the product; the others are the variant's. */
export const productColumns = [
  ...["product_name", "description", "locale", "category", "designer", "tags", "style_code", "lead_days", "status"],
  ...["for_sale", "for_rent", "made_to_order", "attributes"],
] as readonly ImportColumn[];

/** Columns that say something of the variant, beside its SKU. */
export const variantColumns = ["size", "color", "sale_price", "rental_price_per_day", "deposit"] as const;

/** Columns whose null takes away what is there; null in the others says nothing. */
export const clearableColumns: ReadonlySet<ImportColumn> = new Set([
  ...(["category", "designer", "style_code", "lead_days", "sale_price", "rental_price_per_day"] as const),
]);

/** Columns of a CSV in their order. Attributes have one each, such as `attribute.silhouette`, where `attributes` stands. */
export const importColumns = Object.keys(importRow.shape) as readonly ImportColumn[];

/** Checks a row; what is wrong with it is told for each field. */
export function parseRow(
  raw: unknown,
): { readonly row: ImportRow; readonly refusals?: never } | { readonly row?: never; readonly refusals: Refusal[] } {
  const result = importRow.safeParse(raw);
  if (!result.success) return { refusals: result.error.issues.slice(0, 10).map(refusalOf) };
  const row = result.data;
  const given = variantColumns.find(
    (column) => row[column] !== undefined && row[column] !== null && row[column] !== "",
  );
  if (!isGiven(row.sku) && given !== undefined) {
    return { refusals: [{ code: "missing_value", message: `sku: a row with a ${given} needs one.` }] };
  }
  return { row };
}

export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

function refusalOf(issue: z.core.$ZodIssue): Refusal {
  if (issue.code === "unrecognized_keys") {
    const names = issue.keys.slice(0, 5).map((key) => key.slice(0, 60));
    return {
      code: "unknown_column",
      message: `${names.join(", ")}: no such member. There are ${importColumns.join(", ")}.`,
    };
  }
  const column = String(issue.path[0] ?? "row");
  const isMissing = column === "product_slug" && issue.code === "invalid_type";
  const isPrice = ["sale_price", "rental_price_per_day", "deposit"].includes(column);
  const code = isMissing
    ? "missing_value"
    : isPrice
      ? "invalid_price"
      : column === "attributes"
        ? "invalid_attributes"
        : "invalid_value";
  return { code, message: `${column}: ${isMissing ? "every row needs it" : issue.message}.` };
}

function slug(max: number) {
  return z
    .string("lower-case letters, digits and single hyphens")
    .max(max, `up to ${max} characters`)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens");
}

/** Characters are counted as Postgres counts them. */
function text(max: number, min = 0) {
  return z
    .string("a text")
    .refine((value) => value.length <= max || [...value].length <= max, `up to ${max} characters`)
    .refine((value) => min === 0 || /\S/.test(value), "not empty")
    .refine((value) => isStorable(value), "no null bytes and no halves of characters");
}

/** False for what jsonb cannot hold. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\0") && value.isWellFormed();
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isStorable);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every((entry) => entry.every(isStorable));
}
