import { z } from "zod";
import type { PaymentProvider, ProviderEvent, ProviderName } from "../payments/provider.ts";
import { defineQueue } from "./queue.ts";

interface EventRow {
  readonly provider: ProviderName;
  readonly facts: ProviderEvent;
  readonly boutique_id: string | null;
  readonly sealed_keys: string | null;
  readonly attempt_id: string | null;
  readonly provider_reference: string | null;
}

/** Does what a provider's event says. Where the event does not say enough, the provider is asked first. */
export const paymentEvent = defineQueue({
  name: "payment.event",
  payload: z.object({ event_id: z.uuid() }),
  retryLimit: 40,
  retryDelaySeconds: 2,
  retryDelayMaxSeconds: 900,
  expireInSeconds: 60,
  pollingSeconds: 2,
  concurrency: 8,
  overdueSeconds: 300,
  async run({ event_id }, { sql, payments }) {
    const [event] = await sql<EventRow[]>`
      select e.provider, e.facts, a.boutique_id, a.sealed_keys, t.id as attempt_id, t.provider_reference
      from private.payment_events e
      left join private.provider_accounts a on a.id = e.account_id
      left join public.payment_attempts t
        on t.id = private.find_attempt(e.facts ->> 'reference', e.provider, e.account_id, e.facts ->> 'paymentId')
      where e.id = ${event_id} and e.processed_at is null`;
    if (event === undefined) return;
    const facts = await completed(event, () => payments.open(event));
    await sql`select private.apply_payment_event(${event_id}, ${sql.json(facts as never)})`;
  },
});

/** The facts, with what the event itself does not say. */
async function completed(event: EventRow, open: () => Promise<PaymentProvider>): Promise<ProviderEvent> {
  const { facts, attempt_id, provider_reference } = event;
  if (attempt_id === null) return facts;
  const attempt = { reference: attempt_id, providerReference: provider_reference };
  if (facts.kind === "payment" && facts.payment === null) {
    return { ...facts, payment: await (await open()).lookUp(attempt) };
  }
  if (facts.kind === "refund" && facts.refund === null && facts.refundId !== null && facts.paymentId !== null) {
    const { refundId, paymentId } = facts;
    const asked = { ...attempt, refundId, paymentId, providerRefundId: null };
    return { ...facts, refund: await (await open()).lookUpRefund(asked) };
  }
  return facts;
}
