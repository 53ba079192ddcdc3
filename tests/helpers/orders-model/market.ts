/**
 * A small marketplace as plain data, written from the documentation and not from the SQL: what there is, and what has become of
 * it. The files beside this one foretell what the database answers to each command, and what is left on the shelves.
 */

/** What is refused, by its code; undefined when it is done. */
export type Refusal = string | undefined;

export interface ModelBoutique {
  readonly id: string;
  /** What the way to the customer costs. */
  readonly shipping: number;
  /** Added to the prices of goods; shipping is not taxed. */
  readonly taxBasisPoints: number;
  readonly returnDays: number;
  readonly freeCancellationHours: number;
  readonly cancellationFeePercent: number;
}

export interface ModelVariant {
  readonly id: string;
  readonly boutique: string;
  readonly price: number;
  /** Taken off every piece at checkout, and off nothing that comes to an order later. */
  readonly discount: number;
  /** Pieces on the shelves at first; undefined for what is sold as one of its garments. */
  readonly stock?: number;
  /** Garments, for sale or for rent. */
  readonly garments: readonly string[];
  readonly pricePerDay: number;
}

/** First and last day from today. */
export type Days = readonly [first: number, last: number];

export interface Wish {
  readonly variant: string;
  readonly kind: "sale" | "rental" | "made_to_order";
  readonly days?: Days;
  quantity: number;
}

export interface ModelLine {
  readonly variant: string;
  readonly kind: Wish["kind"];
  readonly price: number;
  /** The days that a rental takes its garment for; from today when it was handed over early. */
  days?: Days;
  quantity: number;
  cancelled: number;
  fulfilled: number;
  returned: number;
  /** Off the whole line. */
  discount: number;
  /** Pieces on the shelf that are reserved for it. */
  reserved: number;
  /** Garments that it takes. */
  garments: string[];
  /** Its payment has taken all of it: it gives way to nobody, not even to other lines of its order. */
  secured: boolean;
  rental: "waits" | "out" | "back" | "over";
}

interface ModelShipment {
  readonly lines: readonly number[];
  daysAgo: number;
  /** Days since somebody has said that it arrived. */
  deliveredDaysAgo?: number;
}

export interface ReturnedPieces {
  readonly line: number;
  readonly quantity: number;
  readonly outcome?: "restock" | "damaged" | "missing";
  /** What was paid for them, and what is given for them. */
  readonly value: number;
  readonly refund: number;
}

export interface ModelReturn {
  state: "requested" | "approved" | "rejected" | "received" | "closed" | "cancelled";
  pieces: ReturnedPieces[];
  readonly exchangeVariant?: string;
  /** The line that replaces what comes back. */
  exchangeLine?: number;
}

export interface ModelRefund {
  readonly kind: "cancellation" | "change" | "return" | "courtesy";
  readonly amount: number;
  state: "due" | "paid";
}

export interface ModelOrder {
  readonly key: string;
  readonly group: string;
  readonly boutique: string;
  readonly customer: number;
  state: "pending" | "paid" | "part_fulfilled" | "fulfilled" | "completed" | "cancelled" | "part_refunded" | "refunded";
  lines: ModelLine[];
  /** The time for its payment is over, whether somebody has noted that or not. */
  lapsed: boolean;
  /** It was cancelled because nobody had paid in time. */
  expired: boolean;
  daysSincePayment?: number;
  paid: number;
  refunded: number;
  fee: number;
  shipments: ModelShipment[];
  returns: ModelReturn[];
  refunds: ModelRefund[];
}

export interface ModelPayment {
  readonly group: string;
  /** Of the order whose change it pays for; undefined for the whole group. */
  readonly order?: string;
  amount: number;
  state: "pending" | "succeeded" | "cancelled";
}

interface MarketState {
  carts: Wish[][];
  onHand: Map<string, number>;
  /** Garments that are not in service: sold and gone, or damaged. */
  retired: Set<string>;
  orders: ModelOrder[];
  payments: ModelPayment[];
}

export class Market {
  readonly boutiques: ReadonlyMap<string, ModelBoutique>;
  readonly variants: ReadonlyMap<string, ModelVariant>;
  /** All that moves. References into it are good until a command is refused. */
  now: MarketState;

  constructor(boutiques: readonly ModelBoutique[], variants: readonly ModelVariant[], customers: number) {
    this.boutiques = new Map(boutiques.map((boutique) => [boutique.id, boutique]));
    this.variants = new Map(variants.map((variant) => [variant.id, variant]));
    this.now = {
      carts: Array.from({ length: customers }, () => []),
      onHand: new Map(variants.flatMap(({ id, stock }) => (stock === undefined ? [] : [[id, stock] as const]))),
      retired: new Set(),
      orders: [],
      payments: [],
    };
  }

  boutique(id: string): ModelBoutique {
    return known(this.boutiques.get(id), id);
  }

  variant(id: string): ModelVariant {
    return known(this.variants.get(id), id);
  }

  order(key: string): ModelOrder {
    return known(
      this.now.orders.find((order) => order.key === key),
      key,
    );
  }

  /** All of it or nothing. */
  attempt(act: () => Refusal): Refusal {
    const before = structuredClone(this.now);
    const refusal = act();
    if (refusal !== undefined) this.now = before;
    return refusal;
  }
}

export function at<T>(list: readonly T[], n: number): T {
  return known(list[n], String(n));
}

function known<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Error(`The model knows no ${name}.`);
  return thing;
}
