/**
 * Carts, stock and orders of a small boutique as plain data, written from the documentation and not from the SQL. It foretells
 * what the database answers and what is left on the shelf. One order per group: there is one boutique.
 */

export interface ModelVariant {
  readonly id: string;
  readonly price: number;
  /** Pieces on the shelves; undefined for what is sold as one of its garments. */
  readonly stock?: number;
  /** Garments, for sale or for rent. */
  readonly garments: readonly string[];
  readonly pricePerDay: number;
}

export interface ModelLine {
  readonly variant: string;
  readonly kind: "sale" | "rental" | "made_to_order";
  /** First and last day from today, of a rental. */
  readonly days?: readonly [first: number, last: number];
  quantity: number;
}

interface OrderLine {
  readonly line: ModelLine;
  /** Pieces that are reserved for it. */
  reserved: number;
  /** Garments that it takes. */
  garments: string[];
  /** Its payment has taken all of it: it gives way to nobody, not even to other lines of its order. */
  secured: boolean;
}

export interface ModelOrder {
  readonly groupId: string;
  readonly customer: number;
  readonly total: number;
  readonly lines: OrderLine[];
  state: "pending" | "paid" | "cancelled";
  reason: string;
  /** The time for its payment is over, whether somebody has noted that or not. */
  lapsed: boolean;
  settled: boolean;
  refunded: number;
}

export class OrdersModel {
  readonly carts: ModelLine[][];
  orders: ModelOrder[] = [];
  readonly #variants: ReadonlyMap<string, ModelVariant>;

  constructor(customers: number, variants: readonly ModelVariant[]) {
    this.carts = Array.from({ length: customers }, () => []);
    this.#variants = new Map(variants.map((variant) => [variant.id, variant]));
  }

  add(customer: number, added: ModelLine): void {
    const cart = this.carts[customer] ?? [];
    const same = cart.find((line) => isSame(line, added));
    if (same === undefined) cart.push({ ...added });
    else same.quantity = Math.min(100, same.quantity + added.quantity);
  }

  /** The refusal, or undefined when the order stands. */
  checkout(customer: number, groupId: string): string | undefined {
    const cart = this.carts[customer] ?? [];
    if (cart.length === 0) return "cart_is_empty";
    const short = cart.filter((line) => line.quantity > this.#available(line));
    if (short.some(({ kind }) => kind === "sale")) return "out_of_stock";
    if (short.length > 0) return "not_available";
    const order: ModelOrder = {
      groupId,
      customer,
      total: cart.reduce((sum, line) => sum + this.#price(line) * line.quantity, 0),
      lines: cart.flatMap((line) =>
        line.kind === "rental"
          ? Array.from({ length: line.quantity }, () => ({ line: { ...line, quantity: 1 }, ...untaken() }))
          : [{ line: { ...line }, ...untaken() }],
      ),
      state: "pending",
      reason: "",
      lapsed: false,
      settled: false,
      refunded: 0,
    };
    const refusal = this.#tryTo(() => {
      this.orders.push(order);
      // In the order of variants, then of lines.
      const ordered = order.lines.toSorted((a, b) =>
        a.line.variant < b.line.variant ? -1 : a.line.variant > b.line.variant ? 1 : 0,
      );
      for (const line of ordered) if (!this.#take(order, line)) return refusalOf(line);
      return undefined;
    });
    if (refusal === undefined) this.carts[customer] = [];
    return refusal;
  }

  lapse(order: ModelOrder): void {
    order.lapsed = true;
  }

  expire(order: ModelOrder): boolean {
    if (order.state !== "pending" || !order.lapsed) return false;
    this.#end(order, "hold_expired");
    return true;
  }

  pay(order: ModelOrder): void {
    if (order.settled) return;
    order.settled = true;
    const wanted = order.state === "pending" || order.reason === "hold_expired";
    const refusal = wanted
      ? this.#tryTo((): string | undefined => {
          const current = this.#find(order);
          for (const line of current.lines) {
            if (!this.#take(current, line)) return refusalOf(line);
            line.secured = true;
          }
          current.state = "paid";
          current.reason = "";
          return undefined;
        })
      : "cancelled";
    if (refusal === undefined) return;
    const current = this.#find(order);
    if (current.state === "pending") this.#end(current, "sold_out_before_payment");
    current.refunded = current.total;
  }

  cancel(order: ModelOrder): void {
    if (order.state === "cancelled") return;
    if (order.state === "paid") order.refunded = order.total;
    this.#end(order, "called_off");
  }

  facts(): string[] {
    const counted = [...this.#variants.values()].filter(({ stock }) => stock !== undefined);
    return [
      ...counted.map(({ id, stock }) => `stock ${id} ${stock} ${this.#reserved(id)}`),
      ...[...this.#variants.values()].flatMap(({ garments }) =>
        garments.map((garment) => `garment ${garment} ${this.#takers(garment).length}`),
      ),
      ...this.orders.map(({ groupId, state, total, refunded }) => `order ${groupId} ${state} ${total} ${refunded}`),
      ...this.carts.map((cart, n) => `cart ${n} ${cart.reduce((sum, { quantity }) => sum + quantity, 0)}`),
    ].toSorted();
  }

  #find(order: ModelOrder): ModelOrder {
    return this.orders.find(({ groupId }) => groupId === order.groupId) ?? order;
  }

  #price({ variant, kind, days }: ModelLine): number {
    const { price = 0, pricePerDay = 0 } = this.#variants.get(variant) ?? {};
    return kind === "rental" && days !== undefined ? pricePerDay * (days[1] - days[0] + 1) : price;
  }

  #reserved(variant: string): number {
    return this.orders
      .flatMap(({ lines }) => lines)
      .reduce((sum, { line, reserved }) => sum + (line.variant === variant ? reserved : 0), 0);
  }

  #takers(garment: string): readonly (readonly [ModelOrder, OrderLine])[] {
    return this.orders.flatMap((order) =>
      order.lines.filter(({ garments }) => garments.includes(garment)).map((line) => [order, line] as const),
    );
  }

  /** An order whose time is over is in nobody's way, unless it was paid in time. */
  #givesWay(order: ModelOrder, { secured }: OrderLine): boolean {
    return order.state === "pending" && order.lapsed && !secured;
  }

  #freeGarments({ variant, ...wanted }: ModelLine): string[] {
    const free = (garment: string) =>
      this.#takers(garment).every(
        ([order, taker]) => this.#givesWay(order, taker) || !meet(taker.line, { variant, ...wanted }),
      );
    return (this.#variants.get(variant)?.garments ?? []).filter(free);
  }

  #available(line: ModelLine): number {
    if (line.kind === "made_to_order") return Number.POSITIVE_INFINITY;
    const stock = this.#variants.get(line.variant)?.stock;
    if (line.kind === "rental" || stock === undefined) return this.#freeGarments(line).length;
    const kept = this.orders.flatMap((order) => order.lines.filter((taken) => !this.#givesWay(order, taken)));
    return stock - kept.reduce((sum, taken) => sum + (taken.line.variant === line.variant ? taken.reserved : 0), 0);
  }

  /** Takes what a line still lacks; orders whose time is over lose what they have of it. */
  #take(order: ModelOrder, line: OrderLine): boolean {
    const { variant, kind, quantity } = line.line;
    if (kind === "made_to_order") return true;
    const stock = this.#variants.get(variant)?.stock;
    if (kind === "rental" || stock === undefined) {
      const missing = quantity - line.garments.length;
      const free = this.#freeGarments(line.line)
        .filter((garment) => !line.garments.includes(garment))
        .toSorted()
        .slice(0, missing);
      if (free.length < missing) return false;
      for (const garment of free) {
        for (const [, taker] of this.#takers(garment)) {
          if (meet(taker.line, line.line)) taker.garments = taker.garments.filter((id) => id !== garment);
        }
      }
      line.garments.push(...free);
      return true;
    }
    const missing = quantity - line.reserved;
    if (stock - this.#reserved(variant) < missing) {
      for (const other of this.orders.filter((one) => one !== order)) {
        for (const taken of other.lines) {
          if (taken.line.variant === variant && this.#givesWay(other, taken)) taken.reserved = 0;
        }
      }
    }
    if (stock - this.#reserved(variant) < missing) return false;
    line.reserved = quantity;
    return true;
  }

  #end(order: ModelOrder, reason: string): void {
    order.state = "cancelled";
    order.reason = reason;
    for (const line of order.lines) Object.assign(line, untaken());
  }

  /** All of it or nothing. */
  #tryTo(act: () => string | undefined): string | undefined {
    const before = structuredClone(this.orders);
    const refusal = act();
    if (refusal !== undefined) this.orders = before;
    return refusal;
  }
}

function isSame(a: ModelLine, b: ModelLine): boolean {
  return a.variant === b.variant && a.kind === b.kind && a.days?.[0] === b.days?.[0] && a.days?.[1] === b.days?.[1];
}

function untaken(): Omit<OrderLine, "line"> {
  return { reserved: 0, garments: [], secured: false };
}

/** A sale takes a garment for ever, a rental for its days. */
function meet(a: ModelLine, b: ModelLine): boolean {
  if (a.days === undefined || b.days === undefined) return true;
  return a.days[0] <= b.days[1] && b.days[0] <= a.days[1];
}

function refusalOf({ line }: OrderLine): string {
  return line.kind === "rental" ? "not_available" : "out_of_stock";
}
