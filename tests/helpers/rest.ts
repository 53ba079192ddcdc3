import type { World } from "./world.ts";

/** One HTTP request as a client without a library would send it. */
export interface Call {
  readonly path: string;
  readonly method?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, for bodies that are no JSON. */
  readonly body?: BodyInit;
  /** Access token of the person who calls. */
  readonly token?: string;
  /** The project's key; null sends none. The publishable key unless told. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or the text where it is none. */
  readonly body: unknown;
}

/** Sends a call to the world's API, or by another way to what stands before it. */
export async function send(world: Pick<World, "keys" | "fetch">, call: Call): Promise<Reply> {
  const headers = new Headers({ "content-type": "application/json", prefer: "return=representation", ...call.headers });
  if (call.key !== null) headers.set("apikey", call.key ?? world.keys.publishable);
  if (call.token !== undefined) headers.set("authorization", `Bearer ${call.token}`);
  const body = call.json === undefined ? call.body : JSON.stringify(call.json);
  const response = await world.fetch(call.path, {
    method: call.method ?? (body === undefined ? "GET" : "POST"),
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, body: parse(await response.text()) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
