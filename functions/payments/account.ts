import { answered } from "../_shared/ask-database.ts";
import { decodeJwt } from "../_shared/decode-jwt.ts";
import type { ProviderName } from "../_shared/payments/provider.ts";
import { Problem } from "../_shared/problem.ts";
import type { PaymentParts } from "./app.ts";

/** Encrypts the keys of a boutique's own account and keeps them; nobody can read them again. */
export async function saveAccount(
  { accounts, clientOf, server }: PaymentParts,
  accessToken: string,
  { boutique_id, provider }: { readonly boutique_id: string; readonly provider: ProviderName },
  { secret_key, webhook_secret }: { readonly secret_key: string; readonly webhook_secret: string },
) {
  if (accounts.envelopes === undefined) {
    throw new Problem(
      503,
      "not_configured",
      "Boutiques cannot have accounts of their own here: the operator sets PAYMENTS_MASTER_KEY.",
    );
  }
  // The Data API verifies the token, and the database whether its subject owns the boutique.
  answered(await clientOf(accessToken).rpc("provider_accounts", { boutique_id }));
  const sealed = await accounts.envelopes.seal(
    { secretKey: secret_key, webhookSecret: webhook_secret },
    { boutiqueId: boutique_id, provider },
  );
  const key_hint = secret_key.slice(-4);
  const id = answered(
    await server.rpc("save_provider_account", {
      boutique_id,
      provider,
      sealed_keys: sealed,
      key_hint,
      actor_id: decodeJwt(accessToken).sub,
    }),
  );
  return { account_id: id, provider, key_hint, webhook_path: `/webhooks/${provider}/${id}` };
}
