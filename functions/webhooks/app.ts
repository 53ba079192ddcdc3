import type { SupabaseClient } from "@supabase/supabase-js";
import { Hono } from "hono";
import { z } from "zod";
import { bearerToken, signInRequired } from "../_shared/bearer-token.ts";
import type { Database } from "../_shared/database.types.ts";
import { parseInput } from "../_shared/parse-input.ts";
import type { PaymentAccounts } from "../_shared/payments/accounts.ts";
import { providerNames } from "../_shared/payments/provider.ts";
import { notFound, onError, Problem } from "../_shared/problem.ts";
import { type KeyVariables, requireKey } from "../_shared/require-key.ts";
import type { WebhookSecrets } from "../_shared/webhooks/secrets.ts";
import { receivePaymentEvent } from "./payment-events.ts";

export const pathSchema = z.object({ id: z.uuid("the id of an endpoint") });
export const providerPath = z.object({
  provider: z.enum(providerNames, `one of ${providerNames.join(", ")}`),
  account_id: z.uuid("the id of an account").optional(),
});

export interface WebhookParts {
  /** A client that asks the Data API as the owner of an access token. */
  clientOf(accessToken: string): SupabaseClient<Database>;
  /** With the secret key. */
  readonly server: SupabaseClient<Database>;
  readonly secrets: WebhookSecrets;
  readonly accounts: PaymentAccounts;
}

/** Webhooks both ways: takes in what providers of payments tell, and shows managers the secrets of their own endpoints. */
export function createApp({ clientOf, server, secrets, accounts }: WebhookParts) {
  const app = new Hono<{ Variables: KeyVariables }>().basePath("/webhooks");
  app.onError(onError);
  app.notFound(notFound);
  app.post("/:provider{chapa|stripe|test}/:account_id?", (context) =>
    receivePaymentEvent(context, { server, accounts }, parseInput(providerPath, context.req.param())),
  );
  app.use(requireKey());
  app.get("/endpoints/:id/secret", async (context) => {
    const { id } = parseInput(pathSchema, context.req.param());
    const endpoint = await noteShown(clientOf(bearerToken(context.req.header("authorization"))), id);
    const { secret_version, old_secret_until } = endpoint;
    const overlaps = old_secret_until !== null && Date.parse(old_secret_until) > Date.now();
    return context.json(
      {
        endpoint_id: id,
        secret: await secrets(id, secret_version),
        secret_version,
        previous: overlaps
          ? { secret: await secrets(id, secret_version - 1), valid_until: new Date(old_secret_until).toISOString() }
          : null,
      },
      200,
      { "cache-control": "no-store" },
    );
  });
  return app;
}

/** The database decides whether the caller may see the secret, and notes it in the audit log. */
async function noteShown(client: SupabaseClient<Database>, endpointId: string) {
  const { data, error, status } = await client.rpc("show_webhook_secret", { endpoint_id: endpointId });
  if (error === null) return data;
  if (error.hint === "endpoint_not_found") throw new Problem(404, "endpoint_not_found", error.message);
  // A token that is forged or out of date, or that is nobody's.
  if (status === 401 || error.code === "42501") throw signInRequired();
  throw new Error(`The Data API answered ${error.code}: ${error.message}`);
}
