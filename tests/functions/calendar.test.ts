import ICAL from "ical.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../functions/calendar/app.ts";
import { type Feed, type FeedEvent, feedReader, showReader } from "../../functions/calendar/feed.ts";
import { toICalendar } from "../../functions/calendar/to-icalendar.ts";
import { bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { oddTexts } from "../helpers/odd-texts.ts";
import { hold } from "../helpers/rentals.ts";
import { type Client, type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;
let gown: VariantFixture;
let bride: Person;
let stylist: Person;
let manager: Person;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { stylists: 1, rooms: 3 });
  gown = await makeVariant(world.sql, boutique, { garments: 2, name: "Selamawit, ivory; ቀሚስ" });
  bride = await world.asCustomer("Selam Tesfaye");
  stylist = await world.asStaff(boutique.id, "stylist");
  manager = await world.asStaff(boutique.id, "manager");
  app = createApp(feedReader(world.asService()), showReader(world.asService()), world.asService());
});
afterAll(() => world.close());

type Kind = "stylist" | "location" | "customer";
const create = (client: Client, kind: Kind, subject_id: string, label = "") =>
  client.rpc("create_calendar_feed", { kind, subject_id, label });

/** Makes a feed and gives its address behind the functions' own. */
async function makeFeed(person: Person, kind: Kind, subjectId: string) {
  const { data, error } = await create(person.client, kind, subjectId);
  if (error !== null) throw error;
  return { id: data.feed_id ?? "", path: (data.path ?? "").replace("/functions/v1", "") };
}

const get = async (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

/** The events of a feed as the independent parser reads them, by UID. */
async function events(path: string) {
  const response = await get(path);
  expect(response.status).toBe(200);
  return parse(await response.text());
}

function parse(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const all = calendar.getAllSubcomponents("vevent").map((event) => {
    const value = (name: string) => event.getFirstPropertyValue(name);
    return {
      uid: String(value("uid")),
      status: value("status"),
      summary: value("summary"),
      description: value("description"),
      location: value("location"),
      sequence: value("sequence"),
      start: String(value("dtstart")),
      end: String(value("dtend")),
      stamp: String(value("dtstamp")),
      modified: String(value("last-modified")),
    };
  });
  return { calendar, all, byUid: new Map(all.map((event) => [event.uid, event])) };
}

/** 9 o'clock in Addis Ababa is 6 in UTC, all year. */
const at = (fromToday: number, hour: number) => `${day(fromToday)}T${String(hour - 3).padStart(2, "0")}:00:00Z`;

describe("the feed of a customer", () => {
  it("has her fittings in UTC and her rentals as whole days, with the gowns", async () => {
    const fitting = await bookFitting(bride, boutique, salon, { startsAt: at(3, 9), garmentIds: gown.garmentIds });
    const rental = await hold(bride, gown.id, period(20, 22));
    const feed = await makeFeed(bride, "customer", bride.id);
    const { byUid, all } = await events(feed.path);
    expect(all).toHaveLength(2);
    expect(byUid.get(`${fitting.id}@fittings.nexus`)).toMatchObject({
      status: "CONFIRMED",
      summary: expect.stringContaining(boutique.slug),
      description: expect.stringContaining("Selamawit, ivory; ቀሚስ, size 38\n"),
      location: expect.stringContaining("Main, Addis Ababa, ET"),
      start: at(3, 9),
      end: at(3, 10),
      sequence: 0,
    });
    expect(byUid.get(`${rental.id}@rentals.nexus`)).toMatchObject({
      status: "TENTATIVE",
      start: day(20),
      end: day(23),
    });
  });

  it("has nobody else's, and a boutique's number of a gown is none of her business", async () => {
    const other = await world.asCustomer("Hanna");
    await bookFitting(other, boutique, salon, { startsAt: at(4, 9), garmentIds: gown.garmentIds });
    const feed = await makeFeed(bride, "customer", bride.id);
    const text = await (await get(feed.path)).text();
    expect(parse(text).all.map(({ start }) => start)).not.toContain(at(4, 9));
    expect(text).not.toContain("no. ");
  });

  it("says of a move under the same UID with a higher SEQUENCE, and of the end for a month", async () => {
    const fitting = await bookFitting(bride, boutique, salon, { startsAt: at(5, 9) });
    const feed = await makeFeed(bride, "customer", bride.id);
    const now = async () => (await events(feed.path)).byUid.get(`${fitting.id}@fittings.nexus`);
    const before = await now();
    await bride.client.rpc("reschedule_fitting", { appointment_id: fitting.id, starts_at: at(5, 11) });
    const moved = await now();
    expect(moved).toMatchObject({ status: "CONFIRMED", start: at(5, 11), sequence: 1 });
    expect(Date.parse(moved?.modified ?? "")).toBeGreaterThanOrEqual(Date.parse(before?.modified ?? ""));
    await bride.client.rpc("cancel_fitting", { appointment_id: fitting.id });
    expect(await now()).toMatchObject({ status: "CANCELLED", sequence: 2 });
    await world.sql.begin(async (sql) => {
      await sql`alter table public.appointments disable trigger touch_updated_at`;
      await sql`update public.appointments set updated_at = now() - interval '31 days' where id = ${fitting.id}`;
      await sql`alter table public.appointments enable trigger touch_updated_at`;
    });
    expect(await now()).toBeUndefined();
  });
});

describe("the feed of staff", () => {
  it("of a stylist has her fittings and her time off, without the customer's name or the reason", async () => {
    const [stylistId = ""] = salon.stylistIds;
    const fitting = await bookFitting(bride, boutique, salon, {
      startsAt: at(6, 9),
      garmentIds: gown.garmentIds.slice(0, 1),
      guests: ["Mother of Selam"],
    });
    await manager.client.rpc("block_resource", {
      resource_id: stylistId,
      from_time: at(6, 14),
      until_time: at(6, 16),
      kind: "time_off",
      note: "Dentist",
    });
    const feed = await makeFeed(stylist, "stylist", stylistId);
    const text = await (await get(feed.path)).text();
    const { byUid, all, calendar } = parse(text);
    expect(byUid.get(`${fitting.id}@fittings.nexus`)?.summary).toContain("Room");
    expect(byUid.get(`${fitting.id}@fittings.nexus`)?.description).toMatch(/no\. gown-.*\n2 people\nNumber/);
    expect(all.find(({ summary }) => summary === "Time off")).toMatchObject({ start: at(6, 14), end: at(6, 16) });
    for (const secret of ["Selam T", "Mother", "Dentist", bride.email]) expect(text).not.toContain(secret);
    expect(calendar.getFirstPropertyValue("x-wr-timezone")).toBe("Africa/Addis_Ababa");
  });

  it("of a branch has all its fittings, and the days on which gowns go out and come back", async () => {
    const rental = await hold(bride, gown.id, period(30, 33));
    await manager.client.rpc("confirm_rental", { rental_id: rental.id });
    const feed = await makeFeed(manager, "location", boutique.locationId);
    const { byUid } = await events(feed.path);
    expect(byUid.get(`${rental.id}-out@rentals.nexus`)).toMatchObject({
      summary: "Goes out: Selamawit, ivory; ቀሚስ",
      status: "CONFIRMED",
      start: day(30),
      end: day(31),
      sequence: 1,
    });
    expect(byUid.get(`${rental.id}-back@rentals.nexus`)).toMatchObject({ start: day(33), end: day(34) });
    const [{ count } = { count: 0 }] = await world.sql<{ count: number }[]>`
      select count(*)::integer as count from public.appointments where location_id = ${boutique.locationId}
        and not (state = 'cancelled' and updated_at < now() - interval '30 days')`;
    expect([...byUid.keys()].filter((uid) => uid.endsWith("@fittings.nexus"))).toHaveLength(count);
  });

  it("ends with the membership, and comes back with it", async () => {
    const colleague = await world.asStaff(boutique.id, "stylist");
    const feed = await makeFeed(colleague, "location", boutique.locationId);
    expect((await get(feed.path)).status).toBe(200);
    await manager.client.rpc("remove_member", { boutique_id: boutique.id, user_id: colleague.id });
    expect((await get(feed.path)).status).toBe(404);
    await world.sql`
      insert into public.boutique_members (boutique_id, user_id, role) values (${boutique.id}, ${colleague.id}, 'stylist')`;
    expect((await get(feed.path)).status).toBe(200);
  });

  it("is not to be had of another boutique's stylist or branch, nor by a customer", async () => {
    const rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
    for (const person of [rival, bride]) {
      for (const [kind, id] of [
        ["stylist", salon.stylistIds[0]],
        ["location", boutique.locationId],
        ["customer", manager.id],
      ] as const) {
        const { error } = await create(person.client, kind, id ?? "");
        expect(error).toMatchObject({ code: "PT404", hint: "subject_not_found" });
      }
    }
  });
});

describe("the link of a feed", () => {
  it("is nowhere in the database, and its token has 256 bits", async () => {
    const { data } = await create(bride.client, "customer", bride.id, "Phone");
    expect(data).toMatchObject({ kind: "customer", label: "Phone", boutique_id: null });
    expect(data?.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const [row] = await world.sql`
      select count(*)::integer as count from private.calendar_feed_tokens t
      where t.feed_id = ${data?.feed_id ?? ""} and t.token_hash = extensions.digest(${data?.token ?? ""}, 'sha256')`;
    expect(row).toEqual({ count: 1 });
    const [feed] =
      await world.sql`select to_jsonb(f)::text as text from public.calendar_feeds f where id = ${data?.feed_id ?? ""}`;
    expect(feed?.["text"]).not.toContain(data?.token);
  });

  it("leads nowhere once its owner or a manager has revoked it", async () => {
    const own = await makeFeed(bride, "customer", bride.id);
    expect((await bride.client.rpc("revoke_calendar_feed", { feed_id: own.id })).data?.revoked_at).not.toBeNull();
    expect((await bride.client.rpc("revoke_calendar_feed", { feed_id: own.id })).error).toBeNull();
    const response = await get(own.path);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ code: "feed_not_found" });

    const staffs = await makeFeed(stylist, "location", boutique.locationId);
    expect((await bride.client.rpc("revoke_calendar_feed", { feed_id: staffs.id })).error).toMatchObject({
      hint: "feed_not_found",
    });
    expect((await manager.client.rpc("revoke_calendar_feed", { feed_id: staffs.id })).error).toBeNull();
    expect((await get(staffs.path)).status).toBe(404);
  });

  it.each([
    "/calendar/x.ics",
    `/calendar/${"A".repeat(43)}.ics`,
    "/calendar/.ics",
    "/calendar/",
    "/calendar/a/b.ics",
    "/calendar/%00.ics",
  ])("is not guessed: %s", async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it("notes when it was read, once an hour, and the log does not grow by it", async () => {
    const feed = await makeFeed(bride, "customer", bride.id);
    const read = async () =>
      (await bride.client.from("calendar_feeds").select("last_read_at").eq("id", feed.id).single()).data?.last_read_at;
    expect(await read()).toBeNull();
    await get(feed.path);
    const first = await read();
    expect(first).not.toBeNull();
    await get(feed.path);
    expect(await read()).toBe(first);
    const log = await world.sql`select action from public.audit_log where row_key = ${world.sql.json({ id: feed.id })}`;
    expect(log).toHaveLength(1);
  });

  it("is one of 20 at most", async () => {
    const person = await world.asCustomer("Many");
    const answers: (string | undefined)[] = [];
    for (let n = 0; n < 21; n += 1) answers.push((await create(person.client, "customer", person.id)).error?.hint);
    expect(answers).toEqual([...Array(20).fill(undefined), "too_many_feeds"]);
  });
});

describe("the answer", () => {
  it("is a private calendar with an ETag, and 304 while nothing has changed", async () => {
    const feed = await makeFeed(bride, "customer", bride.id);
    const response = await get(feed.path);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/calendar; charset=utf-8",
      "cache-control": "private, max-age=300",
      etag: expect.stringMatching(/^(W\/)?".+"$/),
    });
    const etag = response.headers.get("etag") ?? "";
    const again = await get(feed.path, { "if-none-match": etag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    await bookFitting(bride, boutique, salon, { startsAt: at(9, 9) });
    expect((await get(feed.path, { "if-none-match": etag })).status).toBe(200);
    expect((await app.request(feed.path, { method: "HEAD" })).status).toBe(200);
    expect((await app.request(feed.path, { method: "POST" })).status).toBe(405);
  });

  it("is 429 for an address that asks too often", async () => {
    const limited = createApp(feedReader(world.asService()), showReader(world.asService()), world.asService(), {
      operation: "calendar-test",
      capacity: 3,
      perMinute: 0.001,
      lease: 1,
    });
    const replies: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const headers = { "x-forwarded-for": "203.0.113.77" };
      replies.push((await limited.request(`/calendar/guess${n}.ics`, { headers })).status);
    }
    expect(replies).toEqual([404, 404, 404, 429, 429]);
  });
});

describe("iCalendar", () => {
  const moment = new Date("2027-03-28T00:30:00Z");
  const event = (fields: Partial<FeedEvent> = {}): FeedEvent => ({
    uid: "0190a0b0-0000-7000-8000-000000000001@fittings.nexus",
    kind: "fitting",
    status: "confirmed",
    revision: 2,
    created_at: moment,
    updated_at: moment,
    starts_at: moment,
    ends_at: new Date("2027-03-28T01:30:00Z"),
    first_day: null,
    end_day: null,
    boutique: "Bole",
    location: { name: "Main", street: "", city: "Addis Ababa", country: "ET" },
    service: "First visit",
    stylist: "Hana",
    room: null,
    people: 1,
    gowns: [],
    url: null,
    ...fields,
  });
  const feed = (events: FeedEvent[], fields: Partial<Feed> = {}): Feed => ({
    kind: "customer",
    name: "Fittings",
    timezone: null,
    events,
    ...fields,
  });

  it.each(oddTexts)("carries %s through names, services, gowns and addresses", (_name, text) => {
    const long = `${text} ${text} ${text} ${text}`;
    const written = toICalendar(
      feed(
        [
          event({
            boutique: long,
            service: long,
            stylist: text,
            gowns: [{ name: text, size: text, serial: text }],
            location: { name: text, street: text, city: text, country: "ET" },
          }),
        ],
        { name: long },
      ),
    );
    // What controls programs is taken out of lines for people.
    const seen = (value: string) => value.replace(/\p{Cc}+/gu, " ").trim();
    const { all, calendar } = parse(written);
    expect(all).toHaveLength(1);
    expect(all[0]?.summary).toBe(`${seen(long)} · ${seen(long)}`);
    expect(all[0]?.description).toBe(`With ${seen(text)}\n${seen(text)}, size ${seen(text)}, no. ${seen(text)}`);
    expect(all[0]?.location).toBe([long, text, text, text].map(seen).join(", ").concat(", ET"));
    // The name is no property of RFC 5545, so the parser leaves it as it is written.
    const unescaped = String(calendar.getFirstPropertyValue("x-wr-calname")).replace(/\\([\\;,])/g, "$1");
    expect(unescaped).toBe(seen(long));
  });

  it("has lines of at most 75 octets that break between characters, and ends each with CRLF", () => {
    const written = toICalendar(feed([event({ service: "የሰርግ ልብስ ኪራይ 👰🏾‍♀️💍👨‍👩‍👧🇪🇹, ".repeat(10) })]));
    const lines = written.split("\r\n");
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
    expect(written).not.toMatch(/[^\r]\n|\r[^\n]/);
    expect(written).not.toContain("\ufffd");
    expect(lines.slice(-2)).toEqual(["END:VCALENDAR", ""]);
  });

  it("has what RFC 5545 asks of a calendar and its events, each once", () => {
    const { calendar } = parse(toICalendar(feed([event(), event({ uid: "b@fittings.nexus", status: "cancelled" })])));
    expect(calendar.getFirstPropertyValue("version")).toBe("2.0");
    expect(String(calendar.getFirstPropertyValue("prodid"))).toContain("Nexus");
    for (const vevent of calendar.getAllSubcomponents("vevent")) {
      for (const name of [
        "uid",
        "dtstamp",
        "dtstart",
        "dtend",
        "summary",
        "status",
        "sequence",
        "last-modified",
        "created",
      ]) {
        expect(vevent.getAllProperties(name), name).toHaveLength(1);
      }
    }
  });

  it("is the same, byte for byte, for the same facts, wherever it is written", () => {
    const facts = feed([
      event(),
      event({
        uid: "r@rentals.nexus",
        kind: "rental",
        starts_at: null,
        ends_at: null,
        first_day: "2027-03-27",
        end_day: "2027-03-29",
      }),
    ]);
    const zone = process.env["TZ"];
    const written = ["UTC", "America/Los_Angeles", "Pacific/Auckland"].map((name) => {
      process.env["TZ"] = name;
      return toICalendar(facts);
    });
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
    expect(new Set(written).size).toBe(1);
    expect(written[0]).toContain("DTSTART;VALUE=DATE:20270327");
    expect(written[0]).toContain("DTSTART:20270328T003000Z");
  });
});
