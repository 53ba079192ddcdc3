/** Where the front end has the page of a product or a show; what `docs/api.md` says of it. */
export function pageAddress(siteUrl: string, kind: "product" | "show", boutique: string, slug: string): string {
  return `${siteUrl}/boutiques/${boutique}/${kind === "show" ? "shows/" : ""}${slug}`;
}
