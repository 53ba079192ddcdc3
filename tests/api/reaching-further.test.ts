import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, gatherCast, personOf } from "../helpers/cast.ts";
import { send } from "../helpers/rest.ts";
import { World } from "../helpers/world.ts";

/** From a table that one may read, the Data API reaches related ones: by embedding, filters, counts and orders. */

let world: World;
let cast: Cast;

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
});
afterAll(() => world.close());

const outsiders = ["anon", "stranger", "rivalStylist", "rivalManager", "rivalOwner"];

function read(who: string, path: string, headers: Readonly<Record<string, string>> = {}) {
  const token = who === "anon" ? {} : { token: personOf(cast, who).accessToken };
  return send(world, { path: `/rest/v1/${path}`, headers, ...token });
}

/** What only the people of the boutique may come to know. */
function secrets(): string[] {
  const rows = [
    "rentals",
    "allocations",
    "garments",
    "resources",
    "invitations",
    "audit_log",
    "boutique_status_changes",
    "catalog_imports",
    "catalog_import_refusals",
    "appointments",
    "appointment_notes",
    "rooms",
    "working_hours",
    "waitlist_entries",
    "webhook_endpoints",
    "webhook_events",
    "webhook_deliveries",
    "lookbooks",
  ];
  const people = [cast.customer, cast.stylist, cast.manager, cast.owner];
  return [...rows.map((table) => cast.rows[table]?.["id"] ?? ""), ...people.flatMap(({ id, email }) => [id, email])];
}
const secretsIn = (body: unknown) => secrets().filter((secret) => JSON.stringify(body).includes(secret));

describe("rows that are embedded", () => {
  it.each([
    "boutiques?select=*,boutique_members(*),invitations(*)",
    "boutiques?select=*,boutique_status_changes(*)",
    "boutiques?select=*,catalog_imports(*,catalog_import_refusals(*))",
    "boutiques?select=*,webhook_endpoints(*),webhook_events(*)",
    "boutiques?select=id,...boutique_members(user_id)",
    "boutiques?select=id,rentals(*,profiles(*),allocations(*))",
    "boutiques?select=id,staff:boutique_members(who:user_id)",
    "product_variants?select=*,rentals(*)",
    "product_variants?select=*,garments(*,resources(allocations(*)))",
    "products?select=*,product_variants(*,garments(*))",
    "locations?select=*,garments(*),resources(*,allocations(*))",
    "rental_policies?select=*,boutiques(*,rentals(*))",
    "products?select=*,product_views(*),product_slugs(*),product_variants(garments(*))",
    "collections?select=*,collection_products(products(id)),boutiques(*,boutique_members(*))",
    "fashion_shows?select=*,show_looks(*,products(*)),show_rsvps(*,profiles(*)),show_views(*)",
    "fitting_services?select=*,appointments(*,appointment_notes(*),appointment_garments(*))",
    "locations?select=id,opening_hours(*),closures(*),rooms(*),working_hours(*),waitlist_entries(*)",
    "stylists?select=id,working_hours(*),appointments(*),service_stylists(*)",
  ])("are only those that one may read: %s", async (path) => {
    for (const who of outsiders) {
      const reply = await read(who, path);
      expect(reply.status, who).toBe(who === "anon" ? 401 : 200);
      expect(secretsIn(reply.body), who).toEqual([]);
    }
    expect(secretsIn((await read("owner", path)).body).length).toBeGreaterThan(0);
  });

  it("stay hidden from a customer who comes by her own rental", async () => {
    const embed =
      "id,garments(*),allocations(*),profiles(id),boutiques(boutique_members(*),invitations(*),rentals(id))";
    const rental_id = cast.rows["rentals"]?.["id"] ?? "";
    const seen = {
      id: rental_id,
      garments: null,
      allocations: null,
      profiles: { id: cast.customer.id },
      boutiques: { boutique_members: [], invitations: [], rentals: [{ id: rental_id }] },
    };
    expect((await read("customer", `rentals?select=${embed}`)).body).toEqual([seen]);
    const token = cast.customer.accessToken;
    const path = `/rest/v1/rpc/cancel_rental?select=${embed}`;
    expect((await send(world, { path, json: { rental_id }, token })).body).toEqual(seen);
  });

  it("stay hidden from a customer who comes by her own fitting: the notes of the staff, the room, the calendar", async () => {
    const embed =
      "id,appointment_notes(*),rooms(*),appointment_garments(garment_id,garments(*)),stylists(display_name,working_hours(*))";
    const id = cast.rows["appointments"]?.["id"] ?? "";
    const seen = {
      id,
      appointment_notes: [],
      rooms: null,
      appointment_garments: [{ garment_id: cast.gown.garmentIds[0], garments: null }],
      stylists: { display_name: "Stylist 1", working_hours: [] },
    };
    expect((await read("customer", `appointments?id=eq.${id}&select=${embed}`)).body).toEqual([seen]);
  });

  it("keep from staff who the customer is, whether they read the rental or cancel it", async () => {
    const rental_id = cast.rows["rentals"]?.["id"] ?? "";
    expect((await read("stylist", "rentals?select=id,profiles(*)")).body).toEqual([{ id: rental_id, profiles: null }]);
    const path = "/rest/v1/rpc/cancel_rental?select=id,profiles(*)";
    const reply = await send(world, { path, json: { rental_id }, token: cast.stylist.accessToken });
    expect(reply.body).toEqual({ id: rental_id, profiles: null });
  });

  it("keep from staff who likes what they show, and what she writes of it", async () => {
    const path = `products?id=eq.${cast.rows["products"]?.["id"]}&select=id,favorites(*),lookbook_items(*,lookbooks(*))`;
    const seen = { id: cast.rows["products"]?.["id"], favorites: [], lookbook_items: [] };
    for (const who of ["stranger", "stylist", "owner", "rivalOwner", "admin"]) {
      expect((await read(who, path)).body, who).toEqual([seen]);
    }
    expect((await read("anon", path)).status).toBe(401);
    const hers = { favorites: [{}], lookbook_items: [{ lookbooks: { id: cast.rows["lookbooks"]?.["id"] } }] };
    expect((await read("customer", path)).body).toMatchObject([hers]);
  });

  it("do not come along with what a public function answers", async () => {
    const json = { variant_id: cast.gown.id, period: "[2027-06-04,2027-06-06]" };
    const path = "/rest/v1/rpc/quote_rental?select=*,product_variants(garments(*),rentals(*))";
    for (const token of [undefined, cast.stranger.accessToken, cast.rivalOwner.accessToken]) {
      const reply = await send(world, { path, json, ...(token === undefined ? {} : { token }) });
      expect(reply.status).toBeLessThan(500);
      expect(secretsIn(reply.body)).toEqual([]);
    }
  });
});

describe("a filter", () => {
  // Two rows where the runway has a gown, too.
  const filters: [what: string, path: string | (() => string), rows?: number][] = [
    ["on a related row", "boutiques?select=id,rentals!inner()&rentals.state=neq.lost"],
    ["on the address of an invitation", "boutiques?select=id,invitations!inner()&invitations.email=like.*nexus*"],
    ["on a serial number", "product_variants?select=id,garments!inner()&garments.serial=like.*gown*", 2],
    ["through several tables", "product_variants?select=id,garments!inner(resources!inner(allocations!inner()))", 2],
    ["on whether there is a related row", "boutiques?select=id,rentals()&rentals=not.is.null"],
    [
      "on the notes of a fitting",
      "appointments?select=id,appointment_notes!inner()&appointment_notes.body=like.*train*",
    ],
    ["on who waits at a branch", "locations?select=id,waitlist_entries!inner()"],
    ["that is always true", "rentals?select=id&or=(id.not.is.null,id.is.null)"],
    ["that names the customer", () => `rentals?select=id&or=(customer_id.eq.${cast.customer.id},price.gt.0)`],
    [
      "that names the boutique",
      () => `garments?select=id&and=(boutique_id.eq.${cast.boutique.id},serial.not.is.null)`,
      2,
    ],
  ];
  it.each(filters)("%s tells nothing of rows that one may not read", async (_what, path, rows = 1) => {
    const query = typeof path === "string" ? path : path();
    for (const who of outsiders) {
      const reply = await read(who, query);
      if (who === "anon") expect(reply).toMatchObject({ status: 401, body: { code: "42501" } });
      else expect(reply, who).toMatchObject({ status: 200, body: [] });
    }
    expect((await read("owner", query)).body).toHaveLength(rows);
  });
});

describe("a count", () => {
  it("is of the rows that one may read", async () => {
    const tables = [
      "rentals",
      "garments",
      "allocations",
      "resources",
      "invitations",
      "audit_log",
      "appointments",
      "appointment_garments",
      "appointment_notes",
      "rooms",
      "working_hours",
      "waitlist_entries",
    ];
    for (const table of tables) {
      const key = table === "rentals" ? "id=not.is.null" : `boutique_id=eq.${cast.boutique.id}`;
      const count = async (who: string) =>
        (await read(who, `${table}?${key}&limit=1`, { prefer: "count=exact" })).headers.get("content-range");
      for (const who of outsiders.filter((name) => name !== "anon")) expect(await count(who), who).toBe("*/0");
      expect(await count("owner")).toMatch(/\/[1-9]/);
    }
  });

  it("of related rows is too", async () => {
    const path = `boutiques?id=eq.${cast.boutique.id}&select=rentals(count),boutique_members(count),invitations(count)`;
    const counts = (rentals: number, members: number, invitations: number) => [
      { rentals: [{ count: rentals }], boutique_members: [{ count: members }], invitations: [{ count: invitations }] },
    ];
    for (const who of outsiders) {
      const reply = await read(who, path);
      if (who === "anon") expect(reply).toMatchObject({ status: 401, body: { code: "42501" } });
      else expect(reply.body, who).toEqual(counts(0, 0, 0));
    }
    expect((await read("owner", path)).body).toEqual(counts(1, 3, 1));
  });
});

describe("nobody, not even the owner, gets an answer", () => {
  it.each([
    ["to an aggregate", "rentals?select=count()"],
    ["to a sum of related rows", "boutiques?select=id,rentals(price.sum())"],
    ["to an order by rows of which there are many", "boutiques?select=id,rentals(price)&order=rentals(price)"],
    ["to an order by what was not asked for", "boutiques?select=id&order=rentals(price)"],
    ["to an order by a table without a relation", "products?select=id&order=rentals(price)"],
    ["to rows without a relation", "products?select=*,rentals(*)"],
    ["to accounts behind profiles", "profiles?select=*,users(*)"],
    ["to accounts by the name of their schema", "profiles?select=*,auth.users(*)"],
    ["to the tokens of invitations", "invitations?select=*,invitation_tokens(*)"],
    ["to measurements", "product_variants?select=*,fit_records(*)"],
    ["to messages", "profiles?select=*,messages(*)"],
    ["to a table by the name of its schema", "private.invitation_tokens?select=*"],
    ["to a column of another table", "boutiques?select=id,rentals.price"],
    ["to a function in place of a column", "boutiques?select=id,private.is_admin()"],
    ["to SQL in place of a column", "boutiques?select=id,(select email from auth.users)"],
    ["to a cast that reads the catalog", "boutiques?select=id,name::regclass"],
  ])("%s", async (_what, path) => {
    for (const who of [...outsiders, "owner", "admin"]) {
      const reply = await read(who, path);
      expect(reply.status, who).toBeGreaterThanOrEqual(400);
      expect(reply.status, who).toBeLessThan(500);
      expect(secretsIn(reply.body), who).toEqual([]);
    }
  });
});

describe("a boutique that is not on show", () => {
  it("is not named, nor put in order by its name, where its policy is read", async () => {
    const [hidden] = await world.sql<{ id: string }[]>`
      insert into public.boutiques (slug, name, currency, timezone)
      values ('hidden', 'AAA hidden', 'ETB', 'Africa/Addis_Ababa') returning id`;
    const path = "rental_policies?select=boutique_id,boutiques(name)&order=boutiques(name).asc.nullslast";
    for (const who of outsiders) {
      const reply = await read(who, path);
      expect(reply.body, who).toHaveLength(3);
      expect((reply.body as unknown[]).at(-1), who).toEqual({ boutique_id: hidden?.id, boutiques: null });
    }
    expect(JSON.stringify((await read("admin", path)).body)).toContain("AAA hidden");
  });
});
