/**
 * An amount for people, in the currency's own number of decimals (ISO 4217): 125000 ETB minor units
 * are `ETB 1,250.00`, 5000 of JPY `¥5,000`.
 *
 * @param minorUnits santim, cents ...; a string where it comes from a bigint column
 */
export function formatMoney(minorUnits: string | number, currency: string, locale = "en"): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return format.format(Number(minorUnits) / 10 ** decimalsOf(currency));
}

/** How many decimals a currency has between its major and its minor unit: 2 for ETB, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
