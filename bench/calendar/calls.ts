import { randomInt, randomUUID } from "node:crypto";
import { CUSTOMERS_PER_BOUTIQUE, day, id } from "../data.ts";

/** What a client asks of the database, and how it is undone so that the next finds the calendar as it was. */
export interface Call {
  /** Whose token it is; undefined for the owner of the tables, whom no policy holds. */
  readonly person?: string;
  readonly statement: string;
  /** Statements that undo it, given the id that it answered; run by the owner, untimed. */
  readonly undo?: (answered: string) => string;
}

export interface TimedCall {
  readonly name: string;
  /** What its time is compared with: the name of another call. */
  readonly baseline?: string;
  /** A call as somebody else makes it every time: customers and dates take turns. */
  readonly make: () => Call;
}

/** The boutique that single calls ask. */
const BOUTIQUE = 5;
const FIRST_DAY = 1;

/** A customer of a boutique, another one with every call: nobody comes to the limit of requests. */
export function customerOf(boutique: number): string {
  return id(`customer ${1 + randomInt(CUSTOMERS_PER_BOUTIQUE)} ${boutique}`);
}

/** Days of a rental within the next year; most garments are free on most of them. */
function somePeriod(): string {
  const first = 30 + randomInt(300);
  return `[${day(first)},${day(first + 2)}]`;
}

/** A start within four weeks, at some half hour of a day; the branches are in Addis Ababa, three hours ahead of UTC. */
function someStart(): string {
  const halfHour = randomInt(16);
  return `${day(FIRST_DAY + 1 + randomInt(28))}T${String(6 + Math.floor(halfHour / 2)).padStart(2, "0")}:${halfHour % 2 === 0 ? "00" : "30"}:00Z`;
}

export function reserve(boutique: number, variant: number): Call {
  return {
    person: customerOf(boutique),
    statement: `select id from public.reserve_rental('${id(`variant ${boutique} ${variant}`)}', '${somePeriod()}', '${randomUUID()}')`,
    undo: (rental) => `select public.cancel_rental('${rental}')`,
  };
}

export function book(boutique: number, stylist?: number): Call {
  const asked = stylist === undefined ? "null" : `'${id(`stylist ${boutique} ${stylist}`)}'`;
  return {
    person: customerOf(boutique),
    statement: `select id from public.book_fitting('${id(`location ${boutique}`)}', '${id(`service ${boutique}`)}', '${someStart()}',
      '{}', '', '${randomUUID()}', ${asked})`,
    undo: (appointment) => `select public.cancel_fitting('${appointment}')`,
  };
}

/** The rows of a rental without a rule: what the fastest application would write that trusts itself. */
function insertRental(variant: number, garmentNumber: number): Call {
  const [rental, allocation] = [randomUUID(), randomUUID()];
  const garment = id(`garment ${BOUTIQUE} ${garmentNumber}`);
  const first = 400 + randomInt(3_000);
  return {
    statement: `with taken as (
        insert into public.allocations (id, resource_id, boutique_id, during, kind, state, held_until, source_id)
        values ('${allocation}', '${garment}', '${id(`boutique ${BOUTIQUE}`)}', tstzrange('${day(first)}', '${day(first + 6)}'), 'rental', 'held',
          now() + interval '15 minutes', '${rental}'))
      insert into public.rentals (id, boutique_id, customer_id, variant_id, garment_id, allocation_id, period, held_until, price, deposit, currency)
      values ('${rental}', '${id(`boutique ${BOUTIQUE}`)}', '${customerOf(BOUTIQUE)}', '${id(`variant ${BOUTIQUE} ${variant}`)}', '${garment}',
        '${allocation}', daterange('${day(first + 1)}', '${day(first + 4)}'), now() + interval '15 minutes', 30000, 50000, 'ETB')
      returning id`,
    undo: () =>
      `delete from public.rentals where id = '${rental}'; delete from public.allocations where id = '${allocation}'`,
  };
}

/** The rows of a fitting without a rule. */
function insertFitting(): Call {
  const appointment = randomUUID();
  const [boutique, location] = [id(`boutique ${BOUTIQUE}`), id(`location ${BOUTIQUE}`)];
  const [stylist, room] = [id(`stylist ${BOUTIQUE} 1`), id(`room ${BOUTIQUE} 1`)];
  const starts = `${day(60 + randomInt(1_000))}T09:00:00Z`;
  return {
    statement: `with taken as (
        insert into public.allocations (resource_id, boutique_id, during, kind, state, source_id)
        select r, '${boutique}', tstzrange('${starts}', '${starts}'::timestamptz + interval '75 minutes'), 'fitting', 'confirmed', '${appointment}'
        from unnest(array['${stylist}', '${room}']::uuid[]) r)
      insert into public.appointments (id, boutique_id, customer_id, location_id, service_id, stylist_id, room_id, during, price, currency,
        free_cancellation_until, late_cancellation_fee, no_show_fee)
      values ('${appointment}', '${boutique}', '${customerOf(BOUTIQUE)}', '${location}', '${id(`service ${BOUTIQUE}`)}', '${stylist}', '${room}',
        tstzrange('${starts}', '${starts}'::timestamptz + interval '60 minutes'), 0, 'ETB', '${starts}', 0, 0)
      returning id`,
    undo: () =>
      `delete from public.appointments where id = '${appointment}'; delete from public.allocations where source_id = '${appointment}'`,
  };
}

/**
 * @param products of a boutique, two variants each
 * @param pieces garments of a variant
 */
export function timedCalls({ products, pieces }: { products: number; pieces: number }): readonly TimedCall[] {
  // Every tenth product is a draft.
  const product = () => 1 + 10 * randomInt(Math.floor(products / 10)) + randomInt(9);
  const someProduct = () => id(`product ${BOUTIQUE} ${product()}`);
  const someVariant = () => 2 * product() - randomInt(2);
  const bareRental = () => {
    const variant = someVariant();
    return insertRental(variant, 1 + pieces * (variant - 1));
  };
  const read = (name: string, statement: () => string, person = () => customerOf(BOUTIQUE)): TimedCall => ({
    name,
    baseline: "nothing",
    make: () => ({ person: person(), statement: statement() }),
  });
  const slots = (gowns: string) =>
    `select * from public.fitting_slots('${id(`location ${BOUTIQUE}`)}', '${id(`service ${BOUTIQUE}`)}', '${day(FIRST_DAY)}', '${day(FIRST_DAY + 13)}', '${gowns}')`;
  const staff = () => id(`stylist ${BOUTIQUE}`);
  return [
    { name: "nothing", make: () => ({ person: customerOf(BOUTIQUE), statement: "select 1" }) },
    read(
      "product_availability, a month",
      () =>
        `select * from public.product_availability('${someProduct()}', '${day(FIRST_DAY)}', '${day(FIRST_DAY + 30)}')`,
    ),
    read("fitting_slots, two weeks, ten stylists", () => slots("{}")),
    read("fitting_slots, with two gowns", () => {
      const gown = 1 + randomInt(products * 2 * pieces - 1);
      return slots(`{${id(`garment ${BOUTIQUE} ${gown}`)},${id(`garment ${BOUTIQUE} ${gown + 1}`)}}`);
    }),
    read(
      "find_garments, of twenty boutiques, nearest first",
      () => `select * from public.find_garments('${someProduct()}', '38', '${somePeriod()}', 9.0, 38.7)`,
    ),
    read(
      "quote_rental",
      () => `select * from public.quote_rental('${id(`variant ${BOUTIQUE} ${someVariant()}`)}', '${somePeriod()}')`,
    ),
    read(
      "calendar_view of staff, a day",
      () => `select * from public.calendar_view('${id(`location ${BOUTIQUE}`)}', '${day(1)}', '${day(2)}') limit 1000`,
      staff,
    ),
    read(
      "calendar_view of staff, a week",
      () => `select * from public.calendar_view('${id(`location ${BOUTIQUE}`)}', '${day(1)}', '${day(8)}') limit 1000`,
      staff,
    ),
    { name: "bare insert of a rental", make: bareRental },
    { name: "reserve_rental", baseline: "bare insert of a rental", make: () => reserve(BOUTIQUE, someVariant()) },
    { name: "bare insert of a fitting", make: insertFitting },
    { name: "book_fitting", baseline: "bare insert of a fitting", make: () => book(BOUTIQUE) },
  ];
}
