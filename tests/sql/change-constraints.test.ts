import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../functions/_shared/database.types.ts";
import { bookFitting, makeSalon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, type VariantFixture } from "../helpers/fixtures.ts";
import { World } from "../helpers/world.ts";

type Change<Table extends keyof Database["public"]["Tables"]> = Database["public"]["Tables"][Table]["Update"];

let world: World;
let boutique: BoutiqueFixture;
let other: BoutiqueFixture;
let gown: VariantFixture;

beforeAll(async () => {
  world = await World.create();
  [boutique, other] = [await makeBoutique(world.sql), await makeBoutique(world.sql)];
  gown = await makeVariant(world.sql, boutique);
});
afterAll(() => world.close());

const brokenRule = (constraint: string) => ({ code: "23514", message: expect.stringContaining(`"${constraint}"`) });

describe("a rental policy is refused", () => {
  it.each<[Change<"rental_policies">, string]>([
    [{ hold_minutes: 0 }, "hold_is_a_minute_to_three_days"],
    [{ hold_minutes: 4321 }, "hold_is_a_minute_to_three_days"],
    [{ buffer_days_before: -1 }, "buffer_before_is_up_to_a_month"],
    [{ buffer_days_before: 32 }, "buffer_before_is_up_to_a_month"],
    [{ buffer_days_after: -1 }, "buffer_after_is_up_to_a_month"],
    [{ buffer_days_after: 32 }, "buffer_after_is_up_to_a_month"],
    [{ min_days: 0 }, "length_is_a_day_to_two_years"],
    [{ min_days: 8, max_days: 7 }, "length_is_a_day_to_two_years"],
    [{ max_days: 732 }, "length_is_a_day_to_two_years"],
    [{ max_days_ahead: 0 }, "booking_is_up_to_ten_years_ahead"],
    [{ max_days_ahead: 3661 }, "booking_is_up_to_ten_years_ahead"],
  ])("with %o", async (change, constraint) => {
    const manager = await world.asStaff(boutique.id, "manager");
    const { error } = await manager.client.from("rental_policies").update(change).eq("boutique_id", boutique.id);
    expect(error).toMatchObject(brokenRule(constraint));
  });
});

describe("a fitting service is refused", () => {
  it.each<[Change<"fitting_services">, string]>([
    [{ name: "" }, "name_is_given"],
    [{ duration_minutes: 4 }, "duration_is_five_minutes_to_a_day"],
    [{ buffer_minutes_before: 241 }, "buffers_are_up_to_four_hours"],
    [{ step_minutes: 241 }, "step_is_five_minutes_to_four_hours"],
    [{ max_garments: -1 }, "garments_are_up_to_twenty"],
    [{ max_people: 51 }, "people_are_1_to_50"],
    [{ min_hours_ahead: -1 }, "booking_is_up_to_three_years_ahead"],
    [{ max_days_ahead: 1101 }, "booking_is_up_to_three_years_ahead"],
    [{ free_cancellation_hours: -1 }, "free_cancellation_is_up_to_60_days_before"],
    [{ late_cancellation_fee: -1 }, "money_is_not_negative"],
  ])("with %o", async (change, constraint) => {
    const salon = await makeSalon(world.sql, await makeBoutique(world.sql));
    const [service] = await world.sql<{ boutique_id: string }[]>`
      select boutique_id from public.fitting_services where id = ${salon.serviceId}`;
    const manager = await world.asStaff(service?.boutique_id ?? "", "manager");
    const { error } = await manager.client.from("fitting_services").update(change).eq("id", salon.serviceId);
    expect(error).toMatchObject(brokenRule(constraint));
  });
});

describe("an appointment is refused", () => {
  it.each<[Change<"appointments">, string]>([
    [{ during: "[2027-01-11T07:00:00Z,)" }, "appointment_takes_some_time"],
    [{ during: "[-infinity,2027-01-11T07:00:00Z)" }, "appointment_takes_some_time"],
    [{ customer_id: null }, "only_an_appointment_that_is_over_loses_its_customer"],
    [{ state: "offered" }, "an_offer_says_until_when"],
    [{ guest_names: Array.from({ length: 51 }, () => "x") }, "guests_are_few"],
    [{ reason: "x".repeat(501) }, "notes_are_bounded"],
    [{ fee_due: -1 }, "money_is_not_negative"],
  ])("with %o", async (change, constraint) => {
    const branch = await makeBoutique(world.sql);
    const salon = await makeSalon(world.sql, branch);
    const bride = await world.asCustomer("Selam");
    const { id } = await bookFitting(bride, branch, salon, { startsAt: `${day(3)}T07:00:00Z` });
    const { error } = await world.asService().from("appointments").update(change).eq("id", id);
    expect(error).toMatchObject(brokenRule(constraint));
  });
});

describe("a profile is refused", () => {
  it.each<[Change<"profiles">, string]>([
    [{ phone: "0911234567" }, "phone_is_e164"],
    [{ phone: "+0911234567" }, "phone_is_e164"],
    [{ phone: "+251 911 234567" }, "phone_is_e164"],
    [{ phone: "" }, "phone_is_e164"],
    [{ locale: "english!" }, "locale_is_a_language_tag"],
    [{ locale: "" }, "locale_is_a_language_tag"],
    [{ display_name: "x".repeat(121) }, "display_name_is_short"],
  ])("with %o", async (change, constraint) => {
    const bride = await world.asCustomer("Selam");
    const { error } = await bride.client.from("profiles").update(change).eq("id", bride.id);
    expect(error).toMatchObject(brokenRule(constraint));
  });
});

describe("a rental is refused", () => {
  it.each<[Change<"rentals">, string]>([
    [{ period: "empty" }, "rental_ends_after_it_starts"],
    [{ period: "[2027-06-01,infinity)" }, "rental_ends_after_it_starts"],
    [{ held_until: null }, "a_held_rental_says_until_when"],
    [{ price: -1 }, "price_is_not_negative"],
    [{ deposit: -1 }, "deposit_is_not_negative"],
    [{ currency: "etb" }, "currency_is_iso_4217"],
  ])("with %o", async (change, constraint) => {
    const variant = await makeVariant(world.sql, boutique);
    const bride = await world.asCustomer("Selam");
    const { data: rental } = await bride.client.rpc("reserve_rental", {
      variant_id: variant.id,
      period: "[tomorrow,tomorrow]",
      idempotency_key: randomUUID(),
    });
    const { error } = await world
      .asService()
      .from("rentals")
      .update(change)
      .eq("id", rental?.id ?? "");
    expect(error).toMatchObject(brokenRule(constraint));
  });
});

describe("a category is refused", () => {
  it("as its own parent", async () => {
    const id = randomUUID();
    const category = { id, parent_id: id, slug: "loop", name: "Loop" };
    const { error } = await world.asService().from("categories").insert(category);
    expect(error).toMatchObject(brokenRule("category_is_not_its_own_parent"));
  });
});

describe("a product stays with its boutique", () => {
  it("for an owner of both boutiques, who may not write that column", async () => {
    const owner = await world.asStaff(boutique.id, "owner");
    await world.sql`
      insert into public.boutique_members (boutique_id, user_id, role) values (${other.id}, ${owner.id}, 'owner')`;
    for (const table of ["products", "product_variants", "product_media", "garments", "locations"] as const) {
      const { error } = await owner.client.from(table).update({ boutique_id: other.id }).eq("boutique_id", boutique.id);
      expect(error, table).toMatchObject({ code: "42501" });
    }
  });

  it("for everybody else, as soon as it has variants", async () => {
    const { error } = await world
      .asService()
      .from("products")
      .update({ boutique_id: other.id })
      .eq("id", gown.productId);
    expect(error).toMatchObject({
      code: "23503",
      message: expect.stringContaining('"variant_belongs_to_the_products_boutique"'),
    });
  });
});
