import { makeBoutique } from "../fixtures.ts";
import { addressOf } from "../fulfilment.ts";
import { makeForSale, receive } from "../orders.ts";
import type { ModelBoutique, ModelVariant, Wish } from "../orders-model/market.ts";
import type { Person, World } from "../world.ts";

/** Two boutiques and their people, as the database and the model know them. */

export interface Bride extends Person {
  readonly addressId: string;
}

export interface Shop {
  readonly brides: readonly Bride[];
  /** By boutique. */
  readonly managers: ReadonlyMap<string, Person>;
  /** Works for both boutiques. */
  readonly cashier: Person;
  readonly boutiques: readonly ModelBoutique[];
  readonly variants: readonly ModelVariant[];
  /** What somebody may put into her cart. */
  readonly wishes: readonly Wish[];
}

export async function openShop(world: World): Promise<Shop> {
  const { sql } = world;
  const gowns = await makeBoutique(sql);
  const jewels = await makeBoutique(sql);
  await sql`
    update public.commerce_policies set cancellation_fee_percent = 15 where boutique_id = ${gowns.id}`;
  await sql`
    update public.commerce_policies set prices_include_tax = false, return_days = 0 where boutique_id = ${jewels.id}`;
  await sql`insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${jewels.id}, 'VAT', 1500)`;
  await sql`
    insert into public.shipping_methods (boutique_id, kind, name, price, currency)
    values (${gowns.id}, 'delivery', 'Courier', 310, 'XXX')`;
  const [branch] = await sql<{ id: string }[]>`
    insert into public.locations (boutique_id, name, city, country, timezone)
    values (${gowns.id}, 'Second', 'Bahir Dar', 'ET', 'Africa/Addis_Ababa') returning id`;

  const veil = await makeForSale(sql, gowns, { stock: 3, price: 700 });
  await receive(sql, { ...gowns, locationId: branch?.id ?? "" }, veil.id, 2);
  const ring = await makeForSale(sql, gowns, { stock: 2, price: 1_900 });
  const couture = await makeForSale(sql, gowns, {
    serialised: true,
    garments: 2,
    price: 50_000,
    rentalPricePerDay: 900,
  });
  const dress = await makeForSale(sql, gowns, { madeToOrder: true, price: 80_000 });
  const shoes = await makeForSale(sql, jewels, { stock: 4, price: 1_111 });
  const tiara = await makeForSale(sql, jewels, { stock: 2, price: 3_337 });
  const [discount] = await sql<{ id: string }[]>`
    insert into public.discounts (boutique_id, name, kind, percent_basis_points)
    values (${gowns.id}, 'Veils', 'percent', 1000) returning id`;
  await sql`
    insert into public.discount_targets (discount_id, product_id) values (${discount?.id ?? ""}, ${veil.productId})`;

  const brides: Bride[] = [];
  for (const name of ["Selam", "Hanna", "Ruth"]) {
    const bride = await world.asCustomer(name);
    brides.push({ ...bride, addressId: await addressOf(sql, bride) });
  }
  const cashier = await world.asStaff(gowns.id, "stylist");
  await sql`
    insert into public.boutique_members (boutique_id, user_id, role) values (${jewels.id}, ${cashier.id}, 'stylist')`;

  const ofGowns = { boutique: gowns.id, discount: 0, garments: [], pricePerDay: 0 };
  const ofJewels = { ...ofGowns, boutique: jewels.id };
  return {
    brides,
    cashier,
    managers: new Map([
      [gowns.id, await world.asStaff(gowns.id, "manager")],
      [jewels.id, await world.asStaff(jewels.id, "manager")],
    ]),
    boutiques: [
      {
        id: gowns.id,
        shipping: 310,
        taxBasisPoints: 0,
        returnDays: 14,
        freeCancellationHours: 24,
        cancellationFeePercent: 15,
      },
      {
        id: jewels.id,
        shipping: 0,
        taxBasisPoints: 1_500,
        returnDays: 0,
        freeCancellationHours: 24,
        cancellationFeePercent: 0,
      },
    ],
    variants: [
      { ...ofGowns, id: veil.id, price: 700, discount: 70, stock: 5 },
      { ...ofGowns, id: ring.id, price: 1_900, stock: 2 },
      { ...ofGowns, id: couture.id, price: 50_000, garments: couture.garmentIds, pricePerDay: 900 },
      { ...ofGowns, id: dress.id, price: 80_000, stock: 0 },
      { ...ofJewels, id: shoes.id, price: 1_111, stock: 4 },
      { ...ofJewels, id: tiara.id, price: 3_337, stock: 2 },
    ],
    wishes: [
      { variant: veil.id, kind: "sale", quantity: 1 },
      { variant: veil.id, kind: "sale", quantity: 2 },
      { variant: ring.id, kind: "sale", quantity: 1 },
      { variant: couture.id, kind: "sale", quantity: 1 },
      { variant: couture.id, kind: "rental", quantity: 1, days: [5, 7] },
      { variant: couture.id, kind: "rental", quantity: 1, days: [7, 9] },
      { variant: couture.id, kind: "rental", quantity: 1, days: [11, 12] },
      { variant: dress.id, kind: "made_to_order", quantity: 1 },
      { variant: shoes.id, kind: "sale", quantity: 1 },
      { variant: shoes.id, kind: "sale", quantity: 3 },
      { variant: tiara.id, kind: "sale", quantity: 1 },
    ],
  };
}
