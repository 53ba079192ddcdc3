/** What a mail of Auth offers: the link of its button and the code below it. */
export function offerOf(html: string): { readonly link: URL; readonly code: string } {
  const link = /<a href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
  const code = /class="code"[^>]*>(\d+)</.exec(html)?.[1];
  if (link === undefined || code === undefined) throw new Error(`a mail without link or code: ${html}`);
  return { link: new URL(link), code };
}

/** Where a followed link leads, and the session or the error in the fragment of that address. */
export function landingOf(response: Response): { readonly page: string; readonly fragment: URLSearchParams } {
  const [page = "", fragment = ""] = (response.headers.get("location") ?? "").split("#");
  return { page, fragment: new URLSearchParams(fragment) };
}
