import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeSalon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql, { currency: "ETB" });
  gown = await makeVariant(world.sql, boutique, { garments: 1 });
});
afterAll(() => world.close());

/** The only row of a query. */
async function one<Row>(query: Promise<readonly Row[]>): Promise<Row> {
  const rows = await query;
  expect(rows).toHaveLength(1);
  return rows[0] as Row;
}

describe("private.uuid_v7", () => {
  it("makes version 7 of the variant of RFC 9562, each a new one", async () => {
    const rows = await world.sql<{ id: string }[]>`select private.uuid_v7() as id from generate_series(1, 1000)`;
    for (const { id } of rows)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1000);
  });

  it("begins with the milliseconds since 1970, so that ids sort by the time they were made", async () => {
    const before = Date.now();
    const { first } = await one(world.sql<{ first: string }[]>`select private.uuid_v7() as first`);
    const milliseconds = Number.parseInt(first.replaceAll("-", "").slice(0, 12), 16);
    expect(milliseconds).toBeGreaterThanOrEqual(before);
    expect(milliseconds).toBeLessThanOrEqual(Date.now());

    // Long enough for many milliseconds to pass.
    const ids = await world.sql<{ time: string }[]>`
      select left(private.uuid_v7()::text, 13) as time from generate_series(1, 20000)`;
    const times = ids.map(({ time }) => time);
    expect(new Set(times).size).toBeGreaterThan(5);
    expect(times).toEqual(times.toSorted());
  });

  it("goes on with the microseconds, so that what one transaction writes keeps its order", async () => {
    const ids = await world.sql<{ time: string }[]>`
      select left(private.uuid_v7()::text, 18) as time from generate_series(1, 20000)`;
    const times = ids.map(({ time }) => time);
    expect(times).toEqual(times.toSorted());
    const milliseconds = new Set(times.map((time) => time.slice(0, 13)));
    expect(new Set(times).size).toBeGreaterThan(20 * milliseconds.size);
  });

  it("is the key of every row that brings none", async () => {
    const { id } = await one(world.sql<{ id: string }[]>`
      insert into public.designers (slug, label) values ('uuid', 'UUID') returning id`);
    expect(id[14]).toBe("7");
  });
});

describe("a sign-up", () => {
  async function profileOf(metadata: Record<string, unknown>) {
    const { data, error } = await world.asAnon().auth.signUp({
      email: `${crypto.randomUUID()}@nexus.test`,
      password: "a-long-password",
      options: { data: metadata },
    });
    expect(error).toBeNull();
    return one(world.sql`
      select display_name, locale, phone from public.profiles where id = ${data.user?.id ?? ""}`);
  }

  it("makes a profile with the name and the language given", async () => {
    expect(await profileOf({ display_name: "Selam ሰላም", locale: "am" })).toEqual({
      display_name: "Selam ሰላም",
      locale: "am",
      phone: null,
    });
    expect(await profileOf({ locale: "en-GB" })).toMatchObject({ display_name: "", locale: "en-GB" });
  });

  it("makes one without a name in English when nothing is given", async () => {
    expect(await profileOf({})).toEqual({ display_name: "", locale: "en", phone: null });
  });

  it("cuts too long a name instead of failing, between characters and not within one", async () => {
    expect(await profileOf({ display_name: "x".repeat(500) })).toMatchObject({ display_name: "x".repeat(120) });
    expect(await profileOf({ display_name: "💍".repeat(500) })).toMatchObject({ display_name: "💍".repeat(120) });
  });

  it.each([["english!"], ["EN"], ["'; drop table profiles; --"], [""], ["e"], [5], [{ code: "en" }], [null]])(
    "ignores the language %j",
    async (locale) => {
      expect(await profileOf({ locale })).toMatchObject({ locale: "en" });
    },
  );

  it("gives nobody a right that she claims in her metadata", async () => {
    const person = await world.asAnon().auth.signUp({
      email: "mallory@nexus.test",
      password: "a-long-password",
      options: { data: { role: "service_role", is_admin: true, boutique_id: boutique.id } },
    });
    const id = person.data.user?.id ?? "";
    expect(await world.sql`select from public.platform_admins where user_id = ${id}`).toHaveLength(0);
    expect(await world.sql`select from public.boutique_members where user_id = ${id}`).toHaveLength(0);
  });
});

describe("a boutique", () => {
  it("comes with a rental policy of the defaults", async () => {
    const { id } = await one(world.sql<{ id: string }[]>`
      insert into public.boutiques (slug, name, currency, timezone)
      values ('defaults', 'Defaults', 'EUR', 'Europe/Berlin') returning id`);
    const policy = await one(world.sql`select * from public.rental_policies where boutique_id = ${id}`);
    expect(policy).toMatchObject({
      hold_minutes: 15,
      buffer_days_before: 1,
      buffer_days_after: 2,
      min_days: 1,
      max_days: 14,
      max_days_ahead: 730,
    });
  });

  it("sets the currency of its variants, whatever the writer sent", async () => {
    expect(await one(world.sql`select currency from public.product_variants where id = ${gown.id}`)).toEqual({
      currency: "ETB",
    });
    const changed = world.sql`update public.product_variants set currency = 'USD' where id = ${gown.id} returning currency`;
    expect(await one(changed)).toEqual({ currency: "ETB" });
  });

  it("decides with its status what is on show, whatever the writer sent", async () => {
    const hidden = await makeBoutique(world.sql, { status: "applied" });
    const { productId } = await makeVariant(world.sql, hidden, { status: "published" });
    await world.sql`
      insert into public.product_translations (product_id, boutique_id, locale, name, listed)
      values (${productId}, ${hidden.id}, 'am', 'ቀሚስ', true)`;
    await world.sql`
      insert into public.collections (boutique_id, slug, name, is_published, listed) values (${hidden.id}, 'all', 'All', true, true)`;
    for (const table of ["products", "product_variants", "product_translations", "collections", "locations"]) {
      const claimed = world.sql`
        update ${world.sql(`public.${table}`)} set listed = true where boutique_id = ${hidden.id} returning listed`;
      expect(await one(claimed), table).toEqual({ listed: false });
    }
    expect(
      await one(world.sql`
      select published_at is not null as dated from public.products where id = ${productId}`),
    ).toEqual({ dated: true });
  });

  it("remembers when a product was published first", async () => {
    const { productId } = await makeVariant(world.sql, boutique);
    const set = (status: string) => world.sql`
      update public.products set status = ${status} where id = ${productId} returning published_at`;
    const first = await one(set("published"));
    await set("archived");
    expect(await one(set("published"))).toEqual(first);
  });
});

describe("a garment", () => {
  it("is a resource of its boutique and location under the same id", async () => {
    expect(
      await one(world.sql`
      select boutique_id, location_id, kind from public.resources where id = ${gown.garmentIds[0] ?? ""}`),
    ).toEqual({
      boutique_id: boutique.id,
      location_id: boutique.locationId,
      kind: "garment",
    });
  });

  it("takes its resource along when it moves to another branch", async () => {
    const [branch] = await world.sql<{ id: string }[]>`
      insert into public.locations (boutique_id, name, city, country, timezone)
      values (${boutique.id}, 'Branch', 'Bahir Dar', 'ET', 'Africa/Addis_Ababa') returning id`;
    const manager = await world.asStaff(boutique.id, "manager");
    const { error } = await manager.client
      .from("garments")
      .update({ location_id: branch?.id ?? "" })
      .eq("id", gown.garmentIds[0] ?? "");
    expect(error).toBeNull();
    expect(
      await one(world.sql`
      select location_id from public.resources where id = ${gown.garmentIds[0] ?? ""}`),
    ).toEqual({
      location_id: branch?.id,
    });
  });
});

describe("a room and a stylist", () => {
  it("are resources of their boutique under the same ids, the room at its branch", async () => {
    const { roomIds, stylistIds } = await makeSalon(world.sql, boutique);
    const rows = await world.sql`
      select boutique_id, location_id, kind from public.resources where id = any(${[...roomIds, ...stylistIds]}) order by kind`;
    expect([...rows]).toEqual([
      { boutique_id: boutique.id, location_id: null, kind: "stylist" },
      { boutique_id: boutique.id, location_id: boutique.locationId, kind: "room" },
    ]);
  });
});

describe("what a boutique offers to be fitted", () => {
  it("has its currency, and is on show while it is active, whatever the writer sent", async () => {
    const shop = await makeBoutique(world.sql);
    const salon = await makeSalon(world.sql, shop);
    const services = () => world.sql`
      select listed, currency from public.fitting_services where id = ${salon.serviceId}`;
    const stylists = () => world.sql`select listed from public.stylists where id = ${salon.stylistIds[0] ?? ""}`;
    const shown = async () => [(await one(services()))["listed"], (await one(stylists()))["listed"]];
    expect(await one(services())).toEqual({ listed: true, currency: "ETB" });
    for (const [status, listed] of [
      ["suspended", false],
      ["active", true],
    ] as const) {
      await world.sql`update public.boutiques set status = ${status} where id = ${shop.id}`;
      expect(await shown(), status).toEqual([listed, listed]);
      await world.sql`update public.fitting_services set listed = ${!listed}, currency = 'USD' where id = ${salon.serviceId}`;
      await world.sql`update public.stylists set listed = ${!listed} where id = ${salon.stylistIds[0] ?? ""}`;
      expect(await shown(), status).toEqual([listed, listed]);
    }
    expect(await one(services())).toEqual({ listed: true, currency: "ETB" });
  });

  it("is hidden when it is retired, and stays so when the boutique comes back", async () => {
    const shop = await makeBoutique(world.sql);
    const salon = await makeSalon(world.sql, shop);
    await world.sql`update public.stylists set retired_at = now() where id = ${salon.stylistIds[0] ?? ""}`;
    await world.sql`update public.boutiques set status = 'suspended' where id = ${shop.id}`;
    await world.sql`update public.boutiques set status = 'active' where id = ${shop.id}`;
    expect(await one(world.sql`select listed from public.stylists where id = ${salon.stylistIds[0] ?? ""}`)).toEqual({
      listed: false,
    });
  });
});

describe("updated_at", () => {
  it("is kept for every table that has it", async () => {
    const tables = await world.sql<{ name: string; kept: boolean }[]>`
      select a.attrelid::regclass::text as name, exists (
        select from pg_trigger t
        where t.tgrelid = a.attrelid and t.tgfoid = 'private.touch_updated_at'::regproc and t.tgenabled = 'O'
          and t.tgtype & 1 = 1 and t.tgtype & 2 = 2 and t.tgtype & 16 = 16) as kept
      from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
      where a.attname = 'updated_at' and c.relnamespace::regnamespace::text in ('public', 'private')`;
    expect(tables.length).toBeGreaterThan(10);
    expect(tables.filter(({ kept }) => !kept)).toEqual([]);
  });

  it("is the time of the last change, whatever the writer sent", async () => {
    const row = await one(world.sql`
      update public.products set name = 'New', updated_at = '2000-01-01' where id = ${gown.productId}
      returning updated_at > created_at as later, updated_at = now() as now`);
    expect(row).toEqual({ later: true, now: true });
  });
});
