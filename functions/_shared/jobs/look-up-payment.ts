import { z } from "zod";
import type { AccountRow } from "../payments/accounts.ts";
import { settlementOf } from "../payments/settlement.ts";
import { defineQueue } from "./queue.ts";
import { settleAttempt } from "./settle-attempt.ts";

interface AttemptRow extends AccountRow {
  readonly provider_reference: string | null;
}

/** Asks a provider what has become of an attempt of which nothing, or nothing final, was heard. */
export const lookUpPayment = defineQueue({
  name: "payment.look_up",
  payload: z.object({ attempt_id: z.uuid() }),
  // payment.reconcile asks again: an hour without the provider is no reason for dead letters.
  retryLimit: 1,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 10,
  expireInSeconds: 60,
  pollingSeconds: 10,
  concurrency: 4,
  overdueSeconds: 900,
  async run({ attempt_id }, { sql, payments, log }) {
    const [attempt] = await sql<AttemptRow[]>`
      select t.provider, t.provider_reference, a.boutique_id, a.sealed_keys
      from public.payment_attempts t left join private.provider_accounts a on a.id = t.account_id
      where t.id = ${attempt_id}`;
    if (attempt === undefined) return;
    try {
      const provider = await payments.open(attempt);
      const found = await provider.lookUp({ reference: attempt_id, providerReference: attempt.provider_reference });
      await settleAttempt(sql, attempt_id, settlementOf(found));
    } catch (error) {
      if (!isRetryable(error)) throw error;
      log.warn({ attempt_id, reason: error.message }, "provider did not answer; asked again later");
    }
  },
});

const isRetryable = (error: unknown): error is Error =>
  error instanceof Error && "retryable" in error && error.retryable === true;
