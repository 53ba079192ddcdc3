import type { z } from "zod";
import { customerOf, customizationOf } from "./chapa-customer.ts";
import { readChapaEvent } from "./chapa-events.ts";
import {
  type ChapaAnswer,
  chapaAnswer,
  initialized,
  messageOf,
  paymentOf,
  refunded,
  refundOf,
  verified,
} from "./chapa-protocol.ts";
import { toMajorUnits } from "./minor-units.ts";
import type { PaymentProvider, ProviderCredentials, ProviderRefund } from "./provider.ts";
import { ProviderError, type ProviderErrorCode, withoutSecrets } from "./provider-error.ts";
import { callJson, DEFAULT_TIMEOUT_MS, type JsonApi } from "./provider-http.ts";

export interface ChapaOptions {
  /** Address of the API; another one in tests. */
  readonly url?: string;
  readonly timeoutMs?: number;
}

/** What Chapa says when a reference is not new. */
const usedBefore = /used before|already (?:been )?(?:used|exists?|taken)|duplicate/i;

/**
 * Chapa, version 1 of its API: hosted pages for cards, banks and wallets such as telebirr, in ETB and USD. It neither holds
 * money nor keeps payment methods, and closes no page by the clock: `close` does. The address of its webhooks is set in
 * its dashboard.
 */
export function chapaProvider(credentials: ProviderCredentials, options: ChapaOptions = {}): PaymentProvider {
  const { secretKey, webhookSecret } = credentials;
  const api: JsonApi = {
    ...{ provider: "chapa", title: "Chapa", secretKey },
    url: (options.url ?? "https://api.chapa.co").replace(/\/$/, ""),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
  const failure = (code: ProviderErrorCode, text: string, cause?: unknown) =>
    new ProviderError("chapa", code, withoutSecrets(text, [secretKey]), { cause });
  const ask = async (method: string, path: string, body?: unknown) => {
    const { status, body: json } = await callJson(api, method, path, body);
    const answer = chapaAnswer.safeParse(json);
    if (!answer.success)
      throw failure("provider_unavailable", `Chapa answered ${status} in a wrong form.`, answer.error);
    // A definite no comes as 400, 404 or 422, and at times as 200 with the status "failed".
    return { answer: answer.data, isRefused: status >= 400 || answer.data.status === "failed" };
  };
  const refusal = (answer: ChapaAnswer) => {
    const words = messageOf(answer);
    return failure(usedBefore.test(words) ? "reference_used" : "provider_refused", `Chapa answered: ${words}`);
  };
  const read = <T, R>(schema: z.ZodType<T>, answer: ChapaAnswer, use: (data: T) => R): R => {
    try {
      return use(schema.parse(answer.data));
    } catch (error) {
      throw failure("provider_unavailable", "Chapa answered in a wrong form.", error);
    }
  };

  const lookUp: PaymentProvider["lookUp"] = async ({ reference }) => {
    const { answer } = await ask("GET", `/v1/transaction/verify/${encodeURIComponent(reference)}`);
    const nothing = { reference, paymentId: null } as const;
    if (answer.data != null) {
      const payment = read(verified, answer, paymentOf);
      if (payment.reference === reference) return payment;
      throw failure("provider_unavailable", "Chapa answered for another transaction.");
    }
    const words = messageOf(answer);
    if (/not paid yet/i.test(words)) return { ...nothing, state: "open", reason: null };
    if (/not found|invalid transaction/i.test(words)) return { ...nothing, state: "unknown", reason: words };
    throw refusal(answer);
  };
  const cannotHold = () => failure("not_supported", "Chapa holds no money: it takes it or it does not.");

  return {
    name: "chapa",
    holds: false,
    supports: (currency) => currency === "ETB" || currency === "USD",
    async start({ reference, amount, currency, description, customer, returnUrl, ...input }) {
      if (input.capture === "manual") throw cannotHold();
      const { answer, isRefused } = await ask("POST", "/v1/transaction/initialize", {
        ...{ tx_ref: reference, amount: toMajorUnits(amount, currency), currency, return_url: returnUrl },
        ...customerOf(customer),
        ...customizationOf(description),
        meta: { reference },
      });
      // A reference is good for one page: when its answer was lost, nobody has that page, and nobody can pay it.
      if (isRefused) throw refusal(answer);
      return { checkoutUrl: read(initialized, answer, (data) => data.checkout_url), providerReference: null };
    },
    lookUp,
    async close(attempt) {
      // Only what is open can be cancelled, and what the attempt is instead, the look-up tells.
      const { isRefused } = await ask("PUT", `/v1/transaction/cancel/${encodeURIComponent(attempt.reference)}`);
      const payment = await lookUp(attempt);
      return payment.state === "open" && !isRefused ? { ...payment, state: "expired" } : payment;
    },
    capture: () => Promise.reject(cannotHold()),
    release: () => Promise.reject(cannotHold()),
    async refund({ refundId, paymentId, reference, amount, currency, reason }) {
      const form = new URLSearchParams({ reason, amount: toMajorUnits(amount, currency), reference: refundId });
      form.set("meta[refund_id]", refundId);
      form.set("meta[reference]", reference);
      const { answer, isRefused } = await ask("POST", `/v1/refund/${encodeURIComponent(paymentId)}`, form);
      const common = { refundId, providerRefundId: null, amount, currency };
      if (!isRefused) {
        const refund = read(refunded.nullish(), answer, (data) => refundOf(refundId, data ?? {}, "pending"));
        return { ...refund, amount, currency };
      }
      const { code, message } = refusal(answer);
      // Our id makes it one: an earlier call has reached Chapa, whose answer was lost.
      return code === "reference_used"
        ? { ...common, state: "pending", reason: "Chapa has this refund already." }
        : { ...common, state: "refused", reason: message };
    },
    async lookUpRefund({ refundId, providerRefundId }): Promise<ProviderRefund> {
      const id = encodeURIComponent(providerRefundId ?? refundId);
      const { answer, isRefused } = await ask("GET", `/v1/refund/${id}/verify`);
      if (!isRefused) return read(refunded, answer, (data) => refundOf(refundId, data, "unknown"));
      if (!/not found|invalid/i.test(messageOf(answer))) throw refusal(answer);
      return { state: "unknown", refundId, providerRefundId, amount: null, currency: null, reason: messageOf(answer) };
    },
    readEvent: async (headers, rawBody) => readChapaEvent(webhookSecret, headers, rawBody),
  };
}
