import { NexusError, paymentMethods, pendingPayment, startPayment } from "@nexus/client";
import { nexus } from "./nexus.ts";
import { absolute } from "./router.tsx";

/**
 * Sends the browser to the page of a provider, to pay for the orders of one checkout; it comes back to /paid.
 *
 * @returns false when there is nothing to pay
 */
export async function payGroup(groupId: string): Promise<boolean> {
  const payment = await pendingPayment(nexus, groupId);
  if (payment === null) return false;
  const [method] = await paymentMethods(nexus, payment.currency);
  if (method === undefined) {
    throw new NexusError("provider_not_available", 409, `Nobody takes ${payment.currency} here. Pay at the boutique.`);
  }
  const { checkout_url } = await startPayment(nexus, {
    paymentId: payment.id,
    provider: method.provider,
    returnUrl: absolute("/paid"),
  });
  location.assign(checkout_url);
  return true;
}
