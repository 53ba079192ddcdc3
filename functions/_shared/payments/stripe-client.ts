import Stripe from "stripe";
import { z } from "zod";
import { ProviderError, withoutSecrets } from "./provider-error.ts";

/** The version of Stripe's API that this was written for; an account's own may be another. */
export const STRIPE_API_VERSION = "2026-10-28.endive";

/** The official client over fetch, so that it is the same in Deno and Node. */
export function stripeClient(secretKey: string, url: string, timeoutMs: number): Stripe {
  const { protocol, hostname, port } = new URL(url);
  const isPlain = protocol === "http:";
  return new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    httpClient: Stripe.createFetchHttpClient((target, init) => fetch(target, { ...init, redirect: "manual" })),
    protocol: isPlain ? "http" : "https",
    host: hostname,
    port: port === "" ? (isPlain ? 80 : 443) : port,
    timeout: timeoutMs,
    // Whoever calls tries again, with the same ids.
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/** Reads what a call gives, and makes every failure one of ours. */
export async function callStripe<T>(secretKey: string, schema: z.ZodType<T>, call: () => Promise<unknown>): Promise<T> {
  try {
    return schema.parse(await call());
  } catch (error) {
    throw failureOf(error, secretKey);
  }
}

/** Stripe's errors in our words. */
export function failureOf(error: unknown, secretKey: string): ProviderError {
  if (error instanceof ProviderError) return error;
  const failure = (code: ProviderError["code"], message: string) =>
    new ProviderError("stripe", code, withoutSecrets(message, [secretKey]), { cause: error });
  if (error instanceof z.ZodError) return failure("provider_unavailable", "Stripe answered in a wrong form.");
  if (error instanceof RangeError) return failure("provider_refused", error.message);
  const { errors } = Stripe;
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError) {
    return failure(
      "provider_misconfigured",
      "Stripe does not accept the secret key. Look whether it is the right one.",
    );
  }
  if (error instanceof errors.StripeIdempotencyError)
    return failure("reference_used", "Stripe has this id for another call.");
  if (error instanceof errors.StripeCardError || error instanceof errors.StripeInvalidRequestError) {
    return failure("provider_refused", `Stripe answered ${error.code ?? error.statusCode}: ${error.message}`);
  }
  if (error instanceof errors.StripeConnectionError) return failure("provider_unavailable", `Stripe: ${error.message}`);
  const status = error instanceof errors.StripeError ? (error.statusCode ?? "in a wrong form") : "nothing";
  return failure("provider_unavailable", `Stripe answered ${status}.`);
}

/** Whether Stripe says that something is not there. */
export function isMissing(error: unknown): boolean {
  const cause = error instanceof ProviderError ? error.cause : error;
  return cause instanceof Stripe.errors.StripeInvalidRequestError && cause.code === "resource_missing";
}
