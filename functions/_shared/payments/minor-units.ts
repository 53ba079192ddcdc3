import { decimalsOf } from "../money.ts";

/**
 * An amount as decimal text in major units: 10050 of ETB are `100.50`, 5000 of JPY `5000`, 1234 of KWD `1.234`. Worked out
 * in whole numbers, for 0.29 * 100 is not 29.
 *
 * @throws RangeError for what is no whole number of minor units, zero or more
 */
export function toMajorUnits(minorUnits: number, currency: string): string {
  if (!Number.isSafeInteger(minorUnits) || minorUnits < 0) {
    throw new RangeError(`${minorUnits} is no amount in minor units.`);
  }
  const decimals = decimalsOf(currency);
  const digits = String(minorUnits).padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/**
 * The minor units of an amount in major units: `100.5` of ETB are 10050. More decimals than the currency has must be zeros.
 *
 * @param major text, or a number as JSON has it
 * @throws RangeError for what is no amount of the currency
 */
export function toMinorUnits(major: string | number, currency: string): number {
  const decimals = decimalsOf(currency);
  const [, whole, fraction = ""] = /^(\d+)(?:\.(\d+))?$/.exec(String(major).trim()) ?? [];
  const rest = fraction.slice(decimals);
  const minorUnits = Number(`${whole}${fraction.slice(0, decimals).padEnd(decimals, "0")}`);
  if (whole === undefined || /[^0]/.test(rest) || !Number.isSafeInteger(minorUnits)) {
    throw new RangeError(`${major} is no amount of ${currency}.`);
  }
  return minorUnits;
}
