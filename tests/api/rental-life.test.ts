import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique, makeVariant, period, type VariantFixture } from "../helpers/fixtures.ts";
import { endHold, fate, hold, type Rental, reserve } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let other: Person;
let stylist: Person;
let manager: Person;
let rival: Person;
let admin: Person;
let gown: VariantFixture;
let rental: Rental;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  const elsewhere = await makeBoutique(world.sql);
  [bride, other, stylist, manager, rival, admin] = await Promise.all([
    world.asCustomer("Selam"),
    world.asCustomer("Hannah"),
    world.asStaff(boutique.id, "stylist"),
    world.asStaff(boutique.id, "manager"),
    world.asStaff(elsewhere.id, "owner"),
    world.asAdmin(),
  ]);
});
afterAll(() => world.close());

const days = period(10, 12);

// Every test has a gown of its own, which the bride holds.
beforeEach(async () => {
  gown = await makeVariant(world.sql, boutique);
  rental = await hold(bride, gown.id, days);
});

const confirm = ({ client }: Person) => client.rpc("confirm_rental", { rental_id: rental.id });
const cancel = ({ client }: Person) => client.rpc("cancel_rental", { rental_id: rental.id });
/** The marketplace or a later stage of the product moves a rental on. */
const moveTo = (state: string) => world.sql`update public.rentals set state = ${state} where id = ${rental.id}`;

const held = { rental: "held", allocation: "held" };
const reserved = { rental: "reserved", allocation: "confirmed" };
const cancelled = { rental: "cancelled", allocation: "released" };
const expired = { rental: "expired", allocation: "released" };

describe("confirm_rental", () => {
  it("makes a hold firm for the staff of the boutique, down to the stylist", async () => {
    const { data, error } = await confirm(stylist);
    expect(error).toBeNull();
    expect(data).toMatchObject({ id: rental.id, state: "reserved", price: rental.price, period: rental.period });
    expect(await fate(world.sql, rental)).toEqual(reserved);
    expect((await reserve(other, gown.id, days)).error).toMatchObject({ hint: "not_available" });
  });

  it("keeps the days after the time of the hold is over", async () => {
    await confirm(manager);
    await world.sql`update public.rentals set held_until = now() - interval '1 hour' where id = ${rental.id}`;
    expect((await reserve(other, gown.id, days)).error).toMatchObject({ hint: "not_available" });
    expect(await fate(world.sql, rental)).toEqual(reserved);
  });

  it("changes nothing when it is repeated", async () => {
    const first = await confirm(stylist);
    const again = await confirm(manager);
    expect(again.error).toBeNull();
    expect(again.data).toEqual(first.data);
  });

  it.each([
    ["the customer herself", () => bride],
    ["another customer", () => other],
    ["staff of another boutique", () => rival],
    ["the marketplace", () => admin],
  ])("is refused to %s: 404", async (_who, person) => {
    const { error } = await confirm(person());
    expect(error).toMatchObject({ code: "PT404", hint: "rental_not_found", details: `{"rental_id": "${rental.id}"}` });
    expect(await fate(world.sql, rental)).toEqual(held);
  });

  it("is refused to the anonymous: 401", async () => {
    const { error, status } = await world.asAnon().rpc("confirm_rental", { rental_id: rental.id });
    expect(status).toBe(401);
    expect(error).toMatchObject({ code: "42501" });
  });

  it("is too late once the hold has ended: 410", async () => {
    await endHold(world.sql, rental);
    const { error, status } = await confirm(stylist);
    expect(status).toBe(410);
    expect(error).toMatchObject({ code: "PT410", hint: "hold_expired" });
    expect(JSON.parse(error?.details ?? "")).toMatchObject({ rental_id: rental.id, held_until: expect.any(String) });
  });

  it("is too late once somebody or the job has expired the hold: 410", async () => {
    await endHold(world.sql, rental);
    await world.sql`select private.expire_rental_hold(${rental.id})`;
    expect((await confirm(stylist)).error).toMatchObject({ code: "PT410", hint: "hold_expired" });
    expect(await fate(world.sql, rental)).toEqual(expired);
  });

  it.each(["picked_up", "returned", "inspecting", "closed", "lost", "cancelled"])(
    "is refused to a rental that is %s: 409",
    async (state) => {
      await moveTo(state);
      const { error } = await confirm(stylist);
      expect(error).toMatchObject({ code: "PT409", hint: "invalid_state" });
      expect(JSON.parse(error?.details ?? "")).toEqual({ rental_id: rental.id, state });
      expect(await fate(world.sql, rental)).toMatchObject({ rental: state });
    },
  );
});

describe("cancel_rental", () => {
  it.each([
    ["the customer", () => bride],
    ["a stylist of the boutique", () => stylist],
    ["a manager of the boutique", () => manager],
  ])("gives the days of a hold back for %s", async (_who, person) => {
    const { data, error } = await cancel(person());
    expect(error).toBeNull();
    expect(data).toMatchObject({ id: rental.id, state: "cancelled" });
    expect(await fate(world.sql, rental)).toEqual(cancelled);
    expect((await reserve(other, gown.id, days)).error).toBeNull();
  });

  it("gives the days of a firm reservation back", async () => {
    await confirm(stylist);
    expect((await cancel(bride)).data).toMatchObject({ state: "cancelled" });
    expect(await fate(world.sql, rental)).toEqual(cancelled);
    expect((await reserve(other, gown.id, days)).error).toBeNull();
  });

  it("changes nothing when it is repeated, also after another bride has the days", async () => {
    const first = await cancel(bride);
    const next = await hold(other, gown.id, days);
    const again = await cancel(stylist);
    expect(again.error).toBeNull();
    expect(again.data).toEqual(first.data);
    expect(await fate(world.sql, next)).toEqual(held);
  });

  it("leaves an expired rental expired", async () => {
    await endHold(world.sql, rental);
    await world.sql`select private.expire_rental_hold(${rental.id})`;
    expect((await cancel(bride)).data).toMatchObject({ state: "expired" });
  });

  it.each([
    ["another customer", () => other],
    ["staff of another boutique", () => rival],
    ["the marketplace", () => admin],
  ])("is refused to %s: 404", async (_who, person) => {
    expect((await cancel(person())).error).toMatchObject({ code: "PT404", hint: "rental_not_found" });
    expect(await fate(world.sql, rental)).toEqual(held);
  });

  it("is refused to the anonymous: 401", async () => {
    expect((await world.asAnon().rpc("cancel_rental", { rental_id: rental.id })).status).toBe(401);
  });

  it.each(["picked_up", "returned", "inspecting", "closed", "lost"])(
    "is refused to a rental that is %s: 409",
    async (state) => {
      await confirm(stylist);
      await moveTo(state);
      expect((await cancel(bride)).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
      expect(await fate(world.sql, rental)).toEqual({ rental: state, allocation: "confirmed" });
    },
  );
});

describe("private.expire_rental_hold", () => {
  const expire = async () => {
    const [row] = await world.sql<{ done: boolean }[]>`select private.expire_rental_hold(${rental.id}) as done`;
    return row?.done;
  };

  it("ends a hold whose time is over, once", async () => {
    await endHold(world.sql, rental);
    expect(await expire()).toBe(true);
    expect(await fate(world.sql, rental)).toEqual(expired);
    expect(await expire()).toBe(false);
  });

  it("leaves a hold whose time is not over, and what was confirmed or cancelled", async () => {
    expect(await expire()).toBe(false);
    await confirm(stylist);
    await world.sql`update public.rentals set held_until = now() - interval '1 hour' where id = ${rental.id}`;
    expect(await expire()).toBe(false);
    expect(await fate(world.sql, rental)).toEqual(reserved);
    await cancel(bride);
    expect(await expire()).toBe(false);
    expect(await fate(world.sql, rental)).toEqual(cancelled);
  });
});
