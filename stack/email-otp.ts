/**
 * Lets a code or a token hash be verified with the type `email`, which the platform takes for that of a magic link
 * and that of a sign-up alike; supabase-js recommends it. The library knows the two apart only.
 *
 * @param answer what the library says to a request
 */
export async function verifyEmail(
  request: Request,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  if (request.method !== "POST" || new URL(request.url).pathname !== "/auth/v1/verify") return answer(request);
  const text = await request.clone().text();
  const body = (text === "" ? {} : JSON.parse(text)) as { readonly type?: string };
  if (body.type !== "email") return answer(request);
  const as = (type: string) => {
    const headers = new Headers(request.headers);
    headers.delete("content-length");
    return answer(new Request(request.url, { method: "POST", headers, body: JSON.stringify({ ...body, type }) }));
  };
  const response = await as("magiclink");
  return response.status === 403 ? as("signup") : response;
}
