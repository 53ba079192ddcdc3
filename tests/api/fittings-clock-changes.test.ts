import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { daysAfter, fallBack, springForward } from "../helpers/daylight-saving.ts";
import { book, makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let bride: Person;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

interface Branch {
  readonly boutique: BoutiqueFixture;
  readonly salon: Salon;
  readonly timezone: string;
}

/** A branch with one stylist and one room, whose hours are the same every day; a fitting takes an hour. */
async function makeBranch(timezone: string, opens: string, closes: string): Promise<Branch> {
  const boutique = await makeBoutique(world.sql, { timezone });
  const salon = await makeSalon(world.sql, boutique, { opens, closes });
  await world.sql`update public.fitting_services set max_days_ahead = 1100 where id = ${salon.serviceId}`;
  return { boutique, salon, timezone };
}

async function starts({ boutique, salon }: Branch, from: string, to = from): Promise<string[]> {
  const { data, error } = await world.asAnon().rpc("fitting_slots", {
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    from_date: from,
    to_date: to,
  });
  if (error !== null) throw error;
  return data.map(({ starts_at }) => new Date(starts_at).toISOString());
}

/** What the clock of the branch shows at a moment, such as `2027-03-28 09:00`, from the platform's own tables of zones. */
function clock({ timezone }: Branch, moment: string): string {
  return new Date(moment).toLocaleString("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "short" });
}

const hours = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => `${String(first + n).padStart(2, "0")}:00`);

/** Every start is an hour after the one before it, and none comes twice. */
function expectSeamless(moments: readonly string[]) {
  const gaps = moments.slice(1).map((moment, n) => Date.parse(moment) - Date.parse(moments[n] ?? ""));
  expect(new Set(gaps)).toEqual(new Set([3_600_000]));
}

const zones = ["Europe/London", "Europe/Berlin"];
const sundays = [
  ["forward", springForward(), 23],
  ["back", fallBack(), 25],
] as const;
const cases = zones.flatMap((zone) => sundays.map(([way, sunday, length]) => [zone, way, sunday, length] as const));

describe.each(cases)("in %s, when the clocks go %s on %s", (zone, way, sunday, length) => {
  const saturday = daysAfter(sunday, -1);
  const monday = daysAfter(sunday, 1);

  it("a branch open by day has the same local starts on all three days", async () => {
    const branch = await makeBranch(zone, "09:00", "18:00");
    const shown = (await starts(branch, saturday, monday)).map((moment) => clock(branch, moment));
    expect(shown).toEqual([saturday, sunday, monday].flatMap((day) => hours(9, 17).map((hour) => `${day} ${hour}`)));
  });

  it(`a branch that never closes has ${length} starts on the Sunday and 24 on its neighbours`, async () => {
    const branch = await makeBranch(zone, "00:00", "00:00");
    expect(await starts(branch, saturday)).toHaveLength(24);
    expect(await starts(branch, sunday)).toHaveLength(length);
    expect(await starts(branch, monday)).toHaveLength(24);
    const all = await starts(branch, saturday, monday);
    expectSeamless(all);
    expect(all).toHaveLength(48 + length);
    const shown = all.map((moment) => clock(branch, moment)).filter((text) => text.startsWith(sunday));
    const distinct = way === "forward" ? 23 : 24;
    expect(new Set(shown).size).toBe(distinct);
  });

  it("a branch open from 18:00 to 02:00 begins at 18:00, ends at its closing time and skips nothing between", async () => {
    const branch = await makeBranch(zone, "18:00", "02:00");
    const night = (await starts(branch, saturday, sunday)).filter((moment) => {
      const shown = clock(branch, moment);
      return shown >= `${saturday} 18:00` && shown < `${sunday} 12:00`;
    });
    expectSeamless(night);
    expect(clock(branch, night[0] ?? "")).toBe(`${saturday} 18:00`);
    const end = new Date(Date.parse(night.at(-1) ?? "") + 3_600_000).toISOString();
    // Where 02:00 is not on the clock, the hour is over at 03:00.
    expect([`${sunday} 02:00`, `${sunday} 03:00`]).toContain(clock(branch, end));
    const usual = (await starts(branch, daysAfter(sunday, 7), daysAfter(sunday, 8))).filter((moment) => {
      const shown = clock(branch, moment);
      return shown >= `${daysAfter(sunday, 7)} 18:00` && shown < `${daysAfter(sunday, 8)} 12:00`;
    });
    expect(usual).toHaveLength(8);
  });

  it("every start that is offered can be booked, once, and lasts an hour", async () => {
    const branch = await makeBranch(zone, "00:00", "00:00");
    const free = await starts(branch, sunday);
    for (const startsAt of free) {
      const { data, error } = await book(bride, branch.boutique, branch.salon, { startsAt });
      expect(error).toBeNull();
      expect(new Date(String(data?.during).match(/["[]+([^",]+)/)?.[1] ?? "").toISOString()).toBe(startsAt);
    }
    expect(await starts(branch, sunday)).toEqual([]);
    const again = await book(bride, branch.boutique, branch.salon, { startsAt: free[2] ?? "" });
    expect(again.error).toMatchObject({ hint: "slot_taken" });
    const [row] = await world.sql`
      select count(*)::integer as count, range_agg(during)::text = multirange(tstzrange(min(lower(during)), max(upper(during))))::text as seamless
      from public.appointments where boutique_id = ${branch.boutique.id}`;
    expect(row).toEqual({ count: length, seamless: true });
  });

  it("a fitting moves over the change to the same local hour", async () => {
    const branch = await makeBranch(zone, "09:00", "18:00");
    const at = async (day: string, hour: string) =>
      (await starts(branch, day)).find((moment) => clock(branch, moment) === `${day} ${hour}`) ?? "";
    const { data } = await book(bride, branch.boutique, branch.salon, { startsAt: await at(saturday, "10:00") });
    const moved = await bride.client.rpc("reschedule_fitting", {
      appointment_id: data?.id ?? "",
      starts_at: await at(monday, "10:00"),
    });
    expect(moved.error).toBeNull();
    const free = await starts(branch, monday);
    expect(free.map((moment) => clock(branch, moment))).not.toContain(`${monday} 10:00`);
    expect(free).toHaveLength(8);
  });
});

describe("hours that go on past midnight", () => {
  it("do not offer a start twice where those of the next day begin before they end", async () => {
    const branch = await makeBranch("Europe/Berlin", "18:00", "02:00");
    const { id, locationId } = branch.boutique;
    await world.sql`
      insert into public.opening_hours (location_id, boutique_id, weekday, opens, closes)
      select ${locationId}, ${id}, d, '00:00', '04:00' from generate_series(1, 7) d`;
    await world.sql`
      insert into public.working_hours (stylist_id, boutique_id, location_id, weekday, starts, ends)
      select ${branch.salon.stylistIds[0] ?? ""}, ${id}, ${locationId}, d, '00:00', '04:00' from generate_series(1, 7) d`;
    const day = daysAfter(springForward(), 10);
    const free = await starts(branch, day);
    expect(free).toEqual([...new Set(free)]);
    expect(free.map((moment) => clock(branch, moment).slice(11))).toEqual([...hours(0, 3), ...hours(18, 23)]);
  });

  it("belong to the day on which they begin: a closure of it takes its night along", async () => {
    const branch = await makeBranch("Europe/London", "18:00", "02:00");
    const day = daysAfter(springForward(), 10);
    await world.sql`
      insert into public.closures (location_id, boutique_id, first_day, last_day, reason)
      values (${branch.boutique.locationId}, ${branch.boutique.id}, ${day}, ${day}, ${`Holiday ${randomUUID()}`})`;
    const shown = (await starts(branch, day, daysAfter(day, 1))).map((moment) => clock(branch, moment));
    expect(shown).toEqual([
      ...hours(0, 1).map((hour) => `${day} ${hour}`),
      ...hours(18, 23).map((hour) => `${daysAfter(day, 1)} ${hour}`),
    ]);
  });
});
