import type Stripe from "stripe";
import type { StartInput } from "./provider.ts";
import { toStripeAmount } from "./stripe-amounts.ts";

const [HALF_HOUR, DAY] = [30 * 60, 24 * 3_600];

/**
 * A start as Stripe takes it. A page is open for 30 minutes to 24 hours: what is to end sooner or later than that gets no end
 * of its own, which means after a day, and has to be closed. That keeps the parameters of a repetition the same.
 */
export function sessionParams(input: StartInput, now: Date): Stripe.Checkout.SessionCreateParams {
  const { reference, amount, currency, description, customer, returnUrl, capture, saveMethod } = input;
  const expires = Math.floor(input.expiresAt.getTime() / 1000);
  const seconds = expires - Math.floor(now.getTime() / 1000);
  return {
    mode: "payment",
    client_reference_id: reference,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: currency.toLowerCase(),
          unit_amount: toStripeAmount(amount, currency),
          product_data: { name: description },
        },
      },
    ],
    customer_email: customer.email,
    success_url: returnUrl,
    cancel_url: returnUrl,
    metadata: { reference },
    payment_intent_data: {
      // The event of an intent says no more of its session than this.
      metadata: { reference, origin: "checkout" },
      description,
      capture_method: capture === "manual" ? "manual" : "automatic",
      ...(saveMethod === true ? { setup_future_usage: "off_session" } : {}),
    },
    // Only cards can hold money.
    ...(capture === "manual" ? { payment_method_types: ["card"] } : {}),
    ...(saveMethod === true ? { customer_creation: "always" } : {}),
    ...(seconds > HALF_HOUR && seconds < DAY ? { expires_at: expires } : {}),
  };
}
