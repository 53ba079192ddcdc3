/** Completes the answers of the embedded Storage server where they differ from the platform's. */
export async function storageAnswer(request: Request, response: Response): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith("/storage/v1/object/")) return response;
  if (response.status === 400) return invalidBody(response);
  if (response.status !== 200) return response;
  if (request.method === "GET" || request.method === "HEAD") return notModified(request, response);
  if (/^\/storage\/v1\/object\/(upload\/)?sign\//.test(pathname)) return withSignedAddresses(response);
  return response;
}

interface Invalid {
  readonly errors?: readonly { readonly instanceLocation?: string; readonly error: string }[];
}

/** What is wrong with a body that is not as the server's schema says, in the form of its other errors. */
async function invalidBody(response: Response): Promise<Response> {
  const { errors } = (await response
    .clone()
    .json()
    .catch(() => ({}))) as Invalid;
  if (errors === undefined) return response;
  const message = errors.map(({ instanceLocation = "", error }) => `body${instanceLocation}: ${error}`).join("; ");
  return Response.json({ statusCode: "400", code: "InvalidRequest", error: "Error", message }, { status: 400 });
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
