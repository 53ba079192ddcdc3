import { randomUUID } from "node:crypto";
import { chapaProvider } from "../../functions/_shared/payments/chapa.ts";
import type {
  PaymentProvider,
  ProviderCredentials,
  Started,
  StartInput,
} from "../../functions/_shared/payments/provider.ts";
import { stripeProvider } from "../../functions/_shared/payments/stripe.ts";
import { testEventHeaders } from "../../functions/_shared/payments/test-events.ts";
import { testProvider } from "../../functions/_shared/payments/test-provider.ts";
import { ChapaServer } from "./chapa-server.ts";
import type { SignedRequest } from "./provider-server.ts";
import { StripeServer } from "./stripe-server.ts";
import { openTestPayments } from "./test-payments.ts";

export type CommonFault = "none" | "silent" | "down" | "wrong_json" | 500;

/** A provider beside its server, and the hands of customer and bank. */
export interface ProviderDriver {
  readonly name: PaymentProvider["name"];
  readonly credentials: ProviderCredentials;
  /** Address of its API. */
  readonly url: string;
  provider(timeoutMs?: number): PaymentProvider;
  /** The same provider at another address, or with another key. */
  elsewhere(change: { url?: string; secretKey?: string; webhookSecret?: string }): PaymentProvider;
  pay(input: StartInput, started: Started): Promise<void>;
  /** From now on, until told otherwise. */
  refuseRefunds(isRefused: boolean): void;
  /** The bank has done what it was working on. */
  settleRefunds(): void;
  misbehave(fault: CommonFault): Promise<void>;
  /** A genuine event of a payment. With text for its body, that is signed instead. */
  event(reference: string, options?: { body?: string; sentAt?: Date; padding?: string }): Promise<SignedRequest>;
  close(): Promise<void>;
}

async function openChapa(): Promise<ProviderDriver> {
  const chapa = await ChapaServer.open();
  const { secretKey, webhookSecret } = chapa;
  return {
    name: "chapa",
    credentials: { secretKey, webhookSecret },
    url: chapa.server.url,
    provider: (timeoutMs) => chapa.provider(timeoutMs),
    elsewhere: ({ url = chapa.server.url, ...keys }) => chapaProvider({ secretKey, webhookSecret, ...keys }, { url }),
    pay: async ({ reference }) => void chapa.pay(reference),
    refuseRefunds(isRefused) {
      chapa.refuseRefunds = isRefused ? "Insufficient balance" : undefined;
    },
    settleRefunds() {
      for (const [id, refund] of chapa.refunds) chapa.refunds.set(id, { ...refund, status: "refunded" });
    },
    async misbehave(fault) {
      chapa.server.fault = fault;
    },
    event: async (reference, { body, padding } = {}) =>
      body === undefined ? chapa.webhook(reference, "charge.success", { padding }) : chapa.sign(body),
    close: () => chapa.close(),
  };
}

async function openStripe(): Promise<ProviderDriver> {
  const stripe = await StripeServer.open();
  const { secretKey, webhookSecret } = stripe;
  return {
    name: "stripe",
    credentials: { secretKey, webhookSecret },
    url: stripe.server.url,
    provider: (timeoutMs) => stripe.provider(timeoutMs),
    elsewhere: ({ url = stripe.server.url, ...keys }) => stripeProvider({ secretKey, webhookSecret, ...keys }, { url }),
    pay: async (_input, { providerReference }) => void stripe.pay(providerReference ?? ""),
    refuseRefunds(isRefused) {
      stripe.refuseRefunds = isRefused ? "charge_disputed" : undefined;
    },
    settleRefunds: () => undefined,
    async misbehave(fault) {
      stripe.server.fault = fault;
    },
    async event(reference, { body, sentAt, padding } = {}) {
      if (body !== undefined) return stripe.sign(body, sentAt);
      const intent = [...stripe.intents.values()].find(({ metadata }) => metadata["reference"] === reference);
      return stripe.webhook(
        "payment_intent.succeeded",
        { ...Object(stripe.objectOf(intent?.id ?? "")), padding },
        sentAt,
      );
    },
    close: () => stripe.close(),
  };
}

async function openTest(): Promise<ProviderDriver> {
  const payments = await openTestPayments();
  const { secret, url: home } = payments;
  let refunds = "paid";
  return {
    name: "test",
    credentials: { secretKey: secret, webhookSecret: secret },
    url: home,
    provider: (timeoutMs) => payments.provider(timeoutMs),
    elsewhere: ({ url = home, ...keys }) =>
      testProvider({ secretKey: secret, webhookSecret: secret, ...keys }, { url }),
    async pay(_input, { checkoutUrl }) {
      await payments.choose(checkoutUrl, { webhook: "never", refunds });
    },
    refuseRefunds(isRefused) {
      refunds = isRefused ? "refused" : "paid";
    },
    settleRefunds: () => undefined,
    async misbehave(fault) {
      const mode = fault === "none" ? "ok" : fault === "silent" ? "slow" : fault === 500 ? "500" : fault;
      await payments.control(mode, 600_000);
    },
    async event(reference, { body, sentAt = new Date(), padding } = {}) {
      const headers = { authorization: `Bearer ${secret}` };
      const session = await fetch(`${home}/v1/sessions/${reference}`, { headers });
      const text = body ?? JSON.stringify({ type: "payment.succeeded", data: await session.json(), padding });
      const signed = testEventHeaders(secret, `evt_${randomUUID()}`, text, sentAt);
      return { headers: new Headers(signed), body: Buffer.from(text) };
    },
    close: () => payments.close(),
  };
}

/** Opens a provider with a server of its own. Close it at the end. */
export const openDriver = { chapa: openChapa, stripe: openStripe, test: openTest } as const;
