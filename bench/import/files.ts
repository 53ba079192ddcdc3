import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export type Format = "csv" | "json" | "ndjson";
export const formats: readonly Format[] = ["csv", "json", "ndjson"];
export const SIZES = [36, 38, 40, 42];

export interface Gown {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

const words = ["lace", "satin", "mermaid", "ivory", "train", "boho", "veil", "pearl", "tulle", "cathedral", "corset"];
const wordsOf = (n: number, count: number) =>
  Array.from({ length: count }, (_, at) => words[(n * 7 + at * 5) % words.length]).join(" ");

/** Gowns number `first` to `last`, the last one left out; the same ones each time. */
export function gowns(first: number, last: number): Gown[] {
  return Array.from({ length: last - first }, (_, at) => {
    const n = first + at;
    return {
      slug: `gown-${n}`,
      name: `${wordsOf(n, 2)} ${n}`,
      description: `A gown of ${wordsOf(n + 1, 12)}.`,
      tags: ["boho", "beach"],
      attributes: { silhouette: n % 2 === 0 ? "a-line" : "mermaid", fabric: ["lace", "tulle"] },
    };
  });
}

/** Writes a file of so many products with a variant in each size. */
export async function writeFile(path: string, format: Format, products: number, category: string): Promise<void> {
  await pipeline(Readable.from(lines(format, products, category)), createWriteStream(path));
}

function* lines(format: Format, products: number, category: string): Generator<string> {
  if (format === "csv") {
    yield "product_slug,product_name,description,category,designer,tags,status,attribute.silhouette,attribute.fabric,sku,size,color,sale_price\n";
  }
  if (format === "json") yield "[";
  for (const [n, gown] of gowns(0, products).entries()) {
    const { slug, name, description, tags, attributes } = gown;
    for (const [at, size] of SIZES.entries()) {
      const sku = `${slug}-${size}`;
      if (format === "csv") {
        // What the product is stands in its first row.
        const product =
          at === 0
            ? `${name},"${description}",${category},atelier-bole,${tags.join("|")},published,${attributes["silhouette"]},lace|tulle`
            : ",,,,,,,";
        yield `${slug},${product},${sku},${size},ivory,2500000\n`;
        continue;
      }
      const product = { product_name: name, description, category, designer: "atelier-bole", tags, attributes };
      const row = {
        product_slug: slug,
        ...(at === 0 ? { ...product, status: "published" } : {}),
        ...{ sku, size: String(size), color: "ivory", sale_price: 2_500_000 },
      };
      if (format === "json" && n + at > 0) yield ",";
      yield `${JSON.stringify(row)}\n`;
    }
  }
  if (format === "json") yield "]";
}
