import { createHash } from "node:crypto";
import { z } from "zod";
import type { ProviderEvent } from "./provider.ts";
import { ProviderEventRefused } from "./provider-error.ts";
import { decoded, hmacHex, isSame, jsonOf } from "./signatures.ts";

const text = z.union([z.string(), z.number()]).transform(String).nullish();

const chapaEvent = z.object({
  event: z.string(),
  type: text,
  /** Ours; payouts have none. */
  tx_ref: text,
  /** Chapa's id of the payment. */
  reference: text,
  /** Chapa's id of a refund. */
  ref_id: text,
  status: text,
  amount: text,
  updated_at: text,
  meta: z.unknown().optional(),
});

const refundMeta = z.object({ refund_id: z.string().nullish(), reference: z.string().nullish() });

/**
 * Reads an event of Chapa. It gives no more than what the event is about: Chapa asks its receivers to verify every
 * transaction, and an event has the amount but not always the state of today. So `payment` and `refund` are null.
 *
 * Chapa signs no time and gives no id, so a replay of a genuine request cannot be told from a repetition. It is harmless:
 * the event id is the same, and its effect is what a look-up says at that moment.
 */
export function readChapaEvent(secret: string, headers: Headers, rawBody: Uint8Array): ProviderEvent {
  // One of the two is of the body; `chapa-signature` may instead be the secret signed with itself. That one is not enough:
  // it is the same for every request, and whoever has seen one could write the next.
  const given = ["x-chapa-signature", "chapa-signature"].map((name) => headers.get(name)?.trim().toLowerCase() ?? "");
  const expected = hmacHex(secret, rawBody);
  if (secret === "" || !given.some((signature) => isSame(signature, expected))) {
    throw new ProviderEventRefused(
      "chapa",
      "invalid_signature",
      "The event is not signed with Chapa's webhook secret.",
    );
  }
  const parsed = chapaEvent.safeParse(jsonOf("chapa", decoded(rawBody)));
  if (!parsed.success) throw new ProviderEventRefused("chapa", "malformed_event", "The event has no name.");
  const event = parsed.data;
  const meta = refundMeta.safeParse(event.meta).data;
  const isRefund = /^(?:refund\.|charge\.refunded)/.test(event.event);
  const about = {
    eventId: eventIdOf(event),
    type: event.event,
    reference: event.tx_ref ?? meta?.reference ?? null,
    // Of a refund, `reference` may be the one that we gave it.
    paymentId: event.event.startsWith("charge.") ? (event.reference ?? null) : null,
  };
  if (isRefund) return { ...about, kind: "refund", refundId: meta?.refund_id ?? null, refund: null };
  if (!event.event.startsWith("charge.")) return { ...about, kind: "ignored" };
  if (about.reference === null) {
    throw new ProviderEventRefused("chapa", "malformed_event", `The event ${event.event} has no tx_ref.`);
  }
  return { ...about, kind: "payment", payment: null };
}

/**
 * An id from what makes an event that event. All of it counts: were two events taken for one, the second, say another partial
 * refund of the same payment, would never be looked at; one event taken for two is looked at twice, which changes nothing.
 */
function eventIdOf(event: z.infer<typeof chapaEvent>): string {
  const { type, tx_ref, reference, ref_id, status, amount, updated_at } = event;
  const parts = [event.event, type, tx_ref, reference, ref_id, status, amount, updated_at];
  const digest = createHash("sha256")
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest("hex");
  return `${event.event}:${digest.slice(0, 32)}`;
}
