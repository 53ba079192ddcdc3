import type Stripe from "stripe";
import type { PaymentProvider, ProviderCredentials, ProviderPayment } from "./provider.ts";
import { ProviderError } from "./provider-error.ts";
import { DEFAULT_TIMEOUT_MS } from "./provider-http.ts";
import { takesCurrency, toStripeAmount } from "./stripe-amounts.ts";
import { chargeSavedMethod } from "./stripe-charge.ts";
import { callStripe, isMissing, stripeClient } from "./stripe-client.ts";
import { readStripeEvent } from "./stripe-events.ts";
import { intent, listOf, paymentOfIntent, paymentOfSession, refund, refundOf, session } from "./stripe-protocol.ts";
import { sessionParams } from "./stripe-session.ts";

export interface StripeOptions {
  /** Address of the API; another one in tests. */
  readonly url?: string;
  readonly timeoutMs?: number;
}

const expand = ["latest_charge"];

/**
 * Stripe: Checkout sessions for pages, payment intents for holds and charges of saved methods. The address of its webhooks is
 * set in its dashboard. Its idempotency keys, which are our ids, are good for a day and repeat failures too; what must not
 * happen twice is therefore looked for first.
 */
export function stripeProvider(credentials: ProviderCredentials, options: StripeOptions = {}): PaymentProvider {
  const { secretKey, webhookSecret } = credentials;
  const stripe = stripeClient(
    secretKey,
    options.url ?? "https://api.stripe.com",
    options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  );
  const call: Call = (schema, work) => callStripe(secretKey, schema, work);

  const lookUp: PaymentProvider["lookUp"] = async ({ reference, providerReference }) => {
    const unknown = { state: "unknown", reference, paymentId: null, reason: "Stripe has no such attempt." } as const;
    try {
      if (providerReference === null) {
        const found = await findIntent(stripe, call, reference);
        return found === undefined ? unknown : paymentOfIntent(found, reference);
      }
      if (providerReference.startsWith("pi_")) {
        return await call(
          intent.transform((payment) => paymentOfIntent(payment, reference)),
          () => stripe.paymentIntents.retrieve(providerReference, { expand }),
        );
      }
      return await call(
        session.transform((page) => paymentOfSession(page, reference)),
        () => stripe.checkout.sessions.retrieve(providerReference, { expand: ["payment_intent.latest_charge"] }),
      );
    } catch (error) {
      if (isMissing(error)) return unknown;
      throw error;
    }
  };

  /** Does what can be done once; a no may mean that it was done by an earlier call, after more than a day. */
  const once = async (
    { reference, paymentId }: { reference: string; paymentId: string },
    work: () => Promise<unknown>,
    isDone: (payment: ProviderPayment) => boolean,
  ): Promise<ProviderPayment> => {
    try {
      return await call(
        intent.transform((payment) => paymentOfIntent(payment, reference)),
        work,
      );
    } catch (error) {
      if (!(error instanceof ProviderError) || error.code !== "provider_refused") throw error;
      const payment = await lookUp({ reference, providerReference: paymentId });
      if (isDone(payment)) return payment;
      throw error;
    }
  };

  const refundsOf = (paymentId: string) =>
    call(listOf(refund), () => stripe.refunds.list({ payment_intent: paymentId, limit: 100 }));

  return {
    name: "stripe",
    holds: true,
    supports: takesCurrency,
    async start(input) {
      const { id, url } = await call(session, () =>
        stripe.checkout.sessions.create(sessionParams(input, new Date()), {
          idempotencyKey: `start-${input.reference}`,
        }),
      );
      if (url != null) return { checkoutUrl: url, providerReference: id };
      throw new ProviderError("stripe", "reference_used", "Stripe has closed the page of this reference.");
    },
    lookUp,
    async close(attempt) {
      const { providerReference } = attempt;
      if (providerReference?.startsWith("cs_")) {
        try {
          await call(session, () => stripe.checkout.sessions.expire(providerReference));
        } catch (error) {
          // Only what is open can be closed, and what the attempt is instead, the look-up tells.
          if (!(error instanceof ProviderError) || error.code !== "provider_refused") throw error;
        }
      }
      return lookUp(attempt);
    },
    capture(input) {
      const { paymentId, amount, currency } = input;
      const work = async () =>
        stripe.paymentIntents.capture(
          paymentId,
          { amount_to_capture: toStripeAmount(amount, currency), expand },
          { idempotencyKey: `capture-${paymentId}-${amount}` },
        );
      return once(input, work, (payment) => payment.state === "succeeded" && payment.amount === amount);
    },
    release(payment) {
      const work = () =>
        stripe.paymentIntents.cancel(payment.paymentId, { expand }, { idempotencyKey: `release-${payment.paymentId}` });
      return once(payment, work, ({ state }) => state === "released");
    },
    async refund({ refundId, paymentId, reference, amount, currency, reason }) {
      try {
        const known = (await refundsOf(paymentId)).data.find(({ metadata }) => metadata?.refund_id === refundId);
        if (known !== undefined) return refundOf(known);
        const metadata = { refund_id: refundId, reference, reason: reason.slice(0, 500) };
        return await call(refund.transform(refundOf), async () =>
          stripe.refunds.create(
            {
              payment_intent: paymentId,
              amount: toStripeAmount(amount, currency),
              reason: "requested_by_customer",
              metadata,
            },
            { idempotencyKey: `refund-${refundId}` },
          ),
        );
      } catch (error) {
        if (!(error instanceof ProviderError) || error.code !== "provider_refused") throw error;
        return { state: "refused", refundId, providerRefundId: null, amount, currency, reason: error.message };
      }
    },
    async lookUpRefund({ refundId, providerRefundId, paymentId }) {
      try {
        if (providerRefundId !== null) {
          return await call(refund.transform(refundOf), () => stripe.refunds.retrieve(providerRefundId));
        }
        const known = (await refundsOf(paymentId)).data.find(({ metadata }) => metadata?.refund_id === refundId);
        if (known !== undefined) return refundOf(known);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      return { state: "unknown", refundId, providerRefundId, amount: null, currency: null, reason: null };
    },
    charge: async (input) => {
      const found = await findIntent(stripe, call, input.reference);
      if (found === undefined) return chargeSavedMethod(stripe, secretKey, input);
      return { ...paymentOfIntent(found, input.reference), providerReference: found.id };
    },
    readEvent: (headers, rawBody, now) => readStripeEvent(stripe, webhookSecret, headers, rawBody, now),
  };
}

type Call = <T>(schema: Parameters<typeof callStripe<T>>[1], work: () => Promise<unknown>) => Promise<T>;

/** The payment of a reference. Stripe's search is up to a minute behind, and not there for accounts in India. */
async function findIntent(stripe: Stripe, call: Call, reference: string) {
  const query = `metadata["reference"]:"${reference.replace(/[^\w-]/g, "")}"`;
  try {
    const found = await call(listOf(intent), () =>
      stripe.paymentIntents.search({ query, limit: 1, expand: ["data.latest_charge"] }),
    );
    return found.data[0];
  } catch (error) {
    if (error instanceof ProviderError && error.code === "provider_refused") return undefined;
    throw error;
  }
}
