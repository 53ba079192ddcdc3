import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let person: Person;

beforeAll(async () => {
  world = await World.create();
  person = await world.asCustomer();
});
afterAll(() => world.close());

async function quietUntil(from: string | null, until: string | null, timezone: string, at: string) {
  await world.sql`
    insert into public.notification_settings (user_id, quiet_from, quiet_until, timezone)
    values (${person.id}, ${from}, ${until}, ${timezone})
    on conflict (user_id) do update set quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, timezone = excluded.timezone`;
  const [row] = await world.sql<{ ends: Date | null }[]>`select private.quiet_until(${person.id}, ${at}) as ends`;
  return row?.ends?.toISOString() ?? null;
}

describe("quiet hours", () => {
  it.each([
    ["there are none", null, null, "UTC", "2027-06-04T02:00:00Z", null],
    ["within a day: before", "13:00", "15:00", "UTC", "2027-06-04T12:59:59Z", null],
    ["within a day: at their beginning", "13:00", "15:00", "UTC", "2027-06-04T13:00:00Z", "2027-06-04T15:00:00.000Z"],
    ["within a day: at their end", "13:00", "15:00", "UTC", "2027-06-04T15:00:00Z", null],
    ["over midnight: in the evening", "22:00", "07:00", "UTC", "2027-06-04T23:30:00Z", "2027-06-05T07:00:00.000Z"],
    ["over midnight: in the early hours", "22:00", "07:00", "UTC", "2027-06-05T06:59:00Z", "2027-06-05T07:00:00.000Z"],
    ["over midnight: by day", "22:00", "07:00", "UTC", "2027-06-05T12:00:00Z", null],
    ["over the end of a month", "22:00", "07:00", "UTC", "2027-06-30T22:00:00Z", "2027-07-01T07:00:00.000Z"],
    // 23:30 in Addis Ababa is 20:30 in UTC.
    ["of another zone", "22:00", "07:00", "Africa/Addis_Ababa", "2027-06-04T20:30:00Z", "2027-06-05T04:00:00.000Z"],
    ["of another zone, where it is day", "22:00", "07:00", "America/Los_Angeles", "2027-06-04T23:30:00Z", null],
    // Clocks go forward at 01:00 UTC: the night is an hour shorter.
    [
      "of a night in which clocks go forward",
      "22:00",
      "07:00",
      "Europe/London",
      "2027-03-27T23:00:00Z",
      "2027-03-28T06:00:00.000Z",
    ],
    // And back: 01:30 comes twice, and the second time the quiet is over.
    ["whose end comes twice", "22:00", "01:30", "Europe/London", "2027-10-31T00:15:00Z", "2027-10-31T01:30:00.000Z"],
    ["whose end has come", "22:00", "01:30", "Europe/London", "2027-10-31T01:31:00Z", null],
  ])("%s", async (_case, from, until, timezone, at, expected) => {
    expect(await quietUntil(from, until, timezone, at)).toBe(expected);
  });

  it("of nobody in particular are none", async () => {
    const [row] = await world.sql`select private.quiet_until(gen_random_uuid(), now()) as ends`;
    expect(row).toEqual({ ends: null });
  });

  it.each([
    ["with one end", { quiet_from: "22:00", quiet_until: null }],
    ["of a whole day", { quiet_from: "22:00", quiet_until: "22:00" }],
    ["of a zone that is none", { timezone: "Bole" }],
  ])("%s cannot be stored", async (_case, change) => {
    const { error } = await person.client.from("notification_settings").upsert({ user_id: person.id, ...change });
    expect(error?.code).toBe("23514");
  });
});
