/** Largest body of an upload, its multipart wrapping included. The buckets' own limits are smaller. */
export const MAX_UPLOAD_BYTES = 210 * 1024 * 1024;

/**
 * Brings an upload into the form that the embedded Storage server understands: the bare bytes with their
 * type and length. It looks for the file of a form under another name than supabase-js gives it, and
 * measures a body by its Content-Length alone, which a client may leave out.
 *
 * @returns the request to pass on, or the answer when there is none to pass on
 */
export async function plainUpload(request: Request): Promise<Request | Response> {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith("/storage/v1/object/")) return request;
  if (/%00/.test(pathname)) return refusal(400, "InvalidKey", "The name of an object may have no null byte.");
  if (request.method !== "POST" && request.method !== "PUT") return request;

  const bytes = await readAll(request.body, MAX_UPLOAD_BYTES);
  if (bytes === undefined) return refusal(413, "Payload too large", `An upload may have ${MAX_UPLOAD_BYTES} bytes.`);
  const headers = new Headers(request.headers);
  headers.delete("transfer-encoding");
  const type = headers.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) return passOn(request, headers, bytes);

  const form = await new Response(bytes, { headers: { "content-type": type } }).formData().catch(() => new FormData());
  const fields = [...form.values()];
  const file = fields.find((field) => field instanceof File);
  if (file === undefined) return refusal(400, "InvalidRequest", "The form has no file.");
  headers.set("content-type", file.type || "application/octet-stream");
  const [cacheControl, metadata] = [form.get("cacheControl"), form.get("metadata")];
  if (typeof cacheControl === "string") headers.set("cache-control", `max-age=${cacheControl}`);
  if (typeof metadata === "string") headers.set("x-metadata", Buffer.from(metadata).toString("base64"));
  return passOn(request, headers, new Uint8Array(await file.arrayBuffer()));
}

function passOn(request: Request, headers: Headers, body: Uint8Array<ArrayBuffer>): Request {
  headers.set("content-length", String(body.length));
  return new Request(request.url, { method: request.method, headers, body });
}

/** Undefined when there is more than `limit`. */
async function readAll(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

/** As the Storage server writes its errors. */
function refusal(status: number, error: string, message: string): Response {
  return Response.json({ statusCode: String(status), error, message }, { status });
}
