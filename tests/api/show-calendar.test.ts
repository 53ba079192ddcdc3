import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { book, makeSalon } from "../helpers/fittings.ts";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { endHold, hold, reserve } from "../helpers/rentals.ts";
import { makeLook, makeShow } from "../helpers/shows.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let garment: string;
let bride: Person;
let manager: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
  manager = await world.asStaff(boutique.id, "manager");
});
afterAll(() => world.close());
beforeEach(async () => {
  gown = await makeVariant(world.sql, boutique);
  [garment = ""] = gown.garmentIds;
});

/** A day from today, at noon in UTC. */
const noon = (fromToday: number) => `${day(fromToday)}T12:00:00Z`;
const hintOf = ({ error }: { error: { hint: string } | null }) => error?.hint ?? "done";
const rent = async (first: number, last = first) => hintOf(await reserve(bride, gown.id, period(first, last)));
const move = (id: string, fromToday: number, more: object = {}) =>
  manager.client
    .from("fashion_shows")
    .update({ starts_at: noon(fromToday), ends_at: `${day(fromToday)}T14:00:00Z`, ...more })
    .eq("id", id);
const taken = async () =>
  (
    await world.sql<{ line: string }[]>`
      select format('%s %s %s', kind, state, to_char(lower(during) at time zone 'UTC', 'HH24:MI')) as line
      from public.allocations where resource_id = ${garment} and state <> 'released' order by during`
  ).map(({ line }) => line);
const checked = async () => [...(await world.sql`select * from private.calendar_check()`)];

/** A show on a day with one look, which wears the gown. */
async function showOn(fromToday: number, state: "draft" | "scheduled" = "scheduled") {
  const id = await makeShow(world.sql, boutique, { state: "draft" });
  expect((await move(id, fromToday)).error).toBeNull();
  const look = await makeLook(world.sql, boutique, id, gown, { garmentId: garment });
  if (state === "scheduled") expect((await manager.client.rpc("schedule_show", { show_id: id })).error).toBeNull();
  return { id, look };
}

describe("a gown on the runway", () => {
  it("cannot be rented while its show is announced, buffers included; a draft takes nothing", async () => {
    const { id } = await showOn(10, "draft");
    expect(await taken()).toEqual([]);
    await manager.client.rpc("schedule_show", { show_id: id });
    expect(await taken()).toEqual(["show confirmed 11:00"]);
    expect(await rent(9, 11)).toBe("not_available");
    expect(await rent(10)).toBe("not_available");
    // Rentals have whole days of the boutique: a buffer that reaches into a day takes it.
    expect((await move(id, 10, { buffer_minutes_after: 600 })).error).toBeNull();
    expect(await rent(11)).toBe("not_available");
    expect(await rent(12)).toBe("done");
    const salon = await makeSalon(world.sql, boutique);
    const fitting = { startsAt: `${day(10)}T11:00:00Z`, garmentIds: [garment] };
    expect(hintOf(await book(bride, boutique, salon, fitting))).toBe("slot_taken");
    expect(await rent(9)).toBe("done");
    expect(await checked()).toEqual([]);
  });

  it("is taken from a hold that is over, and from nobody else: who has it is named", async () => {
    const { id } = await showOn(20, "draft");
    const rental = await hold(bride, gown.id, period(20, 20));
    const refused = await manager.client.rpc("schedule_show", { show_id: id });
    expect(refused.error).toMatchObject({ code: "PT409", hint: "garments_taken" });
    expect(JSON.parse(refused.error?.details ?? "{}")).toEqual({ show_id: id, garment_ids: [garment] });
    expect((await manager.client.from("fashion_shows").select("state").eq("id", id).single()).data?.state).toBe(
      "draft",
    );
    await endHold(world.sql, rental);
    expect((await manager.client.rpc("schedule_show", { show_id: id })).error).toBeNull();
    expect(await checked()).toEqual([]);
  });

  it("moves with its show, all gowns or none", async () => {
    const { id } = await showOn(30);
    const second = await makeVariant(world.sql, boutique);
    await makeLook(world.sql, boutique, id, second, { garmentId: second.garmentIds[0] ?? null });
    await hold(bride, second.id, period(33, 33));
    const { error } = await move(id, 33);
    expect(error).toMatchObject({ code: "PT409", hint: "garments_taken" });
    expect(JSON.parse(error?.details ?? "{}")).toMatchObject({ garment_ids: second.garmentIds });
    expect(await rent(33)).toBe("done");
    expect((await move(id, 35)).error).toBeNull();
    expect(await rent(30)).toBe("done");
    expect(await rent(35)).toBe("not_available");
    // By an hour: it is in its own way, which does not matter.
    const later = { starts_at: `${day(35)}T13:00:00Z`, ends_at: `${day(35)}T15:00:00Z` };
    expect((await manager.client.from("fashion_shows").update(later).eq("id", id)).error).toBeNull();
    expect(await checked()).toEqual([]);
  });

  it("is free again when the show is called off, or when the look wears another or is taken out", async () => {
    const { id, look } = await showOn(40);
    const other = await makeVariant(world.sql, boutique, { garments: 2 });
    await manager.client.rpc("remove_look", { look_id: look });
    expect(await rent(40)).toBe("done");
    const dressed = await makeLook(world.sql, boutique, id, other, { garmentId: other.garmentIds[0] ?? null });
    const wear = (piece: string) => manager.client.rpc("dress_look", { look_id: dressed, garment_id: piece });
    const rentOther = () => reserve(bride, other.id, period(40, 40));
    expect((await wear(other.garmentIds[1] ?? "")).error).toBeNull();
    const { data: rental } = await rentOther();
    expect(rental?.garment_id).toBe(other.garmentIds[0]);
    expect(hintOf(await wear(other.garmentIds[0] ?? ""))).toBe("garments_taken");
    expect(hintOf(await rentOther())).toBe("not_available");
    await manager.client.rpc("cancel_show", { show_id: id, reason: "No power" });
    expect(hintOf(await rentOther())).toBe("done");
    expect(await checked()).toEqual([]);
  });

  it("is free from the moment when a live show is finished, and was taken until then", async () => {
    const id = await makeShow(world.sql, boutique, { startsIn: 0.5, hours: 72 });
    await makeLook(world.sql, boutique, id, gown, { garmentId: garment });
    expect(await rent(2)).toBe("not_available");
    await manager.client.rpc("start_show", { show_id: id });
    expect(await rent(2)).toBe("not_available");
    await manager.client.rpc("finish_show", { show_id: id });
    expect(await rent(2)).toBe("done");
    const [was] = await world.sql`
      select state, upper(during) <= now() as over from public.allocations where source_id = ${id}`;
    expect(was).toEqual({ state: "confirmed", over: true });
    expect(await checked()).toEqual([]);
  });

  it("is in the calendar of staff with the title of its show", async () => {
    const { id } = await showOn(50);
    const { data } = await manager.client.rpc("calendar_view", {
      ...{ location_id: boutique.locationId, from_time: noon(49), to_time: noon(51) },
    });
    expect(data?.find(({ resource_id }) => resource_id === garment)?.entries).toMatchObject([
      { kind: "show", source_id: id, state: "scheduled", note: "Spring 2027", customer: null },
    ]);
  });

  it("is refused when it is retired", async () => {
    const { id } = await showOn(60, "draft");
    await world.sql`update public.garments set retired_at = now() where id = ${garment}`;
    expect(hintOf(await manager.client.rpc("schedule_show", { show_id: id }))).toBe("garments_taken");
  });
});
