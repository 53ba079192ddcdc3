import { escapeHtml } from "../_shared/escape-html.ts";

interface Changed {
  readonly slug: string;
  readonly changed_at: string;
}

/** The sitemaps of the boutiques. */
export const sitemapIndex = (boutiques: readonly Changed[], address: (slug: string) => string): string =>
  document("sitemapindex", "sitemap", boutiques, address);

/** The pages of products. */
export const sitemap = (products: readonly Changed[], address: (slug: string) => string): string =>
  document("urlset", "url", products, address);

/** As sitemaps.org has it; up to 50,000 entries in one file. */
function document(root: string, entry: string, rows: readonly Changed[], address: (slug: string) => string): string {
  const entries = rows.map(
    ({ slug, changed_at }) =>
      `<${entry}><loc>${escapeHtml(address(slug))}</loc><lastmod>${changed_at}</lastmod></${entry}>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${entries.join("\n")}</${root}>\n`;
}
