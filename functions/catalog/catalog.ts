import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database, Json } from "../_shared/database.types.ts";
import { Problem } from "../_shared/problem.ts";
import { type FoundPage, type ListQuery, pageOf, searchArguments } from "./list-query.ts";
import { pictures } from "./pictures.ts";
import { createShows } from "./shows.ts";

/** Reads products on show, as `anon` or through functions that show the same: what the public may not see is in no cache. */
export type Catalog = ReturnType<typeof createCatalog>;

const productColumns = `
  id, slug, name, description, locale, for_sale, for_rent, made_to_order, lead_days, attributes, tags, published_at, updated_at,
  boutique:boutiques!inner(slug, name, currency),
  designer:designers(slug, label, bio, translations),
  category:categories(slug, name, translations),
  variants:product_variants(id, size, color, sku, sale_price, rental_price_per_day, deposit, currency),
  media:product_media(storage_path, alt, position, width, height, blurhash, renditions),
  translations:product_translations(locale, name, description)` as const;

/**
 * @param url where browsers reach the API, for the addresses of pictures
 * @param anon client with the publishable key
 * @param server client with the secret key, for `list_products` and `sitemap` alone, which show what the public sees
 */
export function createCatalog(url: string, anon: SupabaseClient<Database>, server: SupabaseClient<Database>) {
  /** One page of cards; `next` is null on the last one. */
  async function list(query: ListQuery): Promise<FoundPage> {
    const { data, error } = await server.rpc("list_products", searchArguments(query));
    if (error !== null) throw refusal(error);
    return pageOf(url, data);
  }

  /** One product with all that its page shows, in the language asked for where it is there; undefined when it is not on show. */
  async function product(boutique: string, productSlug: string, locale: "en" | "am") {
    const { data: row, error } = await anon
      .from("products")
      .select(productColumns)
      .eq("listed", true)
      .eq("slug", productSlug)
      .eq("boutique.slug", boutique)
      .maybeSingle();
    if (error !== null) throw refusal(error);
    if (row === null) return undefined;
    const { translations, designer, category, media, ...own } = row;
    const text = translations.find((translation) => translation.locale === locale);
    return {
      ...own,
      ...(text === undefined ? {} : { name: text.name, description: text.description || own.description, locale }),
      designer: designer && {
        slug: designer.slug,
        label: designer.label,
        bio: translated(designer.translations, locale, "bio") ?? designer.bio,
      },
      category: category && {
        slug: category.slug,
        name: translated(category.translations, locale, "name") ?? category.name,
      },
      media: pictures(url, media),
    };
  }

  /** The slug that a product has now, by one that it had; undefined when there never was one. */
  async function renamed(boutique: string, productSlug: string): Promise<string | undefined> {
    const { data: row, error } = await anon
      .from("product_slugs")
      .select("products!inner(slug, listed, boutiques!inner(slug))")
      .eq("slug", productSlug)
      .eq("products.listed", true)
      .eq("products.boutiques.slug", boutique)
      .limit(1)
      .maybeSingle();
    if (error !== null) throw refusal(error);
    return row?.products.slug;
  }

  /** Slugs of the boutiques that have something on show. */
  async function boutiques(): Promise<string[]> {
    const { data, error } = await server.rpc("sitemap");
    if (error !== null) throw refusal(error);
    return z
      .array(z.object({ slug: z.string() }))
      .parse(data)
      .map(({ slug }) => slug);
  }

  /** What a boutique has on show, with the time of the last change. */
  async function sitemap(boutique: string) {
    const { data, error } = await server.rpc("sitemap", { boutique });
    if (error !== null) throw refusal(error);
    return z.array(sitemapPage).parse(data);
  }

  return { list, product, renamed, boutiques, sitemap, shows: createShows(url, anon) };
}
export type ProductPage = NonNullable<Awaited<ReturnType<Catalog["product"]>>>;

const sitemapPage = z.object({ kind: z.enum(["product", "show"]), slug: z.string(), changed_at: z.string() });

const byLocale = z.record(z.string(), z.record(z.string(), z.string()));

function translated(translations: Json, locale: string, field: string): string | undefined {
  return byLocale.safeParse(translations).data?.[locale]?.[field];
}

/** The refusals of `list_products` are about what was asked; all else is about us. */
function refusal({ code, hint, message }: { code: string; hint: string; message: string }): Error {
  if (code === "PT400") return new Problem(400, hint, message);
  return new Error(`The Data API answered ${code}: ${message}`);
}
