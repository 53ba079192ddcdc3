import type { ProviderName } from "./provider.ts";

/**
 * - `provider_unavailable`: no answer in time, a 5xx or 429, or an answer that is none. It may have had its effect.
 * - `provider_refused`: a definite no, with the provider's own words.
 * - `provider_misconfigured`: the provider does not know the key, or the key may not do this.
 * - `reference_used`: the provider has this reference already and gives no second answer to it; begin another attempt.
 * - `not_supported`: the provider cannot do this at all; it was not asked.
 */
export type ProviderErrorCode =
  | "provider_unavailable"
  | "provider_refused"
  | "provider_misconfigured"
  | "reference_used"
  | "not_supported";

/** A call to a provider that came to nothing. Its message has no key in it and may be logged. */
export class ProviderError extends Error {
  readonly provider: ProviderName;
  readonly code: ProviderErrorCode;

  constructor(provider: ProviderName, code: ProviderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ProviderError";
    this.provider = provider;
    this.code = code;
  }

  /** Whether the same call, with the same ids, may go well later. */
  get retryable(): boolean {
    return this.code === "provider_unavailable";
  }
}

/**
 * - `invalid_signature`: nobody who has the secret has signed these bytes.
 * - `stale_timestamp`: genuine, but sent too long ago or ahead of our clock: a replay, or a clock that is wrong.
 * - `malformed_event`: genuine, but not of the form that the provider documents.
 */
export type EventRefusal = "invalid_signature" | "stale_timestamp" | "malformed_event";

/** A webhook request that is not taken in. */
export class ProviderEventRefused extends Error {
  readonly provider: ProviderName;
  readonly code: EventRefusal;

  constructor(provider: ProviderName, code: EventRefusal, message: string) {
    super(message);
    this.name = "ProviderEventRefused";
    this.provider = provider;
    this.code = code;
  }
}

/** Takes keys out of a text that is about to be shown or logged. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  return known.replace(/\b(?:sk|rk|pk|whsec|CHASECK|CHAPUBK)_[\w*.-]+/g, "***");
}
