import { fromDataApi } from "./errors.ts";

/** One request to the Data API as whoever calls us. */
export type AskDataApi = (
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  query: URLSearchParams,
  body?: unknown,
) => Promise<unknown>;

/** Longest time that an answer may take; the database gives up before. */
const TIMEOUT_MS = 15_000;

/**
 * Asks with the key and the token of the caller and nothing else, so that her rights apply and no other.
 *
 * @param url of the project
 * @param headers of the request that is answered
 */
export function asCaller(url: string, headers: Headers, send: typeof fetch = fetch): AskDataApi {
  const kept: Record<string, string> = { "content-type": "application/json", prefer: "return=representation" };
  for (const name of ["apikey", "authorization"]) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return async (method, path, query, body) => {
    let response: Response;
    try {
      response = await send(`${url}/rest/v1/${path}?${query}`, {
        ...{ method, headers: kept, signal: AbortSignal.timeout(TIMEOUT_MS) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      console.error(error);
      throw fromDataApi(0, null, null);
    }
    const answer = parsed(await response.text());
    if (!response.ok) throw fromDataApi(response.status, answer, response.headers.get("retry-after"));
    return answer;
  };
}

function parsed(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
