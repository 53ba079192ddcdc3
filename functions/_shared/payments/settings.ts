import { z } from "zod";
import type { ProviderCredentials, ProviderName } from "./provider.ts";

const masterKey = z
  .string()
  .min(32, "It needs 32 or more random characters, the same for the worker and the functions: openssl rand -base64 32");

/** Variables of the payment providers. Whoever takes them in has `checkPayments` refine the whole. */
export const paymentVariables = z.object({
  CHAPA_SECRET_KEY: z.string().optional(),
  CHAPA_WEBHOOK_SECRET: z.string().optional(),
  CHAPA_API_URL: z.url("Set it to the address of Chapa's API, or leave it out.").default("https://api.chapa.co"),
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_WEBHOOK_SECRET: z.string().optional(),
  STRIPE_API_URL: z.url("Set it to the address of Stripe's API, or leave it out.").default("https://api.stripe.com"),
  TEST_PAYMENTS_URL: z.url("Set it to the address of the test provider, or leave it out.").optional(),
  TEST_PAYMENTS_SECRET: z.string().min(16, "It needs 16 characters or more.").optional(),
  /** Encrypts the credentials of boutiques that have accounts of their own. */
  PAYMENTS_MASTER_KEY: masterKey.optional(),
  /** Earlier master keys, with commas: what they have encrypted can still be read. */
  PAYMENTS_OLD_MASTER_KEYS: z
    .string()
    .default("")
    .transform((list) => list.split(",").map((key) => key.trim()))
    .transform((keys) => keys.filter((key) => key !== ""))
    .pipe(z.array(masterKey)),
});
export type PaymentSettings = z.infer<typeof paymentVariables>;

const pairs = [
  ["CHAPA_SECRET_KEY", "CHAPA_WEBHOOK_SECRET"],
  ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"],
  ["TEST_PAYMENTS_URL", "TEST_PAYMENTS_SECRET"],
] as const;

/** Names what a provider that is configured by half has not got. */
export function checkPayments(settings: PaymentSettings, context: z.RefinementCtx): void {
  for (const pair of pairs) {
    const [missing, ...others] = pair.filter((name) => (settings[name] ?? "") === "");
    if (missing === undefined || others.length > 0) continue;
    const given = pair.find((name) => name !== missing);
    context.addIssue({ code: "custom", path: [missing], message: `Set it too, or leave ${given} out.` });
  }
}

/** Where the providers' APIs are. */
export type ProviderAddresses = Readonly<Record<"chapa" | "stripe", string>> & { readonly test?: string };

export function addressesOf(settings: PaymentSettings): ProviderAddresses {
  const { CHAPA_API_URL, STRIPE_API_URL, TEST_PAYMENTS_URL } = settings;
  return {
    chapa: CHAPA_API_URL,
    stripe: STRIPE_API_URL,
    ...(TEST_PAYMENTS_URL === undefined ? {} : { test: TEST_PAYMENTS_URL }),
  };
}

/** The marketplace's own accounts: of those providers that are configured. */
export function credentialsOf(settings: PaymentSettings): Partial<Record<ProviderName, ProviderCredentials>> {
  const pair = (secretKey = "", webhookSecret = "") =>
    secretKey === "" || webhookSecret === "" ? undefined : { secretKey, webhookSecret };
  const chapa = pair(settings.CHAPA_SECRET_KEY, settings.CHAPA_WEBHOOK_SECRET);
  const stripe = pair(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET);
  const test = settings.TEST_PAYMENTS_URL && pair(settings.TEST_PAYMENTS_SECRET, settings.TEST_PAYMENTS_SECRET);
  return { ...(chapa && { chapa }), ...(stripe && { stripe }), ...(test && { test }) };
}
