import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { book, bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique } from "../helpers/fixtures.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let bride: Person;
let boutique: BoutiqueFixture;
let salon: Salon;
let small: string;
let large: string;

beforeAll(async () => {
  world = await World.create();
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

// Three stylists, a room for two and one for four.
beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { stylists: 3, rooms: 2 });
  [small = "", large = ""] = salon.roomIds;
  await world.sql`update public.rooms set capacity = 2 where id = ${small}`;
});

const startsAt = `${day(4)}T07:00:00Z`;
const later = `${day(4)}T09:00:00Z`;
const guests = (count: number) => Array.from({ length: count }, (_, n) => `Guest ${n + 1}`);

describe("a bride with guests", () => {
  it.each([
    [0, "small"],
    [1, "small"],
    [2, "large"],
    [3, "large"],
  ])("of whom there are %i gets the smallest room that is large enough", async (count, room) => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt, guests: guests(count) });
    expect(appointment.room_id).toBe(room === "small" ? small : large);
    expect(appointment.guest_names).toEqual(guests(count));
  });

  it("finds no time while the room that is large enough is taken, and one alone does", async () => {
    await bookFitting(bride, boutique, salon, { startsAt, guests: guests(3) });
    const { error } = await book(bride, boutique, salon, { startsAt, guests: guests(2) });
    expect(error).toMatchObject({ code: "PT409", hint: "slot_taken" });
    // The times that are offered instead have room for all of them.
    for (const next of JSON.parse(error?.details ?? "{}").next_free as string[]) {
      expect(Date.parse(next)).toBeGreaterThan(Date.parse(startsAt));
    }
    expect((await bookFitting(bride, boutique, salon, { startsAt })).room_id).toBe(small);
  });

  it("leaves the large room to large parties while there is a small one, and takes it when there is none", async () => {
    expect((await bookFitting(bride, boutique, salon, { startsAt })).room_id).toBe(small);
    expect((await bookFitting(bride, boutique, salon, { startsAt })).room_id).toBe(large);
  });

  it("is refused when they are more than the service takes, or than any room holds", async () => {
    const many = await book(bride, boutique, salon, { startsAt, guests: guests(4) });
    expect(many.error).toMatchObject({ code: "PT400", hint: "too_many_people" });
    await world.sql`update public.fitting_services set max_people = 10 where id = ${salon.serviceId}`;
    const none = await book(bride, boutique, salon, { startsAt, guests: guests(4) });
    expect(none.error).toMatchObject({ code: "PT409", hint: "slot_taken" });
    expect(JSON.parse(none.error?.details ?? "{}").next_free).toEqual([]);
  });

  it("keeps a room for all of them when she moves", async () => {
    const party = await bookFitting(bride, boutique, salon, { startsAt, guests: guests(3) });
    await bookFitting(bride, boutique, salon, { startsAt: later, guests: guests(2) });
    const move = (to: string) => bride.client.rpc("reschedule_fitting", { appointment_id: party.id, starts_at: to });
    expect((await move(later)).error).toMatchObject({ hint: "slot_taken" });
    const { data } = await move(`${day(4)}T11:00:00Z`);
    expect(data).toMatchObject({ room_id: large, guest_names: guests(3) });
  });

  it("never shares a room, however small the parties are", async () => {
    const answers = await Promise.all(guests(3).map(() => book(bride, boutique, salon, { startsAt })));
    expect(answers.filter(({ error }) => error === null)).toHaveLength(2);
    expect(new Set(answers.flatMap(({ data }) => (data === null ? [] : [data.room_id]))).size).toBe(2);
  });
});
