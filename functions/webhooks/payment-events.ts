import type { SupabaseClient } from "@supabase/supabase-js";
import type { Context } from "hono";
import { answered } from "../_shared/ask-database.ts";
import type { Database, Json } from "../_shared/database.types.ts";
import { drawToken } from "../_shared/limit-rate.ts";
import type { PaymentAccounts } from "../_shared/payments/accounts.ts";
import type { PaymentProvider, ProviderEvent, ProviderName } from "../_shared/payments/provider.ts";
import { ProviderError, ProviderEventRefused } from "../_shared/payments/provider-error.ts";
import { Problem } from "../_shared/problem.ts";
import { readBody } from "./read-body.ts";

/** Twice what the largest event of the providers has. */
const MAX_BYTES = 262_144;

/** Requests that nobody has signed, of one address. What is genuine is never turned away. */
const unsigned = { operation: "webhooks.unsigned", capacity: 60, perMinute: 60 };

interface Parts {
  readonly server: SupabaseClient<Database>;
  readonly accounts: PaymentAccounts;
}

interface Sender {
  readonly provider: ProviderName;
  /** A boutique's own account; undefined: the marketplace's. */
  readonly account_id?: string | undefined;
}

/**
 * Takes in what a provider tells: the signature first, over the bytes as they came; then the event is kept, once, and a job
 * works on it. The provider has its answer before anything is settled.
 */
export async function receivePaymentEvent(context: Context, parts: Parts, sender: Sender): Promise<Response> {
  const body = await readBody(context.req.raw, MAX_BYTES);
  const provider = await openAccount(parts, sender);
  const event = await verified(provider, context.req.raw, body).catch(async (error: unknown) => {
    if (!(error instanceof ProviderEventRefused)) throw error;
    await drawToken(parts.server, unsigned, context.req.raw.headers);
    const status = error.code === "malformed_event" ? 400 : 401;
    throw new Problem(status, error.code, error.message);
  });
  const isNew = answered(
    await parts.server.rpc("receive_payment_event", {
      provider: sender.provider,
      event_id: event.eventId,
      type: event.type,
      facts: event as unknown as Json,
      body: new TextDecoder().decode(body),
      ...(sender.account_id === undefined ? {} : { account_id: sender.account_id }),
    }),
  );
  return context.json({ received: true, is_new: isNew });
}

const verified = (provider: PaymentProvider, request: Request, body: Uint8Array): Promise<ProviderEvent> =>
  provider.readEvent(request.headers, body, new Date());

async function openAccount({ server, accounts }: Parts, { provider, account_id }: Sender): Promise<PaymentProvider> {
  try {
    if (account_id === undefined) return await accounts.open({ provider, boutique_id: null, sealed_keys: null });
    const row = answered(await server.rpc("account_for_server", { account_id }));
    if (row.provider !== provider) throw new Problem(404, "account_not_found", "There is no such account.");
    return await accounts.open({ provider, boutique_id: row.boutique_id, sealed_keys: row.sealed_keys });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new Problem(404, "provider_not_available", `Payments through ${provider} are not set up here.`);
  }
}
