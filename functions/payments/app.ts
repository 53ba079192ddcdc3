import type { SupabaseClient } from "@supabase/supabase-js";
import { Hono, type MiddlewareHandler } from "hono";
import { z } from "zod";
import { bearerToken } from "../_shared/bearer-token.ts";
import type { Database } from "../_shared/database.types.ts";
import { limitRate, type RateLimit } from "../_shared/limit-rate.ts";
import { parseInput } from "../_shared/parse-input.ts";
import type { PaymentAccounts } from "../_shared/payments/accounts.ts";
import { providerNames } from "../_shared/payments/provider.ts";
import { notFound, onError } from "../_shared/problem.ts";
import { type KeyVariables, requireKey } from "../_shared/require-key.ts";
import { saveAccount } from "./account.ts";
import { checkPayment, returnToShop } from "./look-up.ts";
import { startPayment } from "./start.ts";

export interface PaymentParts {
  /** A client that asks the Data API as the owner of an access token. */
  clientOf(accessToken: string): SupabaseClient<Database>;
  /** With the secret key. */
  readonly server: SupabaseClient<Database>;
  readonly accounts: PaymentAccounts;
  /** Where browsers and providers reach the functions, without a slash at its end. */
  readonly functionsUrl: string;
}

export const startInput = z.object({
  payment_id: z.uuid("the id of a row of payments"),
  provider: z.enum(providerNames, `one of ${providerNames.join(", ")}`),
  return_url: z
    .url({ protocol: /^https?$/, error: "an http or https address that the customer comes back to" })
    .max(2000),
  /** Holds the money on the card and does not take it; for deposits, where the provider can. */
  hold: z.boolean().default(false),
  /** The customer agrees that the instalments of her plan are taken the same way; where the provider can. */
  saves_method: z.boolean().default(false),
});
export const paymentPath = z.object({ payment_id: z.uuid("the id of a row of payments") });
export const attemptPath = z.object({ attempt_id: z.uuid("the id of an attempt") });
export const methodsQuery = z.object({ currency: z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code, such as ETB") });
export const accountPath = z.object({
  boutique_id: z.uuid("the id of a boutique"),
  provider: startInput.shape.provider,
});
export const accountInput = z.object({
  secret_key: z.string().min(8).max(500),
  webhook_secret: z.string().min(8).max(500),
});

/** Browsers on their way back, and front ends that wait for a payment. */
const returns: RateLimit = { operation: "payments.return", capacity: 120, perMinute: 120, lease: 10 };
const starts: RateLimit = { operation: "payments.start", capacity: 30, perMinute: 30, lease: 1 };
const checks: RateLimit = { operation: "payments.check", capacity: 60, perMinute: 60, lease: 5 };

/** Begins payments at providers, and says how they stand. Money moves in the database alone: see `settle_payment`. */
export function createApp(parts: PaymentParts) {
  const { server, accounts, clientOf } = parts;
  const app = new Hono<{ Variables: KeyVariables }>().basePath("/payments");
  app.onError(onError);
  app.notFound(notFound);
  // Browsers bring no key: the id of the attempt, which nobody guesses, leads back to the shop.
  app.use("/return/*", asAnybody(), limitRate(server, returns));
  app.get("/return/:attempt_id", (context) =>
    returnToShop(context, parts, parseInput(attemptPath, context.req.param()).attempt_id),
  );
  app.use(requireKey());
  app.get("/methods", (context) => {
    const { currency } = parseInput(methodsQuery, context.req.query());
    const known = [...accounts.marketplace.values()].filter((provider) => provider.supports(currency));
    return context.json({
      methods: known.map(({ name, holds, charge }) => ({ provider: name, holds, saves: charge !== undefined })),
    });
  });
  app.use("/start", limitRate(server, starts));
  app.post("/start", async (context) => {
    const client = clientOf(bearerToken(context.req.header("authorization")));
    const input = parseInput(startInput, await context.req.json().catch(() => undefined));
    return context.json(await startPayment(parts, client, input), 200, { "cache-control": "no-store" });
  });
  app.use("/check/*", limitRate(server, checks));
  app.post("/check/:payment_id", async (context) => {
    const client = clientOf(bearerToken(context.req.header("authorization")));
    const { payment_id } = parseInput(paymentPath, context.req.param());
    return context.json(await checkPayment(parts, client, payment_id), 200, { "cache-control": "no-store" });
  });
  app.put("/accounts/:boutique_id/:provider", async (context) => {
    const token = bearerToken(context.req.header("authorization"));
    const path = parseInput(accountPath, context.req.param());
    const keys = parseInput(accountInput, await context.req.json().catch(() => undefined));
    return context.json(await saveAccount(parts, token, path, keys), 200, { "cache-control": "no-store" });
  });
  return app;
}

/** The rate limit spares servers with the secret key; here nobody is spared. */
function asAnybody(): MiddlewareHandler<{ Variables: KeyVariables }> {
  return (context, next) => {
    context.set("keyKind", "publishable");
    return next();
  };
}
