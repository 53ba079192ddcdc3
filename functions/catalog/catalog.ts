import { z } from "zod";
import { Problem } from "../_shared/problem.ts";
import { serverClient } from "../_shared/server-client.ts";

/** Reads published products as `anon`: what RLS hides from the public cannot be in a cache. */
export type Catalog = ReturnType<typeof createCatalog>;

export const listQuery = z.object({
  boutique: slug().optional().describe("Slug of a boutique"),
  category: slug().optional().describe("Slug of a category"),
  designer: slug().optional().describe("Slug of a designer"),
  limit: z.coerce.number().int().min(1).max(100).default(24).describe("Products per page"),
  after: z.string().max(200).optional().describe("The `next` of the page before"),
});
export type ListQuery = z.infer<typeof listQuery>;

const productColumns = `
  id, slug, name, for_sale, for_rent, attributes, published_at,
  boutique:boutiques!inner(slug, name, currency),
  designer:designers(slug, label),
  category:categories(slug, name),
  variants:product_variants(id, size, color, sku, sale_price, rental_price_per_day, deposit, currency),
  media:product_media(storage_path, alt, position, width, height, blurhash, renditions)` as const;

export function createCatalog(url: string, publishableKey: string) {
  const client = serverClient(url, publishableKey);

  /** One page, newest first; `next` is null on the last one. */
  async function list(query: ListQuery) {
    let request = client
      .from("products")
      .select(
        productColumns
          .replace("designers(", query.designer === undefined ? "designers(" : "designers!inner(")
          .replace(
            "categories(",
            query.category === undefined ? "categories(" : "categories!inner(",
          ) as typeof productColumns,
      )
      .eq("listed", true)
      .order("published_at", { ascending: false })
      .order("id", { ascending: false })
      .limit(query.limit + 1);
    if (query.boutique !== undefined) request = request.eq("boutique.slug", query.boutique);
    if (query.designer !== undefined) request = request.eq("designer.slug", query.designer);
    if (query.category !== undefined) request = request.eq("category.slug", query.category);
    if (query.after !== undefined) {
      const { at, id } = decodeCursor(query.after);
      request = request.or(`published_at.lt."${at}",and(published_at.eq."${at}",id.lt.${id})`);
    }
    const rows = unwrap(await request);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    return {
      products: page.map((row) => withMediaUrls(url, row)),
      next: rows.length > query.limit && last !== undefined ? encodeCursor(last.published_at ?? "", last.id) : null,
    };
  }

  /** One product with its description; a 404 problem when the public may not see it. */
  async function product(boutique: string, productSlug: string) {
    const row = unwrap(
      await client
        .from("products")
        .select(`${productColumns}, description`)
        .eq("listed", true)
        .eq("slug", productSlug)
        .eq("boutique.slug", boutique)
        .maybeSingle(),
    );
    if (row === null) {
      throw new Problem(404, "product_not_found", `There is no product ${productSlug} of ${boutique} on show.`);
    }
    return withMediaUrls(url, row);
  }

  return { list, product };
}

function slug() {
  return z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case letters, digits and single hyphens")
    .max(120);
}

interface Media {
  readonly storage_path: string;
  readonly alt: string;
  readonly position: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly blurhash: string | null;
  readonly renditions: unknown;
}

/** As the job media.process writes them. */
const renditionsSchema = z.array(z.object({ storage_path: z.string(), width: z.number(), height: z.number() }));

/** Storage paths become addresses, in their order. */
function withMediaUrls<Row extends { media: Media[] }>(url: string, { media, ...row }: Row) {
  const address = (path: string) => `${url}/storage/v1/object/public/product-media/${encodeURI(path)}`;
  const pictures = media
    .toSorted((a, b) => a.position - b.position)
    .map(({ storage_path, alt, width, height, blurhash, renditions }) => {
      const smaller = renditionsSchema
        .parse(renditions)
        .map(({ storage_path: path, ...size }) => ({ url: address(path), ...size }));
      // The widest one: what was uploaded may be many times as large, and has its metadata.
      return { url: smaller.at(-1)?.url ?? address(storage_path), alt, width, height, blurhash, renditions: smaller };
    });
  return { ...row, media: pictures };
}

const cursorSchema = z.object({ at: z.iso.datetime({ offset: true }), id: z.uuid() });

function encodeCursor(at: string, id: string): string {
  return btoa(JSON.stringify({ at, id })).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decodeCursor(cursor: string): z.infer<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/"))));
  } catch {
    throw new Problem(400, "invalid_cursor", "after: take it from `next` of the page before.");
  }
}

function unwrap<T>(result: { data: T; error: null } | { data: null; error: { code: string; message: string } }): T {
  if (result.error === null) return result.data;
  throw new Error(`The Data API answered ${result.error.code}: ${result.error.message}`);
}
