import { Webhook } from "standardwebhooks";
import type { ProviderEvent } from "./provider.ts";
import { ProviderEventRefused } from "./provider-error.ts";
import { assertRecent, decoded, isSame, jsonOf } from "./signatures.ts";
import { anyTestEvent, paymentOf, refundOf, testEvent } from "./test-protocol.ts";

/**
 * Headers of a signed event, as Standard Webhooks has them.
 *
 * @param secret any ASCII text
 */
export function testEventHeaders(secret: string, id: string, body: string, sentAt: Date): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
    "webhook-signature": new Webhook(secret, { format: "raw" }).sign(id, sentAt, body),
  };
}

/** Reads an event of the test provider. The signature covers id and time too, so that neither can be exchanged. */
export async function readTestEvent(
  secret: string,
  headers: Headers,
  rawBody: Uint8Array,
  now: Date,
): Promise<ProviderEvent> {
  const eventId = headers.get("webhook-id") ?? "";
  const seconds = headers.get("webhook-timestamp") ?? "";
  const given = headers.get("webhook-signature")?.split(" ") ?? [];
  const text = decoded(rawBody);
  // The library's own check has a clock of its own.
  const isComplete = secret !== "" && eventId !== "" && /^\d{1,12}$/.test(seconds);
  const expected =
    isComplete && text !== undefined
      ? testEventHeaders(secret, eventId, text, new Date(Number(seconds) * 1000))["webhook-signature"]
      : undefined;
  if (expected === undefined || !given.some((signature) => isSame(signature, expected))) {
    throw new ProviderEventRefused(
      "test",
      "invalid_signature",
      "The event is not signed with the test provider's secret.",
    );
  }
  assertRecent("test", Number(seconds), now);
  const json = jsonOf("test", text);
  const any = anyTestEvent.safeParse(json);
  if (!any.success) throw new ProviderEventRefused("test", "malformed_event", "The event has no type or no data.");
  const known = testEvent.safeParse(json);
  const common = { eventId, type: any.data.type };
  if (!known.success) {
    // What this version does not know is no mistake; what it knows in another form is one.
    if (testEvent.options.some(({ shape }) => shape.type.safeParse(any.data.type).success)) {
      throw new ProviderEventRefused("test", "malformed_event", `The event ${any.data.type} has a wrong form.`);
    }
    return { ...common, kind: "ignored", reference: null, paymentId: null };
  }
  const { data } = known.data;
  const about = { ...common, reference: data.reference, paymentId: data.payment_id };
  return "provider_refund_id" in data
    ? { ...about, kind: "refund", refundId: data.id, refund: refundOf(data) }
    : { ...about, kind: "payment", payment: paymentOf(data) };
}
