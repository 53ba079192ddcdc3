import { z } from "zod";
import type { ProviderName } from "../payments/provider.ts";
import { settlementOf } from "../payments/settlement.ts";
import { defineQueue } from "./queue.ts";

interface AttemptRow {
  readonly provider: ProviderName;
  readonly provider_reference: string | null;
  readonly boutique_id: string | null;
  readonly sealed_keys: string | null;
  readonly is_charge: boolean;
}

/**
 * Closes the page of an attempt that is not to be paid any more: its order was called off, was paid another way, or costs
 * something else by now. Who pays all the same, because this comes too late, has the money back.
 */
export const closePayment = defineQueue({
  name: "payment.close",
  payload: z.object({ attempt_id: z.uuid() }),
  retryLimit: 5,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 300,
  expireInSeconds: 60,
  pollingSeconds: 10,
  concurrency: 4,
  overdueSeconds: 900,
  async run({ attempt_id }, { sql, payments }) {
    const [attempt] = await sql<AttemptRow[]>`
      select t.provider, t.provider_reference, a.boutique_id, a.sealed_keys, t.is_charge
      from public.payment_attempts t left join private.provider_accounts a on a.id = t.account_id
      where t.id = ${attempt_id} and t.state = 'open'`;
    if (attempt === undefined) return;
    const provider = await payments.open(attempt);
    const found = await provider.close({ reference: attempt_id, providerReference: attempt.provider_reference });
    const { payment_id, amount, currency, failure, saved_method, ...told } = settlementOf(found);
    // A charge of which the provider knows nothing was not made yet, and will not be: payment.charge leaves what is failed.
    const state = told.state === "unknown" && attempt.is_charge ? "failed" : told.state;
    await sql`
      select private.settle_attempt(${attempt_id}, ${state}, ${payment_id}, ${amount}, ${currency}, ${failure}, ${saved_method})`;
  },
});
