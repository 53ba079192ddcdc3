import { randomUUID } from "node:crypto";
import type { Sql, TransactionSql } from "postgres";
import type { BoutiqueFixture } from "./fixtures.ts";
import type { Person } from "./world.ts";

export interface ForSaleOptions {
  /** Pieces on the shelf of the boutique's first branch. */
  readonly stock?: number;
  readonly price?: number;
  readonly serialised?: boolean;
  readonly garments?: number;
  readonly madeToOrder?: boolean;
  readonly rentalPricePerDay?: number;
  readonly name?: string;
  readonly categoryId?: string;
}

export interface ForSale {
  readonly id: string;
  readonly productId: string;
  readonly garmentIds: string[];
}

/** A published product with one variant that is sold: from counted stock, or as one of its garments. */
export async function makeForSale(sql: Sql, boutique: BoutiqueFixture, options: ForSaleOptions = {}): Promise<ForSale> {
  const slug = `item-${randomUUID().slice(0, 8)}`;
  const [product] = await sql<{ id: string }[]>`
    insert into public.products (boutique_id, slug, name, status, for_sale, for_rent, made_to_order, category_id)
    values (${boutique.id}, ${slug}, ${options.name ?? slug}, 'published', true, ${options.rentalPricePerDay !== undefined},
      ${options.madeToOrder ?? false}, ${options.categoryId ?? null})
    returning id`;
  const productId = product?.id ?? "";
  const [variant] = await sql<{ id: string }[]>`
    insert into public.product_variants (product_id, boutique_id, size, sku, sale_price, rental_price_per_day, serialised, currency)
    values (${productId}, ${boutique.id}, '38', ${slug}, ${options.price ?? 20_000}, ${options.rentalPricePerDay ?? null},
      ${options.serialised ?? false}, 'XXX')
    returning id`;
  const id = variant?.id ?? "";
  if (options.stock !== undefined && options.stock > 0) await receive(sql, boutique, id, options.stock);
  const garmentIds: string[] = [];
  for (let piece = 1; piece <= (options.garments ?? 0); piece += 1) {
    const [garment] = await sql<{ id: string }[]>`
      insert into public.garments (boutique_id, variant_id, location_id, serial)
      values (${boutique.id}, ${id}, ${boutique.locationId}, ${`${slug}-${piece}`}) returning id`;
    garmentIds.push(garment?.id ?? "");
  }
  return { id, productId, garmentIds };
}

/** Puts pieces on the shelf of the boutique's first branch. */
export async function receive(sql: Sql, boutique: BoutiqueFixture, variantId: string, pieces: number): Promise<void> {
  await sql`
    insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change)
    values (${boutique.id}, ${variantId}, ${boutique.locationId}, 'received', ${pieces})`;
}

/** What is on the shelves, at all branches together. */
export async function stockOf(sql: Sql, variantId: string): Promise<{ onHand: number; reserved: number }> {
  const [row] = await sql<{ onHand: number; reserved: number }[]>`
    select coalesce(sum(on_hand), 0)::int as "onHand", coalesce(sum(reserved), 0)::int as reserved
    from public.stock_levels where variant_id = ${variantId}`;
  return row ?? { onHand: 0, reserved: 0 };
}

export interface WantedLine {
  readonly variantId: string;
  readonly kind?: "sale" | "rental" | "made_to_order";
  readonly quantity?: number;
  readonly period?: string;
}

/** Fills the cart of a customer; returns its id. */
export async function fillCart(customer: Person, lines: readonly WantedLine[]): Promise<string> {
  let cartId = "";
  for (const { variantId, kind, quantity, period } of lines) {
    const { data, error } = await customer.client.rpc("add_to_cart", {
      variant_id: variantId,
      kind: kind ?? "sale",
      quantity: quantity ?? 1,
      ...(period === undefined ? {} : { period }),
    });
    if (error !== null) throw error;
    cartId = data.cart_id;
  }
  return cartId;
}

/** Orders some lines; refused checkouts throw. */
export async function order(
  customer: Person,
  lines: readonly WantedLine[],
  { shippingAddressId }: { readonly shippingAddressId?: string } = {},
) {
  const cartId = await fillCart(customer, lines);
  const { data, error } = await customer.client.rpc("checkout", {
    cart_id: cartId,
    idempotency_key: randomUUID(),
    ...(shippingAddressId === undefined ? {} : { shipping_address_id: shippingAddressId }),
  });
  if (error !== null) throw error;
  return data;
}

/** Pays the one order of a group by a plan that its boutique offers; returns the id of the plan. */
export async function choosePlan(sql: Sql, customer: Person, groupId: string, offerId: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`select id from public.orders where group_id = ${groupId}`;
  const { data, error } = await customer.client.rpc("choose_payment_plan", {
    order_id: row?.id ?? "",
    offer_id: offerId,
  });
  if (error !== null) throw error;
  return data.id;
}

/** Settles the payment of an order group, as a provider's webhook would. */
export async function pay(sql: Sql, groupId: string, reference = randomUUID()): Promise<void> {
  await sql`
    select private.settle_payment(p.id, 'cash', ${reference}, p.amount, p.currency::text)
    from public.payments p where p.group_id = ${groupId} and p.order_id is null and p.state <> 'succeeded'`;
}

/** The time for the payment of a group is over. */
export async function letHoldEnd(sql: Sql | TransactionSql, groupId: string): Promise<void> {
  await sql`update public.order_groups set hold_expires_at = now() - interval '1 second' where id = ${groupId}`;
  await sql`update public.orders set hold_expires_at = now() - interval '1 second' where group_id = ${groupId}`;
  await sql`
    update public.rentals r set held_until = now() - interval '1 second'
    from public.order_items i join public.orders o on o.id = i.order_id
    where o.group_id = ${groupId} and r.id = i.rental_id and r.state = 'held'`;
  await sql`
    update public.allocations a set held_until = now() - interval '1 second'
    where a.state = 'held' and a.source_id in (
      select coalesce(i.rental_id, i.id) from public.order_items i join public.orders o on o.id = i.order_id
      where o.group_id = ${groupId})`;
}
