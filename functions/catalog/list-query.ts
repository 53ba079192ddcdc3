import { z } from "zod";
import type { Json } from "../_shared/database.types.ts";
import { type Picture, pictures } from "./pictures.ts";

const many = (what: string) =>
  z
    .string()
    .max(2_000)
    .transform((text) => text.split(",").filter((value) => value !== ""))
    .optional()
    .describe(`${what}; several with commas: one of them fits`);
const slugs = (what: string) =>
  z
    .string()
    .max(2_000)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*(,[a-z0-9]+(-[a-z0-9]+)*)*$/, "lower-case letters, digits and single hyphens")
    .transform((text) => text.split(","))
    .optional()
    .describe(`${what}; several with commas`);
const price = () => z.coerce.number().int().min(0).optional();
const day = () => z.iso.date("a day as YYYY-MM-DD").optional();

export const listQuery = z.object({
  q: z.string().max(200).default("").describe("Words in English or Amharic; the last may be unfinished"),
  boutique: slugs("Slug of a boutique"),
  category: slugs("Slug of a category, with all below it"),
  designer: slugs("Slug of a designer"),
  collection: many("Id of a collection"),
  size: many("Size"),
  color: many("Color"),
  tag: many("Tag"),
  city: many("City of a branch"),
  kind: z.enum(["sale", "rent"]).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "an ISO 4217 code, such as ETB")
    .optional(),
  price_min: price().describe("Minor units of currency"),
  price_max: price().describe("Minor units of currency"),
  free_from: day().describe("First day on which a garment is free for rent"),
  free_until: day().describe("Last day on which it is"),
  sort: z.enum(["relevance", "new", "rating", "price_asc", "price_desc"]).optional(),
  locale: z.enum(["en", "am"]).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24).describe("Products per page"),
  after: z.string().max(2_000).optional().describe("The `next` of the page before"),
  /** Of the category's attributes: `attribute.silhouette=a-line,mermaid`. */
  attributes: z.record(z.string().max(60), z.array(z.string().max(120)).max(50)).default({}),
});
export type ListQuery = z.infer<typeof listQuery>;

/** The parameters of an address, those of attributes gathered in one. */
export function listParameters(query: Readonly<Record<string, string>>): Record<string, unknown> {
  const attributes = Object.entries(query).filter(([name]) => name.startsWith("attribute."));
  return {
    ...query,
    attributes: Object.fromEntries(
      attributes.map(([name, value]) => [name.slice("attribute.".length), value.split(",")]),
    ),
  };
}

/** As `list_products` takes them. */
export function searchArguments({ q, sort, limit, after, ...filters }: ListQuery) {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return {
    q,
    filters: Object.fromEntries(given) as Json,
    sort: sort ?? (q === "" ? "new" : "relevance"),
    page_size: limit,
    ...(after === undefined ? {} : { after }),
  };
}

const found = z.object({
  products: z.array(
    z.looseObject({
      picture: z
        .object({
          storage_path: z.string(),
          alt: z.string(),
          width: z.number().nullable(),
          height: z.number().nullable(),
          blurhash: z.string().nullable(),
          renditions: z.unknown(),
        })
        .nullable(),
    }),
  ),
  next: z.string().nullable(),
  corrected: z.string().nullable(),
});

export interface FoundPage {
  readonly products: readonly (Record<string, unknown> & { readonly picture: Picture | null })[];
  readonly next: string | null;
  /** How the words were read, when they were corrected. */
  readonly corrected: string | null;
}

/** What `list_products` answers, with addresses of pictures. */
export function pageOf(url: string, answer: unknown): FoundPage {
  const { products, ...rest } = found.parse(answer);
  return {
    products: products.map(({ picture, ...card }) => ({
      ...card,
      picture: picture === null ? null : (pictures(url, [picture])[0] ?? null),
    })),
    ...rest,
  };
}
