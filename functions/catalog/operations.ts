import { z } from "zod";
import {
  type FunctionOperation,
  inputProblems,
  keyProblems,
  limitProblems,
  personProblems,
} from "../_shared/operation.ts";
import { pageQuery } from "./app.ts";
import { exportQuery } from "./export.ts";
import { listQuery } from "./list-query.ts";

const product = z.object({
  boutique: z.string().describe("Slug of the boutique"),
  slug: z.string().describe("Slug of the product"),
});
const slug = z.object({ boutique: z.string().describe("Slug of the boutique") });
const file = z.object({ boutique: z.string().describe("Slug of the boutique, and `.xml`") });
const page = { ...keyProblems, ...limitProblems, ...inputProblems, method_not_allowed: 405 } as const;
const unchanged = { 304: { description: "Unchanged since the answer whose ETag is in `If-None-Match`." } } as const;
const moved = { 308: { description: "The product is called otherwise now: `Location`." } } as const;

const picture = z.looseObject({ url: z.string(), alt: z.string() });
const card = z.looseObject({ id: z.uuid(), slug: z.string(), name: z.string(), picture: picture.nullable() });
const found = z.object({ products: z.array(card), next: z.string().nullable(), corrected: z.string().nullable() });
const named = z.looseObject({ slug: z.string() });
const productPage = z.looseObject({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  boutique: named,
  designer: named.nullable(),
  category: named.nullable(),
  media: z.array(picture),
  variants: z.array(z.looseObject({ id: z.uuid(), size: z.string() })),
});

export const operations: readonly FunctionOperation[] = [
  {
    ...{
      method: "get",
      path: "/products",
      id: "catalog.list",
      access: "key",
      summary: "A page of products, for caches",
    },
    description: "Attributes are filtered by parameters such as `attribute.silhouette=a-line,mermaid`.",
    query: listQuery.omit({ attributes: true }),
    answers: { 200: { description: "Cards of products.", schema: found }, ...unchanged },
    problems: page,
    rpcs: ["list_products"],
  },
  {
    ...{ method: "get", path: "/products/:boutique/:slug", id: "catalog.product", access: "key" },
    summary: "One product with all that its page shows",
    params: product,
    query: pageQuery,
    answers: { 200: { description: "The product.", schema: productPage }, ...unchanged, ...moved },
    problems: { ...page, product_not_found: 404 },
  },
  {
    ...{
      method: "get",
      path: "/products/:boutique/:slug/structured-data",
      id: "catalog.structured_data",
      access: "key",
    },
    summary: "The same product for search engines, as JSON-LD",
    params: product,
    query: pageQuery,
    answers: {
      200: { description: "schema.org/Product.", type: "application/ld+json", schema: z.looseObject({}) },
      ...unchanged,
      ...moved,
    },
    problems: { ...page, product_not_found: 404 },
  },
  {
    ...{ method: "get", path: "/export/:boutique", id: "catalog.export", access: "person" },
    summary: "All products of a boutique, in the format of imports",
    params: slug,
    query: exportQuery,
    answers: { 200: { description: "A line for each variant; NDJSON with `format=ndjson`.", type: "text/csv" } },
    problems: { ...page, ...personProblems, boutique_not_found: 404 },
  },
  {
    ...{
      method: "get",
      path: "/sitemap.xml",
      id: "catalog.sitemaps",
      access: "anybody",
      summary: "The sitemaps of boutiques",
    },
    answers: { 200: { description: "As sitemaps.org has it.", type: "application/xml" }, ...unchanged },
    problems: limitProblems,
  },
  {
    ...{ method: "get", path: "/sitemap/:boutique", id: "catalog.sitemap", access: "anybody" },
    summary: "The products of a boutique, for search engines",
    params: file,
    answers: { 200: { description: "As sitemaps.org has it.", type: "application/xml" }, ...unchanged },
    problems: { ...limitProblems, ...inputProblems },
  },
];
