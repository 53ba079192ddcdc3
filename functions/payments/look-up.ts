import type { SupabaseClient } from "@supabase/supabase-js";
import type { Context } from "hono";
import { answered } from "../_shared/ask-database.ts";
import type { Database } from "../_shared/database.types.ts";
import { settlementOf } from "../_shared/payments/settlement.ts";
import { Problem } from "../_shared/problem.ts";
import type { PaymentParts } from "./app.ts";
import { type AttemptRow, knownAttempt, nothingArrived } from "./attempts.ts";

/** Asks the provider how an attempt stands and settles it. The webhook does the same; whoever is first settles. */
async function lookUp(parts: PaymentParts, attemptId: string): Promise<AttemptRow> {
  const { attempt, account } = await knownAttempt(parts.server, attemptId);
  if (attempt.state !== "open" && attempt.state !== "authorised") return attempt;
  const provider = await parts.accounts.open(account);
  const found = await provider.lookUp({ reference: attempt.id, providerReference: attempt.provider_reference });
  const { state, failure, saved_method, ...arrived } = settlementOf(found);
  const money =
    arrived.payment_id === null || arrived.amount === null || arrived.currency === null
      ? nothingArrived
      : { provider_payment_id: arrived.payment_id, amount: arrived.amount, currency: arrived.currency };
  const settled = answered(
    await parts.server.rpc("settle_attempt", {
      ...{ attempt_id: attempt.id, state, failure, ...money },
      ...(saved_method === null ? {} : { saved_method }),
    }),
  );
  return { ...attempt, state: settled.state };
}

/**
 * Where the provider sends the browser afterwards: on to the shop. The address proves nothing, so the provider is asked;
 * when it does not answer, the shop is told that the payment is pending, and the webhook or the reconciliation settles it.
 */
export async function returnToShop(context: Context, parts: PaymentParts, attemptId: string): Promise<Response> {
  const known = await knownAttempt(parts.server, attemptId);
  const { state } = await lookUp(parts, attemptId).catch((error: unknown) => {
    if (error instanceof Problem) throw error;
    console.error(error);
    return known.attempt;
  });
  const target = new URL(known.attempt.return_url);
  target.searchParams.set("payment_id", known.attempt.payment_id);
  target.searchParams.set("payment_status", statusOf(state));
  return context.redirect(target.href, 303);
}

/** What a front end shows: `mismatched` is for people, and pending for the customer. */
function statusOf(state: string): "succeeded" | "pending" | "failed" {
  if (state === "succeeded" || state === "authorised") return "succeeded";
  return state === "failed" || state === "expired" ? "failed" : "pending";
}

export interface CheckedPayment {
  readonly payment_id: string;
  /** Of the row in payments. */
  readonly state: string;
  /** Of the last attempt; null before the first. */
  readonly attempt_state: string | null;
}

/** How a payment of the caller stands, after the provider was asked where it is open. */
export async function checkPayment(
  parts: PaymentParts,
  client: SupabaseClient<Database>,
  paymentId: string,
): Promise<CheckedPayment> {
  const read = async () => {
    const rows = answered(
      await client
        .from("payments")
        .select("state, payment_attempts(id, state)")
        .eq("id", paymentId)
        .order("created_at", { referencedTable: "payment_attempts", ascending: false })
        .limit(1, { referencedTable: "payment_attempts" }),
    );
    const [payment] = rows;
    if (payment === undefined) throw new Problem(404, "payment_not_found", "There is no such payment of yours.");
    return { state: payment.state, attempt: payment.payment_attempts[0] };
  };
  let payment = await read();
  if (payment.state === "pending" && payment.attempt?.state === "open") {
    await lookUp(parts, payment.attempt.id).catch((error: unknown) => console.error(error));
    payment = await read();
  }
  return { payment_id: paymentId, state: payment.state, attempt_state: payment.attempt?.state ?? null };
}
