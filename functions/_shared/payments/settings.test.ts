import { expect, it } from "vitest";
import { problemsOf } from "../jobs/settings.ts";
import { openProvider, openProviders } from "./providers.ts";
import { addressesOf, checkPayments, credentialsOf, paymentVariables } from "./settings.ts";

const read = (variables: Record<string, string>) => paymentVariables.superRefine(checkPayments).safeParse(variables);
const chapa = { CHAPA_SECRET_KEY: "CHASECK-1", CHAPA_WEBHOOK_SECRET: "hook" };
const stripe = { STRIPE_SECRET_KEY: "sk_1", STRIPE_WEBHOOK_SECRET: "whsec_1" };
const test = { TEST_PAYMENTS_URL: "http://127.0.0.1:54326", TEST_PAYMENTS_SECRET: "a secret of the tests" };

it.each([
  [{}, []],
  [chapa, ["chapa"]],
  [stripe, ["stripe"]],
  [test, ["test"]],
  [{ ...chapa, ...stripe, ...test }, ["chapa", "stripe", "test"]],
])("opens what is configured: %j", (variables, names) => {
  const settings = read(variables).data;
  if (settings === undefined) throw new Error("refused");
  const providers = openProviders(credentialsOf(settings), addressesOf(settings));
  expect([...providers.keys()]).toEqual(names);
  for (const [name, provider] of providers) expect(provider.name).toBe(name);
});

it.each([
  [{ CHAPA_SECRET_KEY: "x" }, "CHAPA_WEBHOOK_SECRET is missing or wrong. Set it too, or leave CHAPA_SECRET_KEY out."],
  [
    { ...chapa, CHAPA_SECRET_KEY: "" },
    "CHAPA_SECRET_KEY is missing or wrong. Set it too, or leave CHAPA_WEBHOOK_SECRET out.",
  ],
  [
    { STRIPE_WEBHOOK_SECRET: "x" },
    "STRIPE_SECRET_KEY is missing or wrong. Set it too, or leave STRIPE_WEBHOOK_SECRET out.",
  ],
  [
    { TEST_PAYMENTS_URL: "http://127.0.0.1" },
    "TEST_PAYMENTS_SECRET is missing or wrong. Set it too, or leave TEST_PAYMENTS_URL out.",
  ],
  [
    { ...test, TEST_PAYMENTS_SECRET: "short" },
    "TEST_PAYMENTS_SECRET is missing or wrong. It needs 16 characters or more.",
  ],
  [
    { CHAPA_API_URL: "chapa" },
    "CHAPA_API_URL is missing or wrong. Set it to the address of Chapa's API, or leave it out.",
  ],
])("names what is missing or wrong: %j", (variables, problem) => {
  const { error } = read(variables);
  expect(error && problemsOf(error)).toEqual([problem]);
});

it("has master keys that are long enough, old ones too", () => {
  const long = "k".repeat(32);
  expect(read({ PAYMENTS_MASTER_KEY: "short" }).success).toBe(false);
  expect(read({ PAYMENTS_MASTER_KEY: long, PAYMENTS_OLD_MASTER_KEYS: `${long}, short` }).success).toBe(false);
  const settings = read({ PAYMENTS_MASTER_KEY: long, PAYMENTS_OLD_MASTER_KEYS: `${long}1, ${long}2,` }).data;
  expect(settings?.PAYMENTS_OLD_MASTER_KEYS).toEqual([`${long}1`, `${long}2`]);
  expect(read({}).data?.PAYMENTS_OLD_MASTER_KEYS).toEqual([]);
});

it("opens a boutique's own account by the same addresses, and no test provider where there is none", () => {
  const addresses = { chapa: "https://api.chapa.co", stripe: "https://api.stripe.com" };
  const own = { secretKey: "own", webhookSecret: "hook" };
  expect(openProvider("chapa", own, addresses)).toMatchObject({ name: "chapa", holds: false });
  expect(openProvider("stripe", own, addresses)).toMatchObject({ name: "stripe", holds: true });
  expect(() => openProvider("test", own, addresses)).toThrow("TEST_PAYMENTS_URL is not set");
});
