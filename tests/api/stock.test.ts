import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { makeForSale, order, stockOf } from "../helpers/orders.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let manager: Person;
let secondBranch: string;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
  manager = await world.asStaff(boutique.id, "manager");
  const [location] = await world.sql<{ id: string }[]>`
    insert into public.locations (boutique_id, name, city, country, timezone)
    values (${boutique.id}, 'Second', 'Bahir Dar', 'ET', 'Africa/Addis_Ababa') returning id`;
  secondBranch = location?.id ?? "";
});
afterAll(() => world.close());

const change = (variantId: string, kind: "received" | "counted" | "damaged" | "reserved", quantity: number) =>
  manager.client.rpc("change_stock", { variant_id: variantId, location_id: boutique.locationId, kind, quantity });

describe("stock", () => {
  it("follows from its movements, each with who made it and why", async () => {
    const veil = await makeForSale(world.sql, boutique);
    expect((await change(veil.id, "received", 5)).data).toMatchObject({ on_hand: 5, reserved: 0 });
    expect((await change(veil.id, "damaged", 1)).data).toMatchObject({ on_hand: 4 });
    expect((await change(veil.id, "counted", 7)).data).toMatchObject({ on_hand: 7 });
    expect((await change(veil.id, "counted", 7)).data).toMatchObject({ on_hand: 7 });
    const { data } = await manager.client
      .from("stock_movements")
      .select("kind, on_hand_change, actor_id")
      .eq("variant_id", veil.id)
      .order("id");
    expect(data).toEqual([
      { kind: "received", on_hand_change: 5, actor_id: manager.id },
      { kind: "damaged", on_hand_change: -1, actor_id: manager.id },
      { kind: "counted", on_hand_change: 3, actor_id: manager.id },
    ]);
  });

  it("does not fall below what orders wait for", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 3 });
    await order(bride, [{ variantId: veil.id, quantity: 2 }]);
    for (const [kind, quantity] of [
      ["damaged", 2],
      ["counted", 1],
    ] as const) {
      const { error } = await change(veil.id, kind, quantity);
      expect(error).toMatchObject({ code: "PT409", hint: "out_of_stock" });
    }
    const { error } = await manager.client.rpc("transfer_stock", {
      variant_id: veil.id,
      from_location_id: boutique.locationId,
      to_location_id: secondBranch,
      quantity: 2,
    });
    expect(error).toMatchObject({ code: "PT409", hint: "out_of_stock" });
    expect(JSON.parse(error?.details ?? "")).toMatchObject({ left: 1 });
  });

  it.each([
    ["received", 0],
    ["damaged", -1],
    ["counted", -1],
    ["reserved", 1],
    ["received", 1_000_001],
  ] as const)("is not changed by %s %i", async (kind, quantity) => {
    const veil = await makeForSale(world.sql, boutique, { stock: 3 });
    expect((await change(veil.id, kind, quantity)).error).toMatchObject({ code: "PT400", hint: "invalid_quantity" });
    expect(await stockOf(world.sql, veil.id)).toEqual({ onHand: 3, reserved: 0 });
  });

  it("moves between branches, and orders take from both", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    const { data, error } = await manager.client.rpc("transfer_stock", {
      variant_id: veil.id,
      from_location_id: boutique.locationId,
      to_location_id: secondBranch,
      quantity: 2,
    });
    expect(error).toBeNull();
    expect(data?.map(({ on_hand }) => on_hand).toSorted()).toEqual([2, 3]);
    await order(bride, [{ variantId: veil.id, quantity: 4 }]);
    const { data: levels } = await manager.client
      .from("stock_levels")
      .select("on_hand, reserved")
      .eq("variant_id", veil.id)
      .order("on_hand");
    expect(levels).toEqual([
      { on_hand: 2, reserved: 1 },
      { on_hand: 3, reserved: 3 },
    ]);
  });

  it("is taken at the branch where it is fetched, or where one branch has all of it", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    await manager.client.rpc("change_stock", {
      variant_id: veil.id,
      location_id: secondBranch,
      kind: "received",
      quantity: 2,
    });
    const [pickup] = await world.sql<{ id: string }[]>`
      insert into public.shipping_methods (boutique_id, kind, name, location_id, price, currency)
      values (${boutique.id}, 'pickup', 'Second', ${secondBranch}, 0, 'XXX') returning id`;
    await order(bride, [{ variantId: veil.id, quantity: 2 }]);
    await order(bride, [{ variantId: veil.id, quantity: 4 }]);
    const { data: levels } = await manager.client
      .from("stock_levels")
      .select("on_hand, reserved")
      .eq("variant_id", veil.id)
      .order("on_hand");
    expect(levels).toEqual([
      { on_hand: 2, reserved: 2 },
      { on_hand: 5, reserved: 4 },
    ]);
    await world.sql`update public.shipping_methods set retired_at = now() where id = ${pickup?.id ?? ""}`;
  });

  it("has a ledger that nobody changes, not even the owner of the tables", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 5 });
    await expect(
      world.sql`update public.stock_movements set on_hand_change = 9 where variant_id = ${veil.id}`,
    ).rejects.toMatchObject({ code: "42501" });
    await expect(world.sql`delete from public.stock_movements where variant_id = ${veil.id}`).rejects.toMatchObject({
      code: "42501",
    });
    const service = world.asService();
    const { error } = await service.from("stock_levels").update({ on_hand: 9 }).eq("variant_id", veil.id);
    expect(error).toMatchObject({ code: "42501" });
  });

  it("cannot be less than none, whoever writes the ledger", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    for (const [kind, onHand, reserved] of [
      ["damaged", -2, 0],
      ["reserved", 0, 2],
    ] as const) {
      await expect(world.sql`
        insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, reserved_change, source_id)
        values (${boutique.id}, ${veil.id}, ${boutique.locationId}, ${kind}, ${onHand}, ${reserved}, ${veil.id})`).rejects.toMatchObject(
        { code: "23514" },
      );
    }
  });
});

describe("an address", () => {
  const write = (more: Record<string, string>) =>
    bride.client
      .from("addresses")
      .insert({ recipient: "Selam", line_1: "1 Main Street", city: "Town", country: "ET", ...more });

  it.each([
    ["ET", {}],
    ["GB", { postal_code: "sw1a 2aa" }],
    ["US", { postal_code: "90210", region: "CA" }],
    ["XK", {}],
  ])("of %s is taken", async (country, more) => {
    expect((await write({ country, ...more })).error).toBeNull();
  });

  it.each([
    ["GB", { postal_code: "12345" }, "invalid_postal_code"],
    ["DE", {}, "invalid_postal_code"],
    ["US", { postal_code: "90210" }, "region_required"],
  ])("of %s is refused with what is missing", async (country, more, hint) => {
    expect((await write({ country, ...more })).error).toMatchObject({ code: "PT400", hint });
  });
});
