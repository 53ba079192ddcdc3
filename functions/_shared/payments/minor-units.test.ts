import { describe, expect, it } from "vitest";
import { toMajorUnits, toMinorUnits } from "./minor-units.ts";
import { fromStripeAmount, takesCurrency, toStripeAmount } from "./stripe-amounts.ts";

describe("major units", () => {
  it.each([
    [10_050, "ETB", "100.50"],
    [5, "USD", "0.05"],
    [0, "USD", "0.00"],
    [29, "ETB", "0.29"],
    [5_000, "JPY", "5000"],
    [0, "JPY", "0"],
    [1_234, "KWD", "1.234"],
    [7, "KWD", "0.007"],
    [Number.MAX_SAFE_INTEGER, "ETB", "90071992547409.91"],
  ])("of %i in %s are %s, and back", (minor, currency, major) => {
    expect(toMajorUnits(minor, currency)).toBe(major);
    expect(toMinorUnits(major, currency)).toBe(minor);
  });

  it("come as numbers, with fewer decimals, or with zeros too many", () => {
    expect(toMinorUnits(1500.5, "ETB")).toBe(150_050);
    expect(toMinorUnits(400, "ETB")).toBe(40_000);
    expect(toMinorUnits("400.0000", "ETB")).toBe(40_000);
    expect(toMinorUnits("5000.00", "JPY")).toBe(5_000);
    // 1.1 * 1000 and 0.29 * 100 are not whole in binary.
    expect([toMinorUnits(1.1, "KWD"), toMinorUnits(0.29, "ETB")]).toEqual([1_100, 29]);
  });

  it("there and back are the same for every amount up to 2,000.00", () => {
    for (const currency of ["ETB", "JPY", "KWD"]) {
      for (let minor = 0; minor <= 200_000; minor += 97) {
        if (toMinorUnits(Number(toMajorUnits(minor, currency)), currency) !== minor)
          expect.fail(`${minor} ${currency}`);
      }
    }
  });

  it.each(["", "-1", "1,5", "1e3", "abc", "1.234", "0.001", ".5", "99999999999999999", Number.NaN])(
    "%j is no amount of ETB",
    (text) => {
      expect(() => toMinorUnits(text, "ETB")).toThrow(RangeError);
    },
  );

  it.each([1.5, -1, Number.NaN, 2 ** 53])("%d are no minor units", (minor) => {
    expect(() => toMajorUnits(minor, "ETB")).toThrow(RangeError);
  });
});

describe("what Stripe counts", () => {
  it.each([
    [10_050, "USD", 10_050],
    [10_050, "ETB", 10_050],
    [5_000, "JPY", 5_000],
    [1_230, "KWD", 1_230],
    // Without decimals for people, with two for Stripe.
    [5_000, "ISK", 500_000],
    [5_000, "UGX", 500_000],
  ])("of %i in %s is %i, and back", (ours, currency, theirs) => {
    expect(toStripeAmount(ours, currency)).toBe(theirs);
    expect(fromStripeAmount(theirs, currency)).toBe(ours);
  });

  it.each([
    [1_234, "KWD"],
    [0, "USD"],
    [-5, "USD"],
    [10.5, "USD"],
  ])("has no %d of %s", (amount, currency) => {
    expect(() => toStripeAmount(amount, currency)).toThrow(RangeError);
  });

  it("has no parts of what we count", () => {
    expect(() => fromStripeAmount(550, "ISK")).toThrow(RangeError);
    expect(() => fromStripeAmount(10.5, "USD")).toThrow(RangeError);
  });

  it("knows currencies by their codes", () => {
    expect(["ETB", "USD", "JPY", "KWD", "XXX", "etb", ""].map(takesCurrency)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
