import * as z from "zod/mini";
import { type CallOptions, call, callChecked, callFunction } from "./call.ts";
import type { NexusClient } from "./client.ts";

/** Filters of a search; one value, or several of which one fits. Prices are in minor units and want a `currency`. */
export interface ProductFilters {
  readonly boutique?: string | readonly string[];
  readonly category?: string | readonly string[];
  readonly designer?: string | readonly string[];
  /** Id of a collection. */
  readonly collection?: string;
  readonly size?: string | readonly string[];
  readonly color?: string | readonly string[];
  readonly tag?: string | readonly string[];
  readonly city?: string | readonly string[];
  readonly kind?: "sale" | "rent";
  readonly currency?: string;
  readonly price_min?: number;
  readonly price_max?: number;
  /** Days on which a garment has to be free, both included. */
  readonly free_from?: string;
  readonly free_until?: string;
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
  readonly locale?: "en" | "am";
}
export interface SearchInput {
  readonly q?: string;
  readonly filters?: ProductFilters;
  readonly sort?: "relevance" | "new" | "rating" | "price_asc" | "price_desc";
  /** `next` of the page before. */
  readonly after?: string | null;
  readonly pageSize?: number;
}

const named = z.object({ slug: z.string(), name: z.string() });
const card = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  for_sale: z.boolean(),
  for_rent: z.boolean(),
  sale_from: z.nullable(z.number()),
  rent_from: z.nullable(z.number()),
  currency: z.string(),
  rating: z.number(),
  attributes: z.record(z.string(), z.unknown()),
  boutique: named,
  designer: z.nullable(z.object({ slug: z.string(), label: z.string() })),
  category: z.nullable(named),
  picture: z.nullable(
    z.object({
      storage_path: z.string(),
      alt: z.string(),
      width: z.nullable(z.number()),
      height: z.nullable(z.number()),
      blurhash: z.nullable(z.string()),
      renditions: z.array(z.object({ storage_path: z.string(), width: z.number(), height: z.number() })),
    }),
  ),
});
/** A product as a list shows it. */
export type ProductCard = z.output<typeof card>;

const page = z.object({ products: z.array(card), next: z.nullable(z.string()), corrected: z.nullable(z.string()) });
const facets = z.object({
  facets: z.record(
    z.string(),
    z.array(z.object({ value: z.string(), label: z.optional(z.string()), count: z.number() })),
  ),
  counted: z.number(),
  complete: z.boolean(),
});

const json = (filters: ProductFilters) => JSON.parse(JSON.stringify(filters));

/** Products by words and filters, a page at a time. For anybody. */
export function searchProducts(nexus: NexusClient, input: SearchInput = {}, options?: CallOptions) {
  const { q, filters = {}, sort, after, pageSize } = input;
  const args = {
    filters: json(filters),
    ...(q ? { q } : {}),
    ...(sort ? { sort } : {}),
    ...(after ? { after } : {}),
    ...(pageSize ? { page_size: pageSize } : {}),
  };
  return callChecked(page, () => nexus.rpc("search_products", args), options);
}

/** How many products each further filter would leave. For anybody. */
export function productFacets(
  nexus: NexusClient,
  { q, filters = {} }: Pick<SearchInput, "q" | "filters"> = {},
  options?: CallOptions,
) {
  const args = { filters: json(filters), ...(q ? { q } : {}) };
  return callChecked(facets, () => nexus.rpc("product_facets", args), options);
}

const suggestion = z.object({
  kind: z.string(),
  label: z.string(),
  slug: z.nullable(z.string()),
  boutique: z.nullable(z.string()),
});

/** What somebody may mean who has typed so far. For anybody. */
export function suggestProducts(nexus: NexusClient, q: string, options?: CallOptions) {
  return callChecked(z.array(suggestion), () => nexus.rpc("suggest_products", { q }), options);
}

const rendition = z.object({ url: z.string(), width: z.number(), height: z.number() });
const picture = z.object({
  url: z.string(),
  alt: z.string(),
  width: z.nullable(z.number()),
  height: z.nullable(z.number()),
  blurhash: z.nullable(z.string()),
  renditions: z.array(rendition),
});
/** A picture, with its smaller copies, the narrowest first. */
export type Picture = z.output<typeof picture>;

const product = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  for_sale: z.boolean(),
  for_rent: z.boolean(),
  made_to_order: z.boolean(),
  lead_days: z.nullable(z.number()),
  attributes: z.record(z.string(), z.unknown()),
  boutique: z.object({ slug: z.string(), name: z.string(), currency: z.string() }),
  designer: z.nullable(z.object({ slug: z.string(), label: z.string(), bio: z.string() })),
  category: z.nullable(named),
  variants: z.array(
    z.object({
      id: z.string(),
      size: z.string(),
      color: z.string(),
      sku: z.string(),
      sale_price: z.nullable(z.number()),
      rental_price_per_day: z.nullable(z.number()),
      deposit: z.number(),
      currency: z.string(),
    }),
  ),
  media: z.array(picture),
});
/** A product with all that its page shows. */
export type ProductPage = z.output<typeof product>;

/** One product by the slugs of its boutique and its own, from the function `catalog`, which caches. For anybody. */
export function getProduct(
  nexus: NexusClient,
  at: { readonly boutique: string; readonly product: string; readonly locale?: "en" | "am" },
  options?: CallOptions,
) {
  const path = `catalog/products/${encodeURIComponent(at.boutique)}/${encodeURIComponent(at.product)}`;
  const query = at.locale === undefined ? "" : `?locale=${at.locale}`;
  return callFunction(nexus, product, `${path}${query}`, { method: "GET" }, options);
}

/** Free and total garments per variant and day, both days included. For anybody. */
export function productAvailability(
  nexus: NexusClient,
  { productId, fromDay, toDay }: { readonly productId: string; readonly fromDay: string; readonly toDay: string },
  options?: CallOptions,
) {
  const args = { product_id: productId, from_date: fromDay, to_date: toDay };
  return call(() => nexus.rpc("product_availability", args), options);
}

const offer = z.object({
  boutique_slug: z.string(),
  boutique_name: z.string(),
  location_id: z.string(),
  location_name: z.string(),
  city: z.string(),
  country: z.string(),
  product_id: z.string(),
  product_slug: z.string(),
  variant_id: z.string(),
  color: z.string(),
  price_per_day: z.number(),
  deposit: z.number(),
  currency: z.string(),
  free: z.number(),
  distance_km: z.nullable(z.number()),
});

/** Branches, of all boutiques, that have the gown in a size free on some days; the nearest first. For anybody. */
export function findGarments(
  nexus: NexusClient,
  input: {
    readonly productId: string;
    readonly size: string;
    readonly period: string;
    readonly near?: { readonly latitude: number; readonly longitude: number };
  },
  options?: CallOptions,
) {
  const args = { product_id: input.productId, size: input.size, period: input.period, ...input.near };
  return callChecked(z.array(offer), () => nexus.rpc("find_garments", args), options);
}

/** Addresses of a card's picture for `srcset`, the narrowest first. */
export function pictureSources(
  nexus: NexusClient,
  { picture: shown }: Pick<ProductCard, "picture">,
): Picture["renditions"] {
  const files = nexus.storage.from("product-media");
  return (shown?.renditions ?? []).map(({ storage_path, width, height }) => ({
    url: files.getPublicUrl(storage_path).data.publicUrl,
    width,
    height,
  }));
}
