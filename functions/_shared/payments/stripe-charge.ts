import Stripe from "stripe";
import { z } from "zod";
import type { ChargedPayment, ChargeInput } from "./provider.ts";
import { ProviderError } from "./provider-error.ts";
import { toStripeAmount } from "./stripe-amounts.ts";
import { callStripe } from "./stripe-client.ts";
import { intent, paymentOfIntent } from "./stripe-protocol.ts";

const declined = z.object({ id: z.string() });

/** Charges a saved method while the customer is away. A card that is declined, or wants the customer, is a value. */
export async function chargeSavedMethod(
  stripe: Stripe,
  secretKey: string,
  input: ChargeInput,
): Promise<ChargedPayment> {
  const { reference, amount, currency, description, savedMethod } = input;
  const [customer = "", method = ""] = savedMethod.split("/");
  try {
    const payment = await callStripe(secretKey, intent, async () =>
      stripe.paymentIntents.create(
        {
          amount: toStripeAmount(amount, currency),
          currency: currency.toLowerCase(),
          ...{ customer, payment_method: method, description, off_session: true, confirm: true },
          // Nobody is there to be sent to a bank's page.
          automatic_payment_methods: { enabled: true, allow_redirects: "never" },
          metadata: { reference, origin: "charge" },
          expand: ["latest_charge"],
        },
        { idempotencyKey: `charge-${reference}` },
      ),
    );
    return { ...paymentOfIntent(payment, reference), providerReference: payment.id };
  } catch (error) {
    const cause = error instanceof ProviderError ? error.cause : undefined;
    if (!(cause instanceof Stripe.errors.StripeCardError)) throw error;
    const id = declined.safeParse(cause.payment_intent).data?.id ?? null;
    const reason = cause.decline_code ?? cause.code ?? "declined";
    return { state: "failed", reference, paymentId: id, reason, providerReference: id };
  }
}
