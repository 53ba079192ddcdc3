import type { SupabaseClient } from "@supabase/supabase-js";
import type { Context } from "hono";
import { z } from "zod";
import { answered } from "../_shared/ask-database.ts";
import { bearerToken } from "../_shared/bearer-token.ts";
import { headerLine, rowToLine } from "../_shared/catalog/csv-cells.ts";
import type { ImportRow } from "../_shared/catalog/import-row.ts";
import type { Database } from "../_shared/database.types.ts";
import { projectKey, projectUrl } from "../_shared/environment.ts";
import { drawToken } from "../_shared/limit-rate.ts";
import { parseInput } from "../_shared/parse-input.ts";
import { Problem } from "../_shared/problem.ts";
import { userClient } from "../_shared/user-client.ts";

/** An export reads all products of a boutique. */
const limit = { operation: "catalog.export", capacity: 10, perMinute: 5 } as const;

/** Products that are in memory at a time, with their variants. */
const PAGE = 200;
/** Rows that the Data API answers at most. */
const KEYS_PAGE = 1_000;

export const exportQuery = z.object({ format: z.enum(["csv", "ndjson"], "csv or ndjson").default("csv") });
const input = exportQuery.extend({ boutique: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "the slug of a boutique") });

type Client = SupabaseClient<Database>;

const columns = `
  id, slug, name, description, locale, tags, style_code, lead_days, status, for_sale, for_rent, made_to_order, attributes,
  category:categories(slug), designer:designers(slug),
  variants:product_variants(id, sku, size, color, sale_price, rental_price_per_day, deposit)` as const;

/**
 * Answers with the products of a boutique that the caller may see, drafts too for its staff, in the format of imports.
 * They are read page by page while the answer is on its way.
 *
 * @param server client with the secret key, for the rate limit alone
 */
export function exportCatalog(server: Client) {
  return async (context: Context): Promise<Response> => {
    const client = userClient(projectUrl(), projectKey(), bearerToken(context.req.header("authorization")));
    await drawToken(server, limit, context.req.raw.headers);
    const { boutique, format } = parseInput(input, {
      boutique: context.req.param("boutique"),
      format: context.req.query("format"),
    });
    const found = answered<{ id: string } | null>(
      await client.from("boutiques").select("id").eq("slug", boutique).maybeSingle(),
    );
    if (found === null)
      throw new Problem(404, "boutique_not_found", `There is no boutique ${boutique} that you may see.`);
    const lines = format === "csv" ? csvLines(client, found.id) : jsonLines(client, found.id);
    // What fails before the first line is told in words.
    const first = await lines.next();
    return new Response(context.req.method === "HEAD" ? null : toStream(first, lines), {
      headers: {
        "content-type": `${format === "csv" ? "text/csv" : "application/x-ndjson"}; charset=utf-8`,
        "content-disposition": `attachment; filename="${boutique}.${format}"`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      },
    });
  };
}

function toStream(first: IteratorResult<string>, lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string> | undefined = first;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = next ?? (await lines.next());
      next = undefined;
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}

/** With a byte order mark, by which spreadsheets know UTF-8. */
async function* csvLines(client: Client, boutiqueId: string): AsyncGenerator<string, void> {
  const keys = await attributeKeys(client, boutiqueId);
  yield `\uFEFF${headerLine(keys)}`;
  for await (const rows of pages(client, boutiqueId)) yield rows.map((row) => rowToLine(row, keys)).join("");
}

async function* jsonLines(client: Client, boutiqueId: string): AsyncGenerator<string, void> {
  for await (const rows of pages(client, boutiqueId)) yield rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

async function* pages(client: Client, boutiqueId: string): AsyncGenerator<ImportRow[]> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const products = answered(
      await client
        .from("products")
        .select(columns)
        .eq("boutique_id", boutiqueId)
        .neq("status", "archived")
        .gt("id", after)
        .order("id")
        .limit(PAGE),
    );
    const last = products.at(-1);
    if (last === undefined) return;
    after = last.id;
    yield products.flatMap(rowsOf);
  }
}

type Tables = Database["public"]["Tables"];
interface Product extends Omit<Tables["products"]["Row"], UnreadColumn> {
  readonly category: { readonly slug: string } | null;
  readonly designer: { readonly slug: string } | null;
  readonly variants: readonly Pick<
    Tables["product_variants"]["Row"],
    "id" | "sku" | "size" | "color" | "sale_price" | "rental_price_per_day" | "deposit"
  >[];
}
type UnreadColumn =
  | "boutique_id"
  | "category_id"
  | "designer_id"
  | "publish_at"
  | "listed"
  | "published_at"
  | "created_at"
  | "updated_at";

/** A product without variants has a row too. */
function rowsOf({
  id: _,
  slug,
  name,
  status,
  category,
  designer,
  variants,
  attributes,
  ...product
}: Product): ImportRow[] {
  const common = {
    product_slug: slug,
    product_name: name,
    description: product.description,
    locale: product.locale,
    category: category?.slug ?? null,
    designer: designer?.slug ?? null,
    tags: product.tags,
    style_code: product.style_code,
    lead_days: product.lead_days,
    status: status === "published" ? status : "draft",
    for_sale: product.for_sale,
    for_rent: product.for_rent,
    made_to_order: product.made_to_order,
    attributes: attributes as Record<string, unknown>,
  } as const;
  if (variants.length === 0) return [common];
  return variants
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id: _id, ...variant }) => ({ ...common, ...variant }));
}

/** The attributes that any of the products has: in a CSV each has a column, which stands in its first line. */
async function attributeKeys(client: Client, boutiqueId: string): Promise<string[]> {
  const keys = new Set<string>();
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = answered(
      await client
        .from("products")
        .select("id, attributes")
        .eq("boutique_id", boutiqueId)
        .neq("status", "archived")
        .gt("id", after)
        .order("id")
        .limit(KEYS_PAGE),
    );
    for (const { attributes } of rows) for (const key of Object.keys(attributes ?? {})) keys.add(key);
    const last = rows.at(-1);
    if (last === undefined) return [...keys].toSorted();
    after = last.id;
  }
}
