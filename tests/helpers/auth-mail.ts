/** What a mail of Auth offers: the link of its button and the code below it. */
export function offerOf(html: string): { readonly link: URL; readonly code: string } {
  const link = /<a href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  const code = /class="code"[^>]*>(\d+)</.exec(html)?.[1];
  if (link === undefined || code === undefined) throw new Error(`a mail without link or code: ${html}`);
  return { link: new URL(link), code };
}

/** Where a followed link leads, and the session or the error in the fragment of that address. */
export function landingOf(response: Response): { readonly origin: string; readonly fragment: URLSearchParams } {
  const url = new URL(response.headers.get("location") ?? "");
  return { origin: url.origin, fragment: new URLSearchParams(url.hash.slice(1)) };
}
