/**
 * The calendar of a small boutique as plain data, written from the documentation and not from the SQL. It foretells what the
 * database answers, and which garment, stylist and room it takes. Times are milliseconds.
 */

export interface Span {
  readonly from: number;
  readonly until: number;
}

export interface Taken {
  from: number;
  until: number;
  readonly resource: string;
  readonly kind: string;
  state: "held" | "confirmed";
  /** Rental or appointment; for what staff block, the allocation itself. */
  readonly source: string;
}

interface Hold {
  state: string;
  /** Its time is over, and nobody has given it back yet. */
  lapsed: boolean;
}

export interface ModelRental extends Hold {
  readonly id: string;
  readonly key: string;
  readonly customer: string;
  readonly variant: string;
  readonly days: readonly [first: number, count: number];
  /** It was closed with a repair. */
  repaired?: boolean;
}

export interface ModelFitting extends Hold {
  readonly id: string;
  readonly customer: string | null;
  start: number;
  stylist: string;
  gowns: readonly string[];
  readonly people: number;
}

/** These very garments, and one piece of each of these variants. */
export interface Wish {
  readonly gowns: readonly string[];
  readonly variants: readonly string[];
}

export interface ModelEntry {
  readonly id: string;
  readonly customer: string;
  readonly day: number;
  readonly wish: Wish;
  state: string;
  fitting: string | null;
}

export interface ModelShop {
  /** Midnight, in the branch's zone, of day 0. Its zone has no change of the clocks. */
  readonly midnight: number;
  readonly opens: number;
  readonly closes: number;
  readonly duration: number;
  readonly step: number;
  readonly bufferAfter: number;
  readonly bufferDays: readonly [before: number, after: number];
  readonly garments: ReadonlyMap<string, readonly string[]>;
  readonly stylists: readonly string[];
  readonly rooms: readonly { readonly id: string; readonly capacity: number }[];
}

export interface Claim {
  readonly gowns: readonly string[];
  readonly stylist: string;
  readonly room: string;
}

const DAY = 86_400_000;

export class CalendarModel {
  taken: Taken[] = [];
  readonly rentals: ModelRental[] = [];
  readonly fittings: ModelFitting[] = [];
  readonly entries: ModelEntry[] = [];
  /** What staff have blocked, ended or not. */
  readonly blocks: string[] = [];
  /** Garments that nothing takes any more. */
  readonly retired = new Set<string>();
  readonly shop: ModelShop;

  constructor(shop: ModelShop) {
    this.shop = shop;
  }

  /** From midnight to midnight, the buffers around the days included. */
  rentalSpan(first: number, count: number): Span {
    const { midnight, bufferDays } = this.shop;
    return { from: midnight + (first - bufferDays[0]) * DAY, until: midnight + (first + count + bufferDays[1]) * DAY };
  }

  fittingSpan(start: number): Span {
    return { from: start, until: start + this.shop.duration + this.shop.bufferAfter };
  }

  startOf(day: number, step: number): number {
    return this.shop.midnight + day * DAY + this.shop.opens + step * this.shop.step;
  }

  dayOf(moment: number): number {
    return Math.floor((moment - this.shop.midnight) / DAY);
  }

  /** Within the hours in which the branch is open and stylists work. */
  isWithinHours(start: number): boolean {
    const time = start - this.shop.midnight - this.dayOf(start) * DAY;
    return time >= this.shop.opens && time + this.shop.duration <= this.shop.closes;
  }

  isStart(start: number): boolean {
    const time = start - this.shop.midnight - this.dayOf(start) * DAY;
    return this.isWithinHours(start) && (time - this.shop.opens) % this.shop.step === 0;
  }

  /** A hold whose time is over is in nobody's way. */
  isFree(resource: string, span: Span, but?: string): boolean {
    if (this.retired.has(resource)) return false;
    return this.taken.every((other) => other.source === but || this.#isLapsed(other) || !meets(other, resource, span));
  }

  freeGarment(variant: string, span: Span): string | undefined {
    return this.shop.garments
      .get(variant)
      ?.toSorted()
      .find((garment) => this.isFree(garment, span));
  }

  /** Whether the wished garments, and a piece of every wished variant besides them, are in service, free or not. */
  isKnown({ gowns, variants }: Wish): boolean {
    const others = (variant: string) => this.shop.garments.get(variant)?.filter((id) => !gowns.includes(id)) ?? [];
    const inService = (id: string) => !this.retired.has(id);
    return gowns.every(inService) && variants.every((variant) => others(variant).some(inService));
  }

  garmentOf(rental: ModelRental): string {
    return this.taken.find(({ source }) => source === rental.id)?.resource ?? "";
  }

  /** What comes of handing a rental over: early, too, if the garment is free until its time begins. */
  handOver(rental: ModelRental, now: number): string {
    if (rental.state === "picked_up") return "ok";
    if (rental.state !== "reserved") return "invalid_state";
    const garment = this.garmentOf(rental);
    const isOut = ({ id, state }: ModelRental) =>
      ["picked_up", "returned", "inspecting"].includes(state) &&
      this.taken.some(({ resource, source }) => resource === garment && source === id);
    if (this.retired.has(garment) || this.rentals.some(isOut)) return "garment_not_ready";
    const own = this.taken.find(({ source }) => source === rental.id);
    if (own === undefined || !this.isFree(garment, { from: now, until: own.from })) return "not_available";
    this.take(garment, { from: now, until: own.until }, "rental", "confirmed", rental.id);
    this.taken = this.taken.filter((other) => other !== own);
    rental.state = "picked_up";
    return "ok";
  }

  /** A garment that is back and looked at is free from now on, or in repair until it is wanted next. */
  close(rental: ModelRental, now: number, state: "closed" | "lost"): void {
    for (const other of this.taken) if (other.source === rental.id) other.until = now;
    rental.state = state;
  }

  repair(garment: string, now: number, until: number, source: string): void {
    const next = this.taken
      .filter((other) => !this.#isLapsed(other) && meets(other, garment, { from: now, until }))
      .map(({ from }) => from);
    const end = Math.min(until, ...next);
    if (end > now) this.take(garment, { from: now, until: end }, "repair", "confirmed", source);
  }

  /** What has begun ends now, and what is over stays. */
  unblock(block: string, now: number): void {
    const taken = this.taken.find(({ source }) => source === block);
    if (taken !== undefined && taken.from < now) taken.until = Math.min(taken.until, now);
    else this.release(block);
  }

  /** An hour passes: what is over lies further back, and what has just begun has begun. */
  pass(garment: string, now: number, hour: number): void {
    for (const other of this.taken.filter(({ resource }) => resource === garment)) {
      if (other.until <= now) {
        other.from -= hour;
        other.until -= hour;
      } else if (other.from === now) {
        other.from -= hour;
      }
    }
  }

  /** What, with whom and where a fitting would be: the first free piece of a variant, the stylist with the least to do that day, the smallest room that is large enough. */
  claimFor(start: number, wish: Wish, people: number, stylist?: string, but?: string): Claim | undefined {
    const span = this.fittingSpan(start);
    const free = (resource: string) => this.isFree(resource, span, but);
    const day = { from: this.startOf(this.dayOf(start), 0) - this.shop.opens, until: 0 };
    const busy = (id: string) =>
      this.taken
        .filter((other) => other.kind === "fitting" && other.source !== but)
        .filter((other) => meets(other, id, { from: day.from, until: day.from + DAY }))
        .reduce((sum, { from, until }) => sum + until - from, 0);
    if (!this.isWithinHours(start) || !wish.gowns.every(free)) return undefined;
    const pieces = wish.variants.map((variant) =>
      this.shop.garments
        .get(variant)
        ?.toSorted(compare)
        .find((id) => free(id) && !wish.gowns.includes(id)),
    );
    const chosen = pieces.filter((id) => id !== undefined);
    if (chosen.length < pieces.length) return undefined;
    const [first] = this.shop.stylists
      .filter((id) => (stylist === undefined || id === stylist) && free(id))
      .toSorted((a, b) => busy(a) - busy(b) || compare(a, b));
    const [room] = this.shop.rooms
      .filter(({ id, capacity }) => capacity >= people && free(id))
      .toSorted((a, b) => a.capacity - b.capacity || compare(a.id, b.id));
    if (first === undefined || room === undefined) return undefined;
    return { gowns: [...wish.gowns, ...chosen], stylist: first, room: room.id };
  }

  /** The first start of a day that has everything free. */
  firstStart(day: number, wish: Wish): number | undefined {
    for (let step = 0; this.isStart(this.startOf(day, step)); step += 1) {
      const start = this.startOf(day, step);
      if (this.claimFor(start, wish, 1) !== undefined) return start;
    }
    return undefined;
  }

  /** Takes a resource; holds whose time is over give way. */
  take(resource: string, span: Span, kind: string, state: Taken["state"], source: string): void {
    for (const other of this.taken.filter((one) => this.#isLapsed(one) && meets(one, resource, span))) {
      this.end(other.source, "expired");
    }
    this.taken.push({ resource, ...span, kind, state, source });
  }

  takeFitting(fitting: ModelFitting, { gowns, stylist, room }: Claim): void {
    fitting.gowns = gowns;
    fitting.stylist = stylist;
    const state = fitting.state === "offered" ? "held" : "confirmed";
    for (const resource of [...gowns, stylist, room]) {
      this.take(resource, this.fittingSpan(fitting.start), "fitting", state, fitting.id);
    }
  }

  release(source: string): void {
    this.taken = this.taken.filter((other) => other.source !== source);
  }

  /** Cancels or expires a rental or fitting and gives its time back. An offer that ends takes its place in line along. */
  end(source: string, state: "expired" | "cancelled"): void {
    const entry = this.entries.find((one) => one.fitting === source && one.state === "offered");
    if (entry !== undefined) entry.state = state;
    const ended = this.#hold(source);
    if (ended !== undefined) ended.state = state;
    this.release(source);
  }

  confirm(source: string, state: "reserved" | "booked"): void {
    const entry = this.entries.find((one) => one.fitting === source && one.state === "offered");
    if (entry !== undefined) entry.state = "booked";
    const hold = this.#hold(source);
    if (hold !== undefined) hold.state = state;
    for (const other of this.taken) if (other.source === source) other.state = "confirmed";
  }

  /** All that is to be compared with the database. */
  facts(): string[] {
    return [
      ...this.taken.map(({ resource, from, until, kind, state, source }) =>
        ["taken", resource, from, until, kind, state, source].join(" "),
      ),
      ...this.rentals.map(({ id, state }) => `rental ${id} ${state}`),
      ...this.fittings.map(({ id, state, start, stylist }) => `fitting ${id} ${state} ${start} ${stylist}`),
      ...this.entries.map(({ id, state, fitting }) => `entry ${id} ${state} ${fitting ?? ""}`.trimEnd()),
    ].toSorted();
  }

  #isLapsed({ state, source }: Taken): boolean {
    return state === "held" && this.#hold(source)?.lapsed === true;
  }

  #hold(source: string): Hold | undefined {
    return this.rentals.find(({ id }) => id === source) ?? this.fittings.find(({ id }) => id === source);
  }
}

function meets(taken: Taken, resource: string, { from, until }: Span): boolean {
  return taken.resource === resource && taken.from < until && from < taken.until;
}

/** As Postgres orders UUIDs. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
