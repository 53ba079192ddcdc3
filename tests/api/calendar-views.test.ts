import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, utc, type VariantFixture } from "../helpers/fixtures.ts";
import { hold, sendToRepair } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

const { day, period } = utc;

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;
let gown: VariantFixture;
let bride: Person;
let staff: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql, { timezone: "UTC" });
  // Open and worked from 9 to 18.
  salon = await makeSalon(world.sql, boutique, { bufferMinutes: 30 });
  gown = await makeVariant(world.sql, boutique, { name: "Genet" });
  [bride, staff] = await Promise.all([world.asCustomer("Selam"), world.asStaff(boutique.id, "stylist")]);
});
afterAll(() => world.close());

const view = (from: string, to: string, person = staff) =>
  person.client.rpc("calendar_view", { location_id: boutique.locationId, from_time: from, to_time: to });
const use = (from: number, to: number, person = staff) =>
  person.client.rpc("utilisation", { boutique_id: boutique.id, from_date: day(from), to_date: day(to) });

describe("calendar_view", () => {
  it("shows every resource of the branch, with what takes it and for whom", async () => {
    const [garment = ""] = gown.garmentIds;
    await bookFitting(bride, boutique, salon, { startsAt: `${day(3)}T10:00:00Z`, garmentIds: [garment] });
    const rental = await hold(bride, gown.id, period(4, 5));
    const { data, error } = await view(`${day(3)}T00:00:00Z`, `${day(6)}T00:00:00Z`);
    expect(error).toBeNull();
    expect(data).toMatchObject([
      {
        kind: "garment",
        resource_id: garment,
        label: expect.stringMatching(/^Genet, size 38 \(.+\)$/),
        entries: [
          { kind: "fitting", state: "booked", customer: "Selam" },
          { kind: "rental", state: "held", customer: "Selam", source_id: rental.id },
        ],
      },
      { kind: "stylist", resource_id: salon.stylistIds[0], label: "Stylist 1", entries: [{ kind: "fitting" }] },
      { kind: "room", resource_id: salon.roomIds[0], entries: [{ kind: "fitting", customer: "Selam" }] },
    ]);
    const free = await view(`${day(20)}T00:00:00Z`, `${day(21)}T00:00:00Z`);
    expect(free.data?.map(({ entries }) => entries)).toEqual([[], [], []]);
  });

  it("leaves out what was given back", async () => {
    const rental = await hold(bride, gown.id, period(30, 31));
    await bride.client.rpc("cancel_rental", { rental_id: rental.id });
    const { data } = await view(`${day(29)}T00:00:00Z`, `${day(32)}T00:00:00Z`);
    expect(data?.[0]?.entries).toEqual([]);
  });

  it("is for the people of the boutique and the marketplace", async () => {
    const rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
    for (const person of [bride, rival]) {
      const { error } = await view(`${day(3)}T00:00:00Z`, `${day(4)}T00:00:00Z`, person);
      expect(error).toMatchObject({ code: "PT404", hint: "location_not_found" });
    }
    const admin = await world.asAdmin();
    expect((await view(`${day(3)}T00:00:00Z`, `${day(4)}T00:00:00Z`, admin)).error).toBeNull();
  });

  it.each([
    ["backwards", () => [`${day(4)}T00:00:00Z`, `${day(3)}T00:00:00Z`]],
    ["for ever", () => [`${day(4)}T00:00:00Z`, "infinity"]],
    ["for a season", () => [`${day(4)}T00:00:00Z`, `${day(94)}T00:00:00Z`]],
  ] as const)("is refused %s", async (_how, times) => {
    const [from = "", to = ""] = times();
    expect((await view(from, to)).error).toMatchObject({ code: "PT400", hint: "invalid_period" });
  });
});

describe("utilisation", () => {
  it("is taken hours out of available ones: days of a garment, working hours of a stylist", async () => {
    const veil = await makeVariant(world.sql, boutique, { name: "Veil" });
    const [garment = ""] = veil.garmentIds;
    await hold(bride, veil.id, period(42, 43)).then(({ id }) => staff.client.rpc("confirm_rental", { rental_id: id }));
    await sendToRepair(world.sql, boutique, garment, 45, 45);
    await bookFitting(bride, boutique, salon, { startsAt: `${day(42)}T10:00:00Z` });
    await world.sql`
      insert into public.closures (location_id, boutique_id, first_day, last_day, reason)
      values (${boutique.locationId}, ${boutique.id}, ${day(44)}, ${day(44)}, 'Holiday')`;
    await staff.client.rpc("block_resource", {
      resource_id: salon.stylistIds[0] ?? "",
      from_time: `${day(43)}T12:00:00Z`,
      until_time: `${day(43)}T20:00:00Z`,
      kind: "time_off",
    });
    const { data, error } = await use(42, 45);
    expect(error).toBeNull();
    // Four days less one of repair; two of them rented.
    expect(data?.find(({ resource_id }) => resource_id === garment)).toMatchObject({
      kind: "garment",
      taken_hours: 48,
      available_hours: 72,
      utilisation: 0.6667,
    });
    // Nine hours a day on three days, for one is a holiday, less six hours off; an hour and a half with its buffer.
    expect(data?.find(({ resource_id }) => resource_id === salon.stylistIds[0])).toMatchObject({
      kind: "stylist",
      taken_hours: 1.5,
      available_hours: 21,
      utilisation: 0.0714,
    });
  });

  it("has no share of a time before the garment was there", async () => {
    const { data } = await use(-20, -10);
    expect(data?.find(({ kind }) => kind === "garment")).toMatchObject({ available_hours: 0, utilisation: null });
  });

  it("is for the people of the boutique, for a year at most", async () => {
    expect((await use(1, 2, bride)).error).toMatchObject({ code: "PT404", hint: "boutique_not_found" });
    expect((await use(2, 1)).error).toMatchObject({ code: "PT400", hint: "invalid_period" });
    expect((await use(0, 400)).error).toMatchObject({ code: "PT400", hint: "invalid_period" });
  });
});
