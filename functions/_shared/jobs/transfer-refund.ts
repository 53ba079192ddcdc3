import { z } from "zod";
import type { AccountRow } from "../payments/accounts.ts";
import type { PaymentProvider, ProviderRefund } from "../payments/provider.ts";
import { ProviderError } from "../payments/provider-error.ts";
import { defineQueue } from "./queue.ts";

interface TransferRow extends AccountRow {
  readonly state: string;
  readonly attempt_id: string;
  readonly amount: number;
  readonly currency: string;
  readonly reason: string;
  readonly provider_refund_id: string | null;
  readonly provider_reference: string | null;
  readonly provider_payment_id: string;
}

/**
 * Asks a provider to pay back, or how a refund stands that it works on. The provider knows the transfer by its id: one
 * that was asked for and never noted, because this process died in between, is not paid twice.
 */
export const transferRefund = defineQueue({
  name: "refund.transfer",
  payload: z.object({ transfer_id: z.uuid() }),
  retryLimit: 20,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 60,
  pollingSeconds: 5,
  concurrency: 4,
  tenantConcurrency: 2,
  overdueSeconds: 900,
  async run({ transfer_id }, { sql, payments }) {
    const [row] = await sql<TransferRow[]>`
      select (t.transfer).state, (t.transfer).attempt_id, (t.transfer).amount::float8 as amount, (t.transfer).currency, (t.transfer).reason,
        (t.transfer).provider_refund_id, t.provider, t.provider_reference, t.provider_payment_id, t.account_boutique_id as boutique_id, t.sealed_keys
      from private.transfer_for_job(${transfer_id}) t`;
    if (row === undefined || (row.state !== "due" && row.state !== "pending")) return;
    const { state, providerRefundId, reason } = await ask(await payments.open(row), transfer_id, row);
    if (state === "unknown") return;
    await sql`select private.settle_transfer(${transfer_id}, ${state}, ${providerRefundId}, ${reason})`;
  },
});

async function ask(provider: PaymentProvider, refundId: string, row: TransferRow): Promise<ProviderRefund> {
  const payment = {
    reference: row.attempt_id,
    providerReference: row.provider_reference,
    paymentId: row.provider_payment_id,
  };
  if (row.state === "pending") {
    return provider.lookUpRefund({ ...payment, refundId, providerRefundId: row.provider_refund_id });
  }
  const { amount, currency, reason } = row;
  try {
    return await provider.refund({ ...payment, refundId, amount, currency, reason });
  } catch (error) {
    // A definite no: trying again gives the same answer, and a person has to pay it back another way.
    if (!(error instanceof ProviderError) || (error.code !== "provider_refused" && error.code !== "not_supported"))
      throw error;
    return { state: "refused", refundId, providerRefundId: null, amount, currency, reason: error.message };
  }
}
