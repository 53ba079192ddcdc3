import { chapaProvider } from "./chapa.ts";
import { type PaymentProvider, type ProviderCredentials, type ProviderName, providerNames } from "./provider.ts";
import { ProviderError } from "./provider-error.ts";
import type { ProviderAddresses } from "./settings.ts";
import { stripeProvider } from "./stripe.ts";
import { testProvider } from "./test-provider.ts";

/**
 * A provider with one account's credentials, the marketplace's or a boutique's own.
 *
 * @param timeoutMs how long it may take to answer a call, in milliseconds; 10 seconds unless told
 * @throws ProviderError `not_supported` for the test provider where there is none
 */
export function openProvider(
  name: ProviderName,
  credentials: ProviderCredentials,
  addresses: ProviderAddresses,
  timeoutMs?: number,
): PaymentProvider {
  const url = addresses[name];
  if (url === undefined) {
    throw new ProviderError(name, "not_supported", "There is no test provider here: TEST_PAYMENTS_URL is not set.");
  }
  const options = { url, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  switch (name) {
    case "chapa":
      return chapaProvider(credentials, options);
    case "stripe":
      return stripeProvider(credentials, options);
    case "test":
      return testProvider(credentials, options);
  }
}

/** Those providers of which there are credentials, by name. */
export function openProviders(
  credentials: Readonly<Partial<Record<ProviderName, ProviderCredentials>>>,
  addresses: ProviderAddresses,
  timeoutMs?: number,
): ReadonlyMap<ProviderName, PaymentProvider> {
  const providers = new Map<ProviderName, PaymentProvider>();
  for (const name of providerNames) {
    const account = credentials[name];
    if (account !== undefined) providers.set(name, openProvider(name, account, addresses, timeoutMs));
  }
  return providers;
}
