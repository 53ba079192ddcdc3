import { expect, it } from "vitest";
import { ProviderError, withoutSecrets } from "./provider-error.ts";

it.each([
  ["the key of this call", "Bearer own-key!", "Bearer ***"],
  ["a key of Stripe's", "Invalid API Key provided: sk_live_51Habc", "Invalid API Key provided: ***"],
  ["a key that is half masked", "Invalid API Key provided: sk_test_****1234.", "Invalid API Key provided: ***"],
  ["a key of Chapa's", "(CHASECK_TEST-abc123)", "(***)"],
  ["a secret of a webhook", "whsec_abc", "***"],
  ["nothing that is a key", "The risk_level is normal", "The risk_level is normal"],
])("takes out %s", (_name, text, shown) => {
  expect(withoutSecrets(text, ["own-key!", ""])).toBe(shown);
});

it.each([
  ["provider_unavailable", true],
  ["provider_refused", false],
  ["provider_misconfigured", false],
  ["reference_used", false],
  ["not_supported", false],
] as const)("%s may be tried again: %s", (code, retryable) => {
  expect(new ProviderError("test", code, "x")).toMatchObject({ name: "ProviderError", retryable });
});
