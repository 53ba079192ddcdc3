import { escapeHtml } from "../_shared/escape-html.ts";

interface Entry {
  readonly address: string;
  /** When it was last changed; left out where that is not known. */
  readonly changed_at?: string;
}

/** The sitemaps of boutiques. */
export const sitemapIndex = (addresses: readonly string[]): string =>
  document(
    "sitemapindex",
    "sitemap",
    addresses.map((address) => ({ address })),
  );

/** Pages of shows and products. */
export const sitemap = (pages: readonly Required<Entry>[]): string => document("urlset", "url", pages);

/** As sitemaps.org has it; up to 50,000 entries in one file. */
function document(root: string, entry: string, rows: readonly Entry[]): string {
  const entries = rows.map(({ address, changed_at }) => {
    const changed = changed_at === undefined ? "" : `<lastmod>${changed_at}</lastmod>`;
    return `<${entry}><loc>${escapeHtml(address)}</loc>${changed}</${entry}>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${entries.join("\n")}</${root}>\n`;
}
