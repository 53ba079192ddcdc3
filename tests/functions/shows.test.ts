import ICAL from "ical.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createApp as createCalendar } from "../../functions/calendar/app.ts";
import { feedReader, showReader } from "../../functions/calendar/feed.ts";
import { createApp as createCatalogApp } from "../../functions/catalog/app.ts";
import { createCatalog } from "../../functions/catalog/catalog.ts";
import { ViewCounter } from "../../functions/catalog/view-counter.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { inHours, makeLook, makeShow } from "../helpers/shows.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let server: FunctionServer;
let boutique: BoutiqueFixture;
let bride: Person;
let manager: Person;
let calendar: ReturnType<typeof createCalendar>;
let catalog: ReturnType<typeof createCatalogApp>;
let views: ViewCounter;

beforeAll(async () => {
  world = await World.create();
  // For the keys and addresses that the functions check; nothing is asked of it.
  server = await FunctionServer.open(world);
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
  manager = await world.asStaff(boutique.id, "manager");
  const service = world.asService();
  calendar = createCalendar(feedReader(service), showReader(service), service);
  views = new ViewCounter(service, 60_000);
  catalog = createCatalogApp(createCatalog(server.origin, world.asAnon(), service), service, {
    siteUrl: "https://shop.example",
    functionsUrl: `${server.origin}/functions/v1`,
    views,
  });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  await world?.close();
});
beforeEach(() => world.sql`delete from public.fashion_shows where state = 'draft'`);

const cancel = (show_id: string) => manager.client.rpc("cancel_show", { show_id, reason: "No power" });

/** The shows of a file as an independent parser reads them, by UID. */
async function shows(path: string) {
  const response = await calendar.request(path);
  expect(response.status).toBe(200);
  const parsed = new ICAL.Component(ICAL.parse(await response.text()));
  return new Map(
    parsed.getAllSubcomponents("vevent").map((event) => {
      const value = (name: string) => event.getFirstPropertyValue(name);
      const names = ["summary", "status", "location", "sequence", "url"];
      const facts = Object.fromEntries(names.map((name) => [name, value(name)]));
      return [String(value("uid")), { ...facts, start: String(value("dtstart")) }];
    }),
  );
}
async function feed(person: Person, kind: "customer" | "location", subject_id: string): Promise<string> {
  const { data, error } = await person.client.rpc("create_calendar_feed", { kind, subject_id, label: "" });
  if (error !== null) throw error;
  return (data.path ?? "").replace("/functions/v1", "");
}

describe("calendar feeds", () => {
  it("have the shows that a customer has seats of, as they are moved, left and called off", async () => {
    const path = await feed(bride, "customer", bride.id);
    const [id, other] = [await makeShow(world.sql, boutique, { capacity: 1 }), await makeShow(world.sql, boutique)];
    const uid = `${id}@shows.nexus`;
    expect(await shows(path)).toEqual(new Map());
    await bride.client.rpc("rsvp_show", { show_id: id });
    await bride.client.rpc("rsvp_show", { show_id: other });
    const entry = (await shows(path)).get(uid);
    expect(entry).toMatchObject({
      ...{ summary: `Spring 2027 · ${boutique.slug}`, status: "CONFIRMED", sequence: 0 },
      ...{ location: expect.stringContaining("Addis Ababa"), url: "https://video.example/live" },
    });
    const times = { starts_at: inHours(900), ends_at: inHours(902) };
    await manager.client.from("fashion_shows").update(times).eq("id", id);
    const moved = (await shows(path)).get(uid);
    expect(moved).toMatchObject({ status: "CONFIRMED", sequence: 1 });
    expect(moved?.start).not.toBe(entry?.start);
    await bride.client.rpc("cancel_rsvp", { show_id: id });
    await cancel(other);
    const off = await shows(path);
    expect(off.get(uid)).toMatchObject({ status: "CANCELLED", sequence: 2 });
    expect(off.get(`${other}@shows.nexus`)).toMatchObject({ status: "CANCELLED" });
  });

  it("have the boutique's announced shows for its staff", async () => {
    const path = await feed(manager, "location", boutique.locationId);
    const [id, draft] = [await makeShow(world.sql, boutique), await makeShow(world.sql, boutique, { state: "draft" })];
    const seen = await shows(path);
    expect(seen.get(`${id}@shows.nexus`)).toMatchObject({ status: "CONFIRMED" });
    expect(seen.has(`${draft}@shows.nexus`)).toBe(false);
  });

  it("have a public file for each announced show, without a secret and without a draft", async () => {
    const id = await makeShow(world.sql, boutique, { slug: "public" });
    await makeShow(world.sql, boutique, { slug: "private", state: "draft" });
    const path = `/calendar/shows/${boutique.slug}/public.ics`;
    expect([...(await shows(path)).keys()]).toEqual([`${id}@shows.nexus`]);
    const response = await calendar.request(path);
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    const etag = response.headers.get("etag") ?? "";
    expect((await calendar.request(path, { headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await calendar.request(`/calendar/shows/${boutique.slug}/private.ics`)).status).toBe(404);
    await cancel(id);
    expect((await shows(path)).get(`${id}@shows.nexus`)).toMatchObject({ status: "CANCELLED", sequence: 1 });
    await world.sql`update public.boutiques set status = 'suspended' where id = ${boutique.id}`;
    expect((await calendar.request(path)).status).toBe(404);
    await world.sql`update public.boutiques set status = 'active' where id = ${boutique.id}`;
  });
});

describe("the catalog", () => {
  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    catalog.request(`/catalog${path}`, { method, headers: { apikey: world.keys.publishable, ...headers } });

  it("has a page of each announced show with its looks, which is cached and counted", async () => {
    const id = await makeShow(world.sql, boutique, { slug: "page" });
    const [gown, hidden] = [
      await makeVariant(world.sql, boutique, { name: "Genet" }),
      await makeVariant(world.sql, boutique, { status: "draft" }),
    ];
    await makeLook(world.sql, boutique, id, gown, { position: 2, atSecond: 95 });
    await makeLook(world.sql, boutique, id, gown, { position: 1, atSecond: 10 });
    await makeLook(world.sql, boutique, id, hidden, { position: 3 });
    const path = `/shows/${boutique.slug}/page`;
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ...{ id, title: "Spring 2027", state: "scheduled", cover: null, capacity: 20, seats_taken: 0 },
      ...{ boutique: { slug: boutique.slug }, location: { city: "Addis Ababa" } },
      looks: [
        { position: 1, at_second: 10, product: { slug: gown.productSlug, name: "Genet" } },
        { position: 2, at_second: 95 },
      ],
    });
    const etag = response.headers.get("etag") ?? "";
    expect(response.headers.get("cache-control")).toContain("public");
    expect((await get(path, { "if-none-match": etag })).status).toBe(304);
    expect((await get(path, {}, "HEAD")).status).toBe(200);
    await views.write();
    const counted = await world.sql`select views::int as views from public.show_views where show_id = ${id}`;
    expect([...counted]).toEqual([{ views: 2 }]);
    const data = await get(`${path}/structured-data`);
    expect(data.headers.get("content-type")).toContain("application/ld+json");
    expect(await data.json()).toMatchObject({
      ...{ "@type": "Event", name: "Spring 2027", url: `https://shop.example/boutiques/${boutique.slug}/shows/page` },
      ...{ eventAttendanceMode: "https://schema.org/MixedEventAttendanceMode", remainingAttendeeCapacity: 20 },
      location: [
        { "@type": "Place", address: { addressLocality: "Addis Ababa", addressCountry: "ET" } },
        { "@type": "VirtualLocation", url: "https://video.example/live" },
      ],
    });
  });

  it("lists what is to come, the next first, and what was recorded, the last first", async () => {
    const shop = await makeBoutique(world.sql);
    const make = (options: object) => makeShow(world.sql, shop, options);
    const [later, sooner] = [await make({ startsIn: 90 }), await make({ startsIn: 80 })];
    const [older, newer] = [
      await make({ state: "recorded", startsIn: -90 }),
      await make({ state: "recorded", startsIn: -80 }),
    ];
    await make({ state: "draft" });
    await make({ state: "cancelled" });
    const ids = async (query: string) => {
      const { shows: cards, next } = (await (await get(`/shows?boutique=${shop.slug}${query}`)).json()) as {
        shows: { id: string }[];
        next: string | null;
      };
      expect(next).toBeNull();
      return cards.map(({ id }) => id);
    };
    expect(await ids("")).toEqual([sooner, later]);
    expect(await ids("&when=recorded")).toEqual([newer, older]);
  });

  it("goes on after the last one of a page, of those that begin at once, too", async () => {
    const shop = await makeBoutique(world.sql);
    const [first] = await Promise.all(Array.from({ length: 30 }, () => makeShow(world.sql, shop)));
    await world.sql`
      update public.fashion_shows set starts_at = date_trunc('hour', starts_at), ends_at = starts_at + interval '2 hours'
      where boutique_id = ${shop.id} and id <> ${first ?? ""}`;
    for (const when of ["upcoming", "recorded"]) {
      const seen: string[] = [];
      for (let next: string | null = ""; next !== null; ) {
        const query: string = next === "" ? "" : `&after=${encodeURIComponent(next)}`;
        const page = (await (await get(`/shows?boutique=${shop.slug}&when=${when}${query}`)).json()) as {
          shows: { id: string }[];
          next: string | null;
        };
        seen.push(...page.shows.map(({ id }) => id));
        next = page.next;
      }
      expect(seen).toHaveLength(30);
      expect(new Set(seen).size).toBe(30);
      await world.sql`update public.fashion_shows set state = 'live' where boutique_id = ${shop.id} and state = 'scheduled'`;
      await world.sql`update public.fashion_shows set state = 'recorded' where boutique_id = ${shop.id}`;
    }
  });

  it("has announced shows in the sitemap of their boutique, as long as the public sees them", async () => {
    const shop = await makeBoutique(world.sql);
    const { productSlug } = await makeVariant(world.sql, shop);
    const theatre = await makeBoutique(world.sql);
    await makeShow(world.sql, theatre, { slug: "alone", state: "draft" });
    const [next, over] = [
      await makeShow(world.sql, shop, { slug: "next" }),
      await makeShow(world.sql, shop, { slug: "over", state: "recorded", startsIn: -48 }),
    ];
    await makeShow(world.sql, shop, { slug: "planned", state: "draft" });
    await makeShow(world.sql, shop, { slug: "off", state: "cancelled" });
    await world.sql`update public.fashion_shows set updated_at = '2027-01-07T10:00:00Z' where id = ${over}`;
    const entries = async (path: string) => {
      const response = await catalog.request(`/catalog/sitemap${path}`);
      expect([response.status, response.headers.get("cache-control")]).toEqual([200, "public, max-age=3600"]);
      const entry = /<loc>([^<]*)<\/loc>(?:<lastmod>([^<]*)<\/lastmod>)?/g;
      return [...(await response.text()).matchAll(entry)].map(([, address = "", changed]) => ({ address, changed }));
    };
    const pages = () => entries(`/${shop.slug}.xml`);
    const site = `https://shop.example/boutiques/${shop.slug}`;
    expect(await pages()).toEqual([
      { address: `${site}/shows/next`, changed: expect.stringMatching(/^20/) },
      { address: `${site}/shows/over`, changed: expect.stringMatching(/^2027-01-07T10:00:00/) },
      { address: `${site}/${productSlug}`, changed: expect.stringMatching(/^20/) },
    ]);
    // Pages are kept for a second.
    const later = (see: () => Promise<void>) => vi.waitFor(see, { timeout: 3_000, interval: 100 });
    const isListed = async ({ slug }: BoutiqueFixture) =>
      (await entries(".xml")).some(({ address }) => address.endsWith(`/catalog/sitemap/${slug}.xml`));
    expect(await isListed(theatre)).toBe(false);
    await world.sql`update public.fashion_shows set state = 'scheduled' where boutique_id = ${theatre.id}`;
    await later(async () => expect(await isListed(theatre)).toBe(true));
    await world.sql`update public.fashion_shows set state = 'cancelled', cancel_reason = 'No power' where id = ${next}`;
    await later(async () =>
      expect((await pages()).map(({ address }) => address)).toEqual([`${site}/shows/over`, `${site}/${productSlug}`]),
    );
    await world.sql`update public.boutiques set status = 'suspended' where id in ${world.sql([shop.id, theatre.id])}`;
    await later(async () => expect(await pages()).toEqual([]));
    await later(async () => expect([await isListed(shop), await isListed(theatre)]).toEqual([false, false]));
  });

  it("refuses what it does not know", async () => {
    expect((await get(`/shows/${boutique.slug}/nowhere`)).status).toBe(404);
    expect((await get("/shows?when=never")).status).toBe(400);
    expect((await get("/shows?after=tomorrow")).status).toBe(400);
    expect((await get("/shows", { apikey: "" })).status).toBe(401);
  });
});
