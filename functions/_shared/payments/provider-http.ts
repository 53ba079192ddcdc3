import type { ProviderName } from "./provider.ts";
import { ProviderError, withoutSecrets } from "./provider-error.ts";

/** How long a provider may take to answer, in milliseconds, unless told. */
export const DEFAULT_TIMEOUT_MS = 10_000;

export interface JsonApi {
  readonly provider: ProviderName;
  /** The provider's name for people. */
  readonly title: string;
  /** Address of the API, without a slash at its end. */
  readonly url: string;
  readonly secretKey: string;
  readonly timeoutMs: number;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks an API that takes a bearer key and answers in JSON. Gives every answer that a caller can make sense of: 2xx, and
 * 4xx but for those of the key (401, 403) and of the moment (408, 429).
 *
 * @param body a form, or anything else as JSON
 * @throws ProviderError `provider_unavailable` or `provider_misconfigured`
 */
export async function callJson(api: JsonApi, method: string, path: string, body?: unknown): Promise<JsonAnswer> {
  const unavailable = (what: string, cause?: unknown) =>
    new ProviderError(api.provider, "provider_unavailable", `${api.title} ${what}.`, { cause });
  let response: Response;
  let text: string;
  try {
    const isForm = body instanceof URLSearchParams;
    response = await fetch(`${api.url}${path}`, {
      method,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${api.secretKey}`,
        ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? null : isForm ? body : JSON.stringify(body),
      // A key is for the address it was given for, not for where that points.
      redirect: "manual",
      signal: AbortSignal.timeout(api.timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    throw unavailable(isLate ? `did not answer within ${api.timeoutMs} ms` : "cannot be reached", error);
  }
  const { status } = response;
  if (status === 401 || status === 403) {
    throw new ProviderError(
      api.provider,
      "provider_misconfigured",
      `${api.title} does not accept the secret key (status ${status}). Look whether it is the right one and still valid.`,
    );
  }
  if (status >= 500 || status === 429 || status === 408 || (status >= 300 && status < 400)) {
    throw unavailable(`answered ${status}: ${withoutSecrets(text.slice(0, 200), [api.secretKey])}`);
  }
  try {
    return { status, body: JSON.parse(text) };
  } catch (error) {
    throw unavailable(`answered ${status} with what is no JSON`, error);
  }
}
