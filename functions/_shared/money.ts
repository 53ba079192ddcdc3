/**
 * An amount for people, in the currency's own number of decimals (ISO 4217): 125000 ETB minor units
 * are `ETB 1,250.00`, 5000 of JPY `¥5,000`.
 *
 * @param minorUnits santim, cents ...; a string where it comes from a bigint column
 */
export function formatMoney(minorUnits: string | number, currency: string, locale = "en"): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(Number(minorUnits) / 10 ** decimals);
}
