import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique, makeVariant, period, type VariantFixture } from "../helpers/fixtures.ts";
import { type Client, type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let draft: VariantFixture;
let bride: Person;
let stylist: Person;
let manager: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique);
  draft = await makeVariant(world.sql, boutique, { status: "draft" });
  for (const { productId, productSlug } of [gown, draft]) {
    const path = `${boutique.id}/${productSlug}.jpg`;
    await world.sql`
      insert into public.product_media (product_id, boutique_id, storage_path, alt, state)
      values (${productId}, ${boutique.id}, ${path}, 'The gown', 'ready')`;
  }
  [bride, stylist, manager] = await Promise.all([
    world.asCustomer("Selam"),
    world.asStaff(boutique.id, "stylist"),
    world.asStaff(boutique.id, "manager"),
  ]);
});
afterAll(() => world.close());
beforeEach(() => setStatus("active"));

/** The marketplace changes the status of the boutique. */
async function setStatus(status: "applied" | "active" | "suspended"): Promise<void> {
  await world.sql`update public.boutiques set status = ${status} where id = ${boutique.id}`;
}

/** How many rows of the boutique somebody sees, per table. */
async function seen(client: Client): Promise<Record<string, number>> {
  const count = async (table: "products" | "product_variants" | "product_media" | "locations") => {
    const { data, error } = await client.from(table).select("id").eq("boutique_id", boutique.id);
    if (error !== null) throw error;
    return data.length;
  };
  const { data, error } = await client.from("boutiques").select("id").eq("id", boutique.id);
  if (error !== null) throw error;
  return {
    boutiques: data.length,
    products: await count("products"),
    variants: await count("product_variants"),
    media: await count("product_media"),
    locations: await count("locations"),
  };
}

const everything = { boutiques: 1, products: 2, variants: 2, media: 2, locations: 1 };
const whatIsOnShow = { boutiques: 1, products: 1, variants: 1, media: 1, locations: 1 };
const nothing = { boutiques: 0, products: 0, variants: 0, media: 0, locations: 0 };

describe("an active boutique", () => {
  it("shows its published products to everybody and its drafts to its staff alone", async () => {
    expect(await seen(world.asAnon())).toEqual(whatIsOnShow);
    expect(await seen(bride.client)).toEqual(whatIsOnShow);
    expect(await seen(stylist.client)).toEqual(everything);
    expect(await seen((await world.asAdmin()).client)).toEqual(everything);
  });

  it("shows a draft from the moment it is published, and hides it when it is archived", async () => {
    const publish = (status: "published" | "archived" | "draft") =>
      manager.client.from("products").update({ status }).eq("id", draft.productId).select("listed").single();
    expect((await publish("published")).data).toEqual({ listed: true });
    expect(await seen(world.asAnon())).toEqual(everything);
    expect((await publish("archived")).data).toEqual({ listed: false });
    expect(await seen(world.asAnon())).toEqual(whatIsOnShow);
    await publish("draft");
  });
});

describe("a boutique that is not active", () => {
  it.each(["suspended", "applied"] as const)("vanishes for the public at once while it is %s", async (status) => {
    await setStatus(status);
    expect(await seen(world.asAnon())).toEqual(nothing);
    expect(await seen(bride.client)).toEqual(nothing);
  });

  it("is still read by its staff and by the marketplace", async () => {
    await setStatus("suspended");
    expect(await seen(stylist.client)).toEqual(everything);
    expect(await seen(manager.client)).toEqual(everything);
    expect(await seen((await world.asAdmin()).client)).toEqual(everything);
  });

  it("takes no new reservations and tells no availability", async () => {
    await setStatus("suspended");
    const days = period(3, 4);
    const reserved = await bride.client.rpc("reserve_rental", {
      variant_id: gown.id,
      period: days,
      idempotency_key: "suspended",
    });
    expect(reserved.error).toMatchObject({ code: "PT404", hint: "variant_not_found" });
    const quoted = await world.asAnon().rpc("quote_rental", { variant_id: gown.id, period: days });
    expect(quoted.error).toMatchObject({ code: "PT404", hint: "variant_not_found" });
    const asked = await world.asAnon().rpc("product_availability", {
      product_id: gown.productId,
      from_date: "2027-01-01",
      to_date: "2027-01-02",
    });
    expect(asked.error).toMatchObject({ code: "PT404", hint: "product_not_found" });
  });

  it("cannot be written by its staff while it is suspended", async () => {
    await setStatus("suspended");
    const { client } = manager;
    const writes = await Promise.all([
      client.from("boutiques").update({ name: "New" }).eq("id", boutique.id).select(),
      client.from("rental_policies").update({ max_days: 3 }).eq("boutique_id", boutique.id).select(),
      client.from("products").update({ name: "New" }).eq("id", gown.productId).select(),
      client.from("product_variants").update({ deposit: 1 }).eq("id", gown.id).select(),
      client.from("product_media").delete().eq("boutique_id", boutique.id).select(),
      client.from("locations").update({ city: "New" }).eq("id", boutique.locationId).select(),
      client.from("garments").update({ condition: "worn" }).eq("variant_id", gown.id).select(),
      client.from("products").delete().eq("id", gown.productId).select(),
    ]);
    expect(writes.map(({ data, error }) => error ?? data)).toEqual(writes.map(() => []));
    const added = await client.from("products").insert({ boutique_id: boutique.id, slug: "new", name: "New" });
    expect(added.error).toMatchObject({ code: "42501" });
  });

  it("lets a customer cancel what she has reserved, and its staff decide nothing", async () => {
    const { data: rental } = await bride.client.rpc("reserve_rental", {
      variant_id: gown.id,
      period: period(30, 31),
      idempotency_key: "before the suspension",
    });
    await setStatus("suspended");
    const id = { rental_id: rental?.id ?? "" };
    expect((await manager.client.rpc("confirm_rental", id)).error).toMatchObject({ hint: "rental_not_found" });
    expect((await manager.client.rpc("cancel_rental", id)).error).toMatchObject({ hint: "rental_not_found" });
    expect((await bride.client.rpc("cancel_rental", id)).data).toMatchObject({ state: "cancelled" });
  });
});

describe("a boutique that is reactivated", () => {
  it("shows again what it showed before", async () => {
    await setStatus("suspended");
    await setStatus("active");
    expect(await seen(world.asAnon())).toEqual(whatIsOnShow);
    expect(await seen(bride.client)).toEqual(whatIsOnShow);
  });

  it("lets its staff write again", async () => {
    await setStatus("suspended");
    await setStatus("active");
    const { data } = await manager.client
      .from("product_variants")
      .update({ deposit: 1 })
      .eq("id", gown.id)
      .select("deposit");
    expect(data).toEqual([{ deposit: 1 }]);
  });
});
