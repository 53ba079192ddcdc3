import { credentialEnvelopes, type Envelopes } from "./envelope.ts";
import type { PaymentProvider, ProviderName } from "./provider.ts";
import { ProviderError } from "./provider-error.ts";
import { openProvider, openProviders } from "./providers.ts";
import { addressesOf, checkPayments, credentialsOf, type PaymentSettings, paymentVariables } from "./settings.ts";

/** Whose account a payment goes through, as the database says it. */
export interface AccountRow {
  readonly provider: ProviderName;
  /** With `sealed_keys`: the boutique whose own account it is; null: the marketplace's. */
  readonly boutique_id: string | null;
  readonly sealed_keys: string | null;
}

export interface PaymentAccounts {
  /** Providers at which the marketplace has an account. */
  readonly marketplace: ReadonlyMap<ProviderName, PaymentProvider>;
  /** Seals the keys of boutiques; undefined where PAYMENTS_MASTER_KEY is not set. */
  readonly envelopes: Envelopes | undefined;
  /**
   * The provider with the keys of an account.
   *
   * @throws ProviderError `not_supported` where there is no such account, or no master key to open it with
   * @throws EnvelopeError for keys that do not open
   */
  open(account: AccountRow): Promise<PaymentProvider>;
}

/** The accounts that the settings, and the database, know. */
export function paymentAccounts(settings: PaymentSettings): PaymentAccounts {
  const addresses = addressesOf(settings);
  const marketplace = openProviders(credentialsOf(settings), addresses);
  const { PAYMENTS_MASTER_KEY: masterKey, PAYMENTS_OLD_MASTER_KEYS: oldKeys } = settings;
  const envelopes = masterKey === undefined ? undefined : credentialEnvelopes(masterKey, oldKeys);
  return {
    marketplace,
    envelopes,
    async open({ provider, boutique_id, sealed_keys }) {
      if (boutique_id === null || sealed_keys === null) {
        const known = marketplace.get(provider);
        if (known !== undefined) return known;
        throw new ProviderError(
          provider,
          "not_supported",
          `There is no account at ${provider}: set its keys in the environment.`,
        );
      }
      if (envelopes === undefined) {
        throw new ProviderError(
          provider,
          "not_supported",
          "PAYMENTS_MASTER_KEY is not set: the keys of boutiques do not open.",
        );
      }
      const credentials = await envelopes.open(sealed_keys, { boutiqueId: boutique_id, provider });
      return openProvider(provider, credentials, addresses);
    },
  };
}

/**
 * Reads the variables of the payment providers.
 *
 * @throws an Error with one line per variable that is missing or wrong
 */
export function readPaymentSettings(variables: Readonly<Record<string, string | undefined>>): PaymentSettings {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => (value ?? "") !== ""));
  const { success, data, error } = paymentVariables.superRefine(checkPayments).safeParse(given);
  if (success) return data;
  throw new Error(
    error.issues.map(({ path, message }) => `${path.join(".")} is missing or wrong. ${message}`).join("\n"),
  );
}
