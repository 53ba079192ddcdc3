import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { type Person, World } from "../helpers/world.ts";

/** Tables whose changes are told elsewhere, and where. */
const exempt: Readonly<Record<string, string>> = {
  resources: "made and moved by triggers on garments, rooms and stylists",
  allocations: "follow from rentals and appointments, which are audited",
  appointment_garments: "are written with their appointment and go with it, never alone",
  rental_events: "is itself a log",
  substitution_candidates: "are computed from the calendar",
  boutique_status_changes: "is itself a log",
  notifications: "made by jobs; its reader changes nothing but read_at",
  audit_log: "is the log",
  webhook_events: "is itself a log, of what the tables say that are audited",
  webhook_deliveries: "moved by the worker, which writes every attempt down",
  webhook_attempts: "is itself a log",
  invoices: "never change; what is printed on them is in no second place",
  carts: "promise nothing, and are the customer's own to change",
  cart_items: "as carts",
  stock_levels: "follow from stock_movements",
  stock_movements: "is itself a log",
  order_events: "is itself a log",
  gift_card_entries: "is itself a ledger",
  discount_redemptions: "are written with their order, which is audited",
  shipment_items: "are written with their shipment, which is audited",
  return_items: "are written with their return, which is audited",
  catalog_imports: "tells itself who started it and how far it is; what it writes is audited",
  catalog_import_refusals: "is itself a log",
  order_adjustments: "are written with their order, which is audited",
  favorites: "are the customer's own to change, and nobody else's to see",
  product_slugs: "follow from the slugs of products, which are audited",
  measurements: "are the customer's own to change, and nobody else's to see",
  fit_trainings: "is itself a log",
  product_views: "are sums",
  show_views: "are sums",
  product_ratings: "are sums",
  review_votes: "are the voter's own to change, and counted",
  review_revisions: "is itself a log",
};

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let manager: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique);
  manager = await world.asStaff(boutique.id, "manager");
});
afterAll(() => world.close());

async function logOf(table: string, key: object) {
  return world.sql`
    select action, actor_id, actor_role, boutique_id, old, new from public.audit_log
    where table_name = ${table} and row_key = ${world.sql.json(key as never)} order by id`;
}

it("covers every public table or says why not", async () => {
  const tables = await world.sql<{ name: string; triggers: string[] | null }[]>`
    select c.relname as name, array_agg(t.tgname::text order by t.tgname) filter (where t.tgfoid = 'private.audit'::regproc) as triggers
    from pg_class c
    left join pg_trigger t on t.tgrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    group by c.relname`;
  const uncovered = tables.filter(({ triggers }) => triggers?.length !== 3).map(({ name }) => name);
  expect(uncovered.sort()).toEqual(Object.keys(exempt).sort());
});

describe("a change", () => {
  it("is logged with who did it and the columns that changed, before and after", async () => {
    const { error } = await manager.client.from("products").update({ name: "Renamed" }).eq("id", gown.productId);
    expect(error).toBeNull();
    const entries = await logOf("products", { id: gown.productId });
    expect(entries.map(({ action }) => action)).toEqual(["insert", "update"]);
    expect(entries[0]).toMatchObject({ actor_id: null, actor_role: "postgres", old: null });
    expect(entries[1]).toEqual({
      action: "update",
      actor_id: manager.id,
      actor_role: "authenticated",
      boutique_id: boutique.id,
      old: { name: gown.productSlug },
      new: { name: "Renamed" },
    });
  });

  it("is logged per row when one statement changes many, and not at all when nothing changed", async () => {
    const pair = [await makeVariant(world.sql, boutique), await makeVariant(world.sql, boutique)];
    const ids = pair.map(({ productId }) => productId);
    await world.sql`update public.products set description = slug where id = any(${ids})`;
    await world.sql`update public.products set description = slug where id = any(${ids})`;
    for (const { productId, productSlug } of pair) {
      const updates = (await logOf("products", { id: productId })).filter(({ action }) => action === "update");
      expect(updates).toMatchObject([{ old: { description: "" }, new: { description: productSlug } }]);
    }
  });

  it("keeps what was deleted", async () => {
    const veil = await makeVariant(world.sql, boutique, { garments: 0 });
    await world.sql`delete from public.products where id = ${veil.productId}`;
    expect((await logOf("products", { id: veil.productId })).at(-1)).toMatchObject({
      action: "delete",
      old: { slug: veil.productSlug },
      new: null,
    });
    expect((await logOf("product_variants", { id: veil.id })).at(-1)).toMatchObject({ action: "delete" });
  });

  it("of a person is logged without what it says of her", async () => {
    await manager.client
      .from("profiles")
      .update({ display_name: "Selam", phone: "+251911234567" })
      .eq("id", manager.id);
    expect((await logOf("profiles", { id: manager.id })).at(-1)).toMatchObject({
      old: { display_name: "***", phone: null },
      new: { display_name: "***", phone: "***" },
    });
  });
});

describe("the log", () => {
  it.each(["update public.audit_log set old = null", "delete from public.audit_log", "truncate public.audit_log"])(
    "refuses even its owner: %s",
    async (statement) => {
      await expect(world.sql.unsafe(statement)).rejects.toMatchObject({ code: "42501" });
    },
  );

  it("is read by the owner of the boutique and by admins, of the marketplace's own rows by admins alone", async () => {
    const [owner, admin] = [await world.asStaff(boutique.id, "owner"), await world.asAdmin()];
    const tenants = async (person: Person) =>
      new Set(
        (await person.client.from("audit_log").select("boutique_id").limit(1000)).data?.map((row) => row.boutique_id),
      );
    expect(await tenants(manager)).toEqual(new Set());
    expect(await tenants(owner)).toEqual(new Set([boutique.id]));
    expect(await tenants(admin)).toContain(null);
  });
});
