import Stripe from "stripe";
import { z } from "zod";
import type { ProviderEvent } from "./provider.ts";
import { ProviderEventRefused } from "./provider-error.ts";
import { assertRecent, decoded, jsonOf } from "./signatures.ts";
import { fromStripeAmount } from "./stripe-amounts.ts";
import { charge, dispute, idOf, intent, paymentOfIntent, refund, refundOf, session } from "./stripe-protocol.ts";

const envelope = z.object({ id: z.string(), type: z.string(), data: z.object({ object: z.unknown() }) });

/** Reads an event of Stripe, whose signature covers the time of sending. */
export async function readStripeEvent(
  stripe: Stripe,
  secret: string,
  headers: Headers,
  rawBody: Uint8Array,
  now: Date,
): Promise<ProviderEvent> {
  const header = headers.get("stripe-signature") ?? "";
  const text = decoded(rawBody);
  // One time alone: with two of them the one that is signed and the one that is looked at could differ.
  const times = header.split(",").flatMap((part) => /^\s*t=(.*)$/.exec(part)?.[1] ?? []);
  const [seconds = ""] = times;
  const { signature } = stripe.webhooks;
  try {
    const isWhole = text !== undefined && times.length === 1 && /^\d{1,12}$/.test(seconds);
    if (!isWhole || signature === null) throw new Error("There is nothing to verify.");
    const crypto = Stripe.createSubtleCryptoProvider();
    // Its own tolerance would let an event of the future through: the time is looked at below.
    await signature.verifyHeaderAsync(text, header, secret, Number.MAX_SAFE_INTEGER, crypto, now.getTime());
  } catch {
    throw new ProviderEventRefused(
      "stripe",
      "invalid_signature",
      "The event is not signed with Stripe's webhook secret.",
    );
  }
  assertRecent("stripe", Number(seconds), now);
  const parsed = envelope.safeParse(jsonOf("stripe", text));
  if (!parsed.success)
    throw new ProviderEventRefused("stripe", "malformed_event", "The event has no id, type or object.");
  const { id, type, data } = parsed.data;
  try {
    return { eventId: id, type, ...contentOf(type, data.object) };
  } catch {
    throw new ProviderEventRefused("stripe", "malformed_event", `The event ${type} has a wrong form.`);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Content = DistributiveOmit<ProviderEvent, "eventId" | "type">;

function contentOf(type: string, object: unknown): Content {
  if (type.startsWith("checkout.session.")) return sessionContent(type, session.parse(object));
  switch (type) {
    case "payment_intent.succeeded":
    case "payment_intent.payment_failed":
    case "payment_intent.amount_capturable_updated":
    case "payment_intent.canceled": {
      const payment = intent.parse(object);
      const reference = payment.metadata?.reference ?? null;
      const about = { kind: "payment", reference, paymentId: payment.id } as const;
      // Whether a cancelled one was held before, its charge tells, which is not in the event.
      const isTelling = reference !== null && type !== "payment_intent.canceled";
      return { ...about, payment: isTelling ? paymentOfIntent(payment, reference) : null };
    }
    case "charge.refunded": {
      const { metadata, payment_intent } = charge.parse(object);
      const about = { reference: metadata?.reference ?? null, paymentId: idOf(payment_intent) };
      // It says how much, not whose refund it was.
      return { kind: "refund", ...about, refundId: null, refund: null };
    }
    case "charge.refund.updated":
    case "refund.created":
    case "refund.updated":
    case "refund.failed": {
      const known = refund.parse(object);
      const about = { reference: known.metadata?.reference ?? null, paymentId: idOf(known.payment_intent) };
      const answer = refundOf(known);
      return { kind: "refund", ...about, refundId: answer.refundId, refund: answer };
    }
    case "charge.dispute.created": {
      const { id, amount, currency, reason, payment_intent } = dispute.parse(object);
      const price = { amount: fromStripeAmount(amount, currency), currency };
      return {
        ...{ kind: "dispute", reference: null, paymentId: idOf(payment_intent) },
        dispute: { disputeId: id, reason, ...price },
      };
    }
    default:
      return { kind: "ignored", reference: null, paymentId: null };
  }
}

/** A session has the id of its payment, not what was paid with: what was paid is looked up. */
function sessionContent(type: string, page: z.infer<typeof session>): Content {
  const reference = page.client_reference_id ?? null;
  const paymentId = idOf(page.payment_intent);
  const about = { kind: "payment", reference, paymentId } as const;
  switch (type) {
    case "checkout.session.completed":
    case "checkout.session.async_payment_succeeded":
      return { ...about, payment: null };
    case "checkout.session.async_payment_failed":
    case "checkout.session.expired": {
      const state = type === "checkout.session.expired" ? "expired" : "failed";
      return { ...about, payment: reference === null ? null : { state, reference, paymentId, reason: null } };
    }
    default:
      return { ...about, kind: "ignored" };
  }
}
