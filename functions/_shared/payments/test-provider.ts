import type { z } from "zod";
import type { PaymentProvider, ProviderCredentials } from "./provider.ts";
import { ProviderError } from "./provider-error.ts";
import { callJson, DEFAULT_TIMEOUT_MS, type JsonApi } from "./provider-http.ts";
import { readTestEvent } from "./test-events.ts";
import { paymentOf, refundAnswer, refundOf, refusalAnswer, type SessionInput, sessionAnswer } from "./test-protocol.ts";

export interface TestProviderOptions {
  /** Address of its server, such as the embedded stack's. */
  readonly url: string;
  readonly timeoutMs?: number;
}

/** The provider for development and tests: everything that a real one does, and no money moves. */
export function testProvider(credentials: ProviderCredentials, options: TestProviderOptions): PaymentProvider {
  const api: JsonApi = {
    provider: "test",
    title: "The test provider",
    url: options.url.replace(/\/$/, ""),
    secretKey: credentials.secretKey,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
  const ask = async <T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await askOrUndefined(api, schema, method, path, body);
    if (answer !== undefined) return answer;
    throw new ProviderError("test", "provider_refused", `The test provider knows nothing at ${method} ${path}.`);
  };
  const lookUp: PaymentProvider["lookUp"] = async ({ reference }) => {
    const path = `/v1/sessions/${encodeURIComponent(reference)}`;
    const session = await askOrUndefined(api, sessionAnswer, "GET", path);
    return session === undefined
      ? { state: "unknown", reference, paymentId: null, reason: "The test provider has no such attempt." }
      : paymentOf(session);
  };
  const act = async (paymentId: string, action: string, body?: unknown) =>
    paymentOf(await ask(sessionAnswer, "POST", `/v1/payments/${encodeURIComponent(paymentId)}/${action}`, body));

  return {
    name: "test",
    holds: true,
    supports: (currency) => /^[A-Z]{3}$/.test(currency),
    async start({ reference, amount, currency, description, customer, ...input }) {
      const body: SessionInput = {
        ...{ reference, amount, currency, description, customer },
        return_url: input.returnUrl,
        webhook_url: input.webhookUrl,
        capture: input.capture,
        expires_at: input.expiresAt.toISOString(),
        save_method: input.saveMethod ?? false,
      };
      const { checkout_url } = await ask(sessionAnswer, "POST", "/v1/sessions", body);
      if (checkout_url === null) throw new ProviderError("test", "reference_used", "The reference is one of a charge.");
      return { checkoutUrl: checkout_url, providerReference: null };
    },
    lookUp,
    async close(attempt) {
      const path = `/v1/sessions/${encodeURIComponent(attempt.reference)}/close`;
      const session = await askOrUndefined(api, sessionAnswer, "POST", path);
      return session === undefined ? lookUp(attempt) : paymentOf(session);
    },
    capture: ({ paymentId, amount }) => act(paymentId, "capture", { amount }),
    release: ({ paymentId }) => act(paymentId, "release"),
    async refund({ refundId, paymentId, amount, currency, reason }) {
      const body = { id: refundId, payment_id: paymentId, amount, currency, reason };
      return refundOf(await ask(refundAnswer, "POST", "/v1/refunds", body));
    },
    async lookUpRefund({ refundId, providerRefundId }) {
      const refund = await askOrUndefined(api, refundAnswer, "GET", `/v1/refunds/${encodeURIComponent(refundId)}`);
      if (refund !== undefined) return refundOf(refund);
      return { state: "unknown", refundId, providerRefundId, amount: null, currency: null, reason: null };
    },
    async charge({ reference, amount, currency, description, savedMethod }) {
      const body = { reference, amount, currency, description, saved_method: savedMethod };
      return { ...paymentOf(await ask(sessionAnswer, "POST", "/v1/charges", body)), providerReference: null };
    },
    readEvent: (headers, rawBody, now) => readTestEvent(credentials.webhookSecret, headers, rawBody, now),
  };
}

/** Undefined for what the provider does not know. */
async function askOrUndefined<T>(
  api: JsonApi,
  schema: z.ZodType<T>,
  method: string,
  path: string,
  body?: unknown,
): Promise<T | undefined> {
  const answer = await callJson(api, method, path, body);
  const isRefusal = answer.status >= 400;
  const refusal = refusalAnswer.safeParse(answer.body).data;
  if (isRefusal && refusal?.code === "not_found") return undefined;
  if (isRefusal && refusal !== undefined) {
    const code = refusal.code === "reference_used" ? "reference_used" : "provider_refused";
    throw new ProviderError("test", code, `The test provider answered: ${refusal.message}`);
  }
  const parsed = schema.safeParse(answer.body);
  if (!isRefusal && parsed.success) return parsed.data;
  throw new ProviderError(
    "test",
    "provider_unavailable",
    `The test provider answered ${answer.status} in a wrong form.`,
    {
      cause: parsed.error,
    },
  );
}
