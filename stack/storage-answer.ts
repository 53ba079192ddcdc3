/** Completes the answers of the embedded Storage server where they differ from the platform's. */
export async function storageAnswer(request: Request, response: Response): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith("/storage/v1/object/") || response.status !== 200) return response;
  if (request.method === "GET" || request.method === "HEAD") return notModified(request, response);
  if (/^\/storage\/v1\/object\/(upload\/)?sign\//.test(pathname)) return withSignedAddresses(response);
  return response;
}

/** Spares a client the file that it has: the server sends the ETag, and does not ask for it. */
function notModified(request: Request, response: Response): Response {
  const etag = response.headers.get("etag");
  const known = request.headers.get("if-none-match");
  if (etag === null || known === null) return response;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  if (!known.split(",").some((tag) => tag.trim() === "*" || opaque(tag) === opaque(etag))) return response;
  void response.body?.cancel();
  return new Response(null, { status: 304, headers: headersBeyondBody(response) });
}

interface Signed {
  readonly signedUrl?: string;
}

/** Adds the addresses under the names that supabase-js reads, from the root of the Storage server. */
async function withSignedAddresses(response: Response): Promise<Response> {
  const answer = (await response.json()) as Signed | readonly Signed[];
  const complete = (signed: Signed) => {
    const address = signed.signedUrl?.replace(/^\/storage\/v1/, "") || null;
    return { ...signed, url: address, signedURL: address };
  };
  return Response.json("map" in answer ? answer.map(complete) : complete(answer), {
    headers: headersBeyondBody(response),
  });
}

function headersBeyondBody(response: Response): Headers {
  const headers = new Headers(response.headers);
  for (const name of ["content-length", "content-type"]) headers.delete(name);
  return headers;
}
