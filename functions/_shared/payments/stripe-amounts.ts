import { decimalsOf } from "../money.ts";

/** What Stripe takes, by the number of decimals that its API gives a currency, which is not always that of ISO 4217. */
const currencies = new Map<string, number>();
for (const [decimals, codes] of [
  [0, "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"],
  [3, "BHD JOD KWD OMR TND"],
  [
    2,
    `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE
     CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD KES KGS KHR KYD KZT
     LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
     QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS UAH UGX USD UYU UZS WST XCD YER
     ZAR ZMW`,
  ],
] as const) {
  for (const code of codes.split(/\s+/)) currencies.set(code, decimals);
}

/** Whether Stripe takes a currency. An account may take fewer: it then refuses. */
export function takesCurrency(currency: string): boolean {
  return currencies.has(currency);
}

/**
 * Our minor units as Stripe counts: 5000 of JPY are 5000, 5000 of ISK (no decimals) 500000.
 *
 * @throws RangeError for what Stripe cannot express: a part of its smallest unit, or the last of three decimals
 */
export function toStripeAmount(minorUnits: number, currency: string): number {
  const decimals = stripeDecimals(currency);
  const amount = minorUnits * 10 ** (decimals - decimalsOf(currency));
  const step = decimals === 3 ? 10 : 1;
  if (!Number.isSafeInteger(amount) || amount <= 0 || amount % step !== 0) {
    throw new RangeError(`Stripe takes no ${minorUnits} minor units of ${currency}.`);
  }
  return amount;
}

/** Stripe's count as our minor units. @throws RangeError when they are not whole */
export function fromStripeAmount(amount: number, currency: string): number {
  const minorUnits = amount / 10 ** (stripeDecimals(currency) - decimalsOf(currency));
  if (Number.isSafeInteger(minorUnits)) return minorUnits;
  throw new RangeError(`${amount} is no amount of ${currency}.`);
}

function stripeDecimals(currency: string): number {
  return currencies.get(currency) ?? 2;
}
