/** The providers of payments that there are. */
export const providerNames = ["chapa", "stripe", "test"] as const;
export type ProviderName = (typeof providerNames)[number];

/** How a provider names what we began with it, and how we do. */
export interface Attempt {
  /** Our id of the attempt, a uuid. */
  readonly reference: string;
  /** What `start` or `charge` gave for it; null when the provider has no name of its own, or when its answer was lost. */
  readonly providerReference: string | null;
}

/** A payment that the provider has taken, or for which it holds money. */
export interface Payment extends Attempt {
  readonly paymentId: string;
}

export interface Customer {
  readonly email: string;
  readonly name: string;
  /** With its country: `+251911234567`. */
  readonly phone?: string;
}

interface Price {
  /** Minor units: santim, cents ... in the number of decimals that ISO 4217 gives the currency. */
  readonly amount: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

export interface StartInput extends Price {
  /** Our id of the attempt, a uuid. */
  readonly reference: string;
  /** What is paid for, as the customer reads it on the page. */
  readonly description: string;
  readonly customer: Customer;
  /** Where the browser goes afterwards, whatever happened. It proves nothing: look the attempt up. */
  readonly returnUrl: string;
  /** Where signed events go. Chapa and Stripe know it from their own dashboards and are not sent it. */
  readonly webhookUrl: string;
  /** `manual` holds the money until `capture` or `release`; only where the provider `holds`. */
  readonly capture: "automatic" | "manual";
  /** When the page is to close; a wish (see `close`). Stripe keeps a page open for half an hour at least. */
  readonly expiresAt: Date;
  /** Keeps the payment method for `charge`, with the customer's consent; only where there is `charge`. */
  readonly saveMethod?: boolean;
}

export interface Started {
  readonly checkoutUrl: string;
  readonly providerReference: string | null;
}

/**
 * What a provider knows of an attempt.
 *
 * - `succeeded`: the money is taken.
 * - `authorised`: the money is held on a card, to be captured or released.
 * - `open`: nothing yet; the customer may still pay, or pay again after a card was declined.
 * - `failed`: it came to nothing, and will not come to anything any more.
 * - `expired`: the page has closed without a payment.
 * - `released`: it was held and has been given back, by us or by the lapse of the hold.
 * - `reversed`: it was taken, and the provider has given the whole of it back of its own accord.
 * - `unknown`: the provider has no such attempt, or speaks of it in words we do not know.
 */
export type ProviderPayment = MoneyTaken | NoMoneyTaken;
export type PaymentState = ProviderPayment["state"];

export interface MoneyTaken extends Price {
  readonly state: "succeeded" | "authorised";
  readonly reference: string;
  /** The provider's id of the payment, which `capture`, `release` and `refund` take. */
  readonly paymentId: string;
  /** Minor units that went back already; null where the provider does not say. */
  readonly amountRefunded: number | null;
  /** Such as `card` or `telebirr`; null where the provider does not say. */
  readonly method: string | null;
  /** What `charge` takes, an opaque text; null when no method was saved. */
  readonly savedMethod: string | null;
}

export interface NoMoneyTaken {
  readonly state: "open" | "failed" | "expired" | "released" | "reversed" | "unknown";
  readonly reference: string;
  readonly paymentId: string | null;
  /** Why, in the provider's words; of the last try while it is `open`. */
  readonly reason: string | null;
}

export interface CaptureInput extends Payment, Price {
  /** Minor units to take, all that is held or less. The rest is released. */
  readonly amount: number;
}

export interface RefundInput extends Payment, Price {
  /** Our id of the refund, a uuid. */
  readonly refundId: string;
  readonly reason: string;
}

/** A refund of ours, to be looked up. */
export interface RefundAttempt extends Payment {
  readonly refundId: string;
  /** What `refund` gave; null when its answer was lost. */
  readonly providerRefundId: string | null;
}

/**
 * What a provider knows of a refund.
 *
 * - `paid`: it is on its way to the customer's account, and nobody waits for it any more.
 * - `pending`: it may still be paid or refused.
 * - `refused`: it is not paid, and `reason` says why; another try needs another refund id.
 * - `unknown`: the provider has no such refund, or speaks of it in words we do not know.
 */
export interface ProviderRefund {
  readonly state: "paid" | "pending" | "refused" | "unknown";
  /** Our id; null when the provider does not say whose refund it is, as with one that was made in its dashboard. */
  readonly refundId: string | null;
  readonly providerRefundId: string | null;
  /** Minor units; null where the provider does not say. */
  readonly amount: number | null;
  readonly currency: string | null;
  readonly reason: string | null;
}

export interface ChargeInput extends Price {
  /** Our id of the attempt, a uuid. */
  readonly reference: string;
  readonly description: string;
  /** `savedMethod` of an earlier payment. */
  readonly savedMethod: string;
}

/** An attempt without a page: its state, and the provider's name of it. */
export type ChargedPayment = ProviderPayment & { readonly providerReference: string | null };

interface EventOf<Kind extends string> {
  readonly kind: Kind;
  /** Unique within the provider's account, and the same in every delivery of one event. */
  readonly eventId: string;
  /** The provider's own word, such as `charge.success`. */
  readonly type: string;
  /** Our id of the attempt that it is about; null when the event does not tell. */
  readonly reference: string | null;
  /** The provider's id of the payment that it is about; null when the event does not tell. */
  readonly paymentId: string | null;
}

/** Something happened to a payment. Without `payment` the event does not say enough: look the attempt up. */
export interface PaymentEvent extends EventOf<"payment"> {
  readonly payment: ProviderPayment | null;
}

/** Something happened to a refund. Without `refund` the event does not say enough: look the refund up. */
export interface RefundEvent extends EventOf<"refund"> {
  readonly refundId: string | null;
  readonly refund: ProviderRefund | null;
}

/** The customer disputes a payment with her bank. */
export interface DisputeEvent extends EventOf<"dispute"> {
  readonly dispute: Price & { readonly disputeId: string; readonly reason: string };
}

/** A genuine event that is none of our business, or one that did not exist when this was written. */
export interface IgnoredEvent extends EventOf<"ignored"> {}

/** A signed event. Events come twice, late and in any order: one never takes back what an earlier one has settled. */
export type ProviderEvent = PaymentEvent | RefundEvent | DisputeEvent | IgnoredEvent;

/**
 * A provider of payments, with one account's credentials. Every call may throw a `ProviderError`; one that is
 * `provider_unavailable` leaves open whether it had an effect, and is repeated with the same ids.
 */
export interface PaymentProvider {
  readonly name: ProviderName;
  supports(currency: string): boolean;
  /** Whether it can hold money on a card without taking it (deposits): `capture: "manual"`. */
  readonly holds: boolean;

  /**
   * Opens a page where the customer pays. Idempotent by `reference`; where the provider cannot give the page of a
   * reference a second time it throws `reference_used`, and the remedy is another attempt.
   */
  start(input: StartInput): Promise<Started>;
  /** What the provider knows of an attempt: the truth for reconciliation. */
  lookUp(attempt: Attempt): Promise<ProviderPayment>;
  /** Closes a page so that it cannot be paid any more; gives what the attempt is then, which may be `succeeded`. */
  close(attempt: Attempt): Promise<ProviderPayment>;

  /** Takes a part or all of what is held, once, and releases the rest. The same call again gives the same answer. */
  capture(input: CaptureInput): Promise<ProviderPayment>;
  /** Gives back what is held. The same call again gives the same answer. */
  release(payment: Payment): Promise<ProviderPayment>;

  /** Pays back a part or all. Idempotent by `refundId`. A refusal is a value, not an exception. */
  refund(input: RefundInput): Promise<ProviderRefund>;
  lookUpRefund(refund: RefundAttempt): Promise<ProviderRefund>;

  /**
   * Charges a saved payment method without the customer (instalments). Idempotent by `reference`. A declined card is a
   * value: `failed` with its reason. Not there where the provider cannot do it.
   */
  readonly charge?: (input: ChargeInput) => Promise<ChargedPayment>;

  /**
   * Verifies the signature over the raw bytes in constant time, and the time of sending where there is one; then parses.
   *
   * @throws ProviderEventRefused with `invalid_signature`, `stale_timestamp` or `malformed_event`
   */
  readEvent(headers: Headers, rawBody: Uint8Array, now: Date): Promise<ProviderEvent>;
}

/** One account with a provider: the marketplace's, or a boutique's own. */
export interface ProviderCredentials {
  readonly secretKey: string;
  /** Signs the events that the provider sends. */
  readonly webhookSecret: string;
}
