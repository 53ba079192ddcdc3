/** Requests that the embedded servers would fail on, refused as the platform's servers refuse them. */
export async function refuseMalformed(request: Request): Promise<Response | undefined> {
  const { pathname, search } = new URL(request.url);
  if (!decodes(pathname) || !decodes(search)) {
    return Response.json(
      {
        code: "PGRST100",
        message: "The address has a % that begins no character. Encode it as %25.",
        details: null,
        hint: null,
      },
      { status: 400 },
    );
  }
  // The library routes by the decoded path.
  const path = decodeURI(pathname);
  if (path.startsWith("/rest/v1/")) return refuseToken(request) ?? refuseMethod(request);
  if (path.startsWith("/auth/v1/") && request.body !== null) return refuseCredentials(await request.clone().text());
  return undefined;
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text.replaceAll("+", " "));
    return true;
  } catch {
    return false;
  }
}

/** Members of a body of /auth/v1 that are text wherever they occur. */
const textMembers = [
  "email",
  "password",
  "phone",
  "token",
  "token_hash",
  "refresh_token",
  "auth_code",
  "code_verifier",
  "type",
];

function refuseCredentials(text: string): Response | undefined {
  if (text === "") return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refusal("bad_json", "The body is not JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return refusal("validation_failed", "The body has to be a JSON object.");
  if (JSON.stringify(body).includes("\\u0000"))
    return refusal("validation_failed", "Text may not contain the character NUL.");
  for (const [name, value] of Object.entries(body)) {
    if (textMembers.includes(name) && typeof value !== "string")
      return refusal("validation_failed", `${name} has to be text.`);
    if (name === "data" && (typeof value !== "object" || Array.isArray(value)))
      return refusal("validation_failed", "data has to be a JSON object.");
  }
  return undefined;
}

/** In the form of the Auth server's own errors. */
function refusal(errorCode: string, message: string): Response {
  return Response.json({ code: 400, error_code: errorCode, msg: message }, { status: 400 });
}

/** PostgREST refuses a token that is none; the embedded server would take its bearer for anonymous. */
function refuseToken(request: Request): Response | undefined {
  const token = /^Bearer\s+(.*)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  // supabase-js sends the key of the project as the bearer while nobody is signed in.
  if (token === undefined || token.startsWith("sb_") || /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
  return Response.json(
    { code: "PGRST301", message: "The bearer is no JWT. Sign in again.", details: null, hint: null },
    { status: 401, headers: { "www-authenticate": "Bearer" } },
  );
}

const methods = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"];

function refuseMethod(request: Request): Response | undefined {
  if (methods.includes(request.method)) return undefined;
  return Response.json(
    { code: "PGRST117", message: `Unsupported HTTP method: ${request.method}`, details: null, hint: null },
    { status: 405, headers: { allow: methods.join(", ") } },
  );
}
