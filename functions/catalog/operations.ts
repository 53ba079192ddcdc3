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
import { showsQuery } from "./shows.ts";

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

const show = z.object({
  boutique: z.string().describe("Slug of the boutique"),
  slug: z.string().describe("Slug of the show"),
});
const showCard = z.looseObject({ id: z.uuid(), slug: z.string(), title: z.string(), boutique: named });

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
    ...{ method: "get", path: "/shows", id: "catalog.shows", access: "key", summary: "A page of fashion shows" },
    query: showsQuery,
    answers: {
      200: {
        description: "Those to come, the next first; or those that are recorded, the last first.",
        schema: z.object({ shows: z.array(showCard), next: z.string().nullable() }),
      },
      ...unchanged,
    },
    problems: page,
  },
  {
    ...{ method: "get", path: "/shows/:boutique/:slug", id: "catalog.show", access: "key" },
    summary: "One show with its looks",
    params: show,
    answers: {
      200: { description: "The show.", schema: showCard.extend({ looks: z.array(z.looseObject({ id: z.uuid() })) }) },
      ...unchanged,
    },
    problems: { ...page, show_not_found: 404 },
  },
  {
    ...{ method: "get", path: "/shows/:boutique/:slug/structured-data", access: "key" },
    ...{ id: "catalog.show_structured_data", summary: "The same show for search engines, as JSON-LD" },
    params: show,
    answers: {
      200: { description: "schema.org/Event.", type: "application/ld+json", schema: z.looseObject({}) },
      ...unchanged,
    },
    problems: { ...page, show_not_found: 404 },
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
    summary: "The products and shows of a boutique, for search engines",
    params: file,
    answers: { 200: { description: "As sitemaps.org has it.", type: "application/xml" }, ...unchanged },
    problems: { ...limitProblems, ...inputProblems },
  },
];
