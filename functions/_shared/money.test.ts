import { expect, it } from "vitest";
import { formatMoney } from "./money.ts";

it.each([
  [125_000, "ETB", "ETB 1,250.00"],
  ["9500", "GBP", "£95.00"],
  [5_000, "JPY", "¥5,000"],
  [1_234, "BHD", "BHD 1.234"],
  [0, "USD", "$0.00"],
])("writes %s minor units of %s with the currency's own decimals", (amount, currency, text) => {
  expect(formatMoney(amount, currency).replaceAll("\u00a0", " ")).toBe(text);
});
