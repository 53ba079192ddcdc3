import * as z from "zod/mini";
import { type CallOptions, call, callChecked } from "./call.ts";
import type { Enum, NexusClient } from "./client.ts";
import { keyOf, type OnceOptions } from "./idempotency.ts";

export interface CartLineInput {
  readonly variantId: string;
  /** `sale` unless told. */
  readonly kind?: Enum<"order_line_kind">;
  readonly quantity?: number;
  /** Of a rental. */
  readonly period?: string;
}

const line = z.object({
  item_id: z.nullable(z.string()),
  boutique_id: z.nullable(z.string()),
  product_id: z.nullable(z.string()),
  variant_id: z.string(),
  product_name: z.nullable(z.string()),
  product_slug: z.nullable(z.string()),
  size: z.nullable(z.string()),
  color: z.nullable(z.string()),
  kind: z.string(),
  quantity: z.number(),
  first_day: z.nullable(z.string()),
  last_day: z.nullable(z.string()),
  unit_price: z.nullable(z.number()),
  subtotal: z.nullable(z.number()),
  discount: z.nullable(z.number()),
  tax: z.nullable(z.number()),
  deposit: z.nullable(z.number()),
  currency: z.nullable(z.string()),
  available: z.nullable(z.number()),
  promised_date: z.nullable(z.string()),
  /** Why it cannot be ordered; null when it can. */
  problem: z.nullable(z.string()),
});
const ofBoutique = z.object({
  boutique_id: z.string(),
  boutique_name: z.string(),
  currency: z.string(),
  prices_include_tax: z.boolean(),
  subtotal: z.number(),
  discount: z.number(),
  shipping_method_id: z.nullable(z.string()),
  shipping_name: z.nullable(z.string()),
  shipping_kind: z.nullable(z.string()),
  shipping: z.number(),
  tax: z.number(),
  total: z.number(),
  deposit: z.number(),
  problem: z.nullable(z.string()),
});
const ofDiscount = z.object({
  code: z.nullable(z.string()),
  name: z.string(),
  boutique_id: z.nullable(z.string()),
  amount: z.number(),
  problem: z.nullable(z.string()),
});
const cart = z.object({
  cart_id: z.nullable(z.string()),
  wear_date: z.nullable(z.string()),
  can_be_ordered: z.boolean(),
  lines: z.array(line),
  boutiques: z.array(ofBoutique),
  discounts: z.array(ofDiscount),
});
/** The cart as it stands now: prices, what can be had, what it comes to per boutique. */
export type Cart = z.output<typeof cart>;
export type CartLine = z.output<typeof line>;

/** The open cart of the signed-in customer; `cart_id` is null while it is empty. Nothing is reserved by it. */
export function myCart(nexus: NexusClient, options?: CallOptions): Promise<Cart> {
  return callChecked(cart, () => nexus.rpc("my_cart"), options);
}

/** Prices lines that the client keeps until somebody signs in. For anybody. */
export function quoteCart(
  nexus: NexusClient,
  { lines, country }: { readonly lines: readonly CartLineInput[]; readonly country?: string },
  options?: CallOptions,
): Promise<Cart> {
  const args = { lines: lines.map(lineOf), ...(country === undefined ? {} : { country }) };
  return callChecked(cart, () => nexus.rpc("quote_cart", args), options);
}

/** Puts something into the cart. It is not repeated by itself: the same line twice would be two pieces. */
export function addToCart(nexus: NexusClient, input: CartLineInput, options?: CallOptions) {
  return call(() => nexus.rpc("add_to_cart", lineOf(input)), { ...options, retries: 0 });
}

/** Takes over what the client has kept. Calling it twice does no harm. */
export function mergeCart(nexus: NexusClient, lines: readonly CartLineInput[], options?: CallOptions) {
  return call(() => nexus.rpc("merge_cart", { lines: lines.map(lineOf) }), options);
}

/** Takes a line out of the cart. */
export async function removeFromCart(nexus: NexusClient, itemId: string, options?: CallOptions): Promise<void> {
  await call(() => nexus.from("cart_items").delete().eq("id", itemId), options);
}

/** Ways in which boutiques send things or hand them over, in the order in which they are offered. For anybody. */
export function shippingMethods(nexus: NexusClient, boutiqueIds: readonly string[], options?: CallOptions) {
  return call(
    () =>
      nexus
        .from("shipping_methods")
        .select("id, boutique_id, kind, name, price, free_from, currency, countries, days")
        .in("boutique_id", [...boutiqueIds])
        .eq("listed", true)
        .order("position")
        .order("id"),
    options,
  );
}
export type ShippingMethod = Awaited<ReturnType<typeof shippingMethods>>[number];

/** Says how an open cart is to be sent, where to, and for which day; what is left out stays. */
export async function updateCart(
  nexus: NexusClient,
  input: {
    readonly cartId: string;
    /** At most one of each boutique; without one the first that fits is taken. */
    readonly shippingMethodIds?: readonly string[];
    /** ISO 3166-1 alpha-2 code, for taxes and shipping until `checkout` has an address. */
    readonly country?: string | null;
    readonly wearDate?: string | null;
  },
  options?: CallOptions,
): Promise<void> {
  const change = {
    ...(input.shippingMethodIds === undefined ? {} : { shipping_method_ids: [...input.shippingMethodIds] }),
    ...(input.country === undefined ? {} : { country: input.country }),
    ...(input.wearDate === undefined ? {} : { wear_date: input.wearDate }),
  };
  await call(() => nexus.from("carts").update(change).eq("id", input.cartId).eq("state", "open"), options);
}

const lineOf = ({ variantId, kind, quantity, period }: CartLineInput) => ({
  variant_id: variantId,
  ...(kind === undefined ? {} : { kind }),
  ...(quantity === undefined ? {} : { quantity }),
  ...(period === undefined ? {} : { period }),
});

/**
 * Makes an order per boutique of the cart and holds everything in it until `hold_expires_at`, for the payment. For signed-in
 * customers.
 *
 * @throws NexusError `cart_changed`, `out_of_stock`, `not_available`, `address_required`, and those of docs/api.md
 */
export function checkout(
  nexus: NexusClient,
  input: {
    readonly cartId: string;
    readonly shippingAddressId?: string;
    readonly wearDate?: string;
    readonly giftCardCodes?: readonly string[];
  },
  options: OnceOptions = {},
) {
  const args = {
    cart_id: input.cartId,
    idempotency_key: keyOf(options),
    ...(input.shippingAddressId === undefined ? {} : { shipping_address_id: input.shippingAddressId }),
    ...(input.wearDate === undefined ? {} : { wear_date: input.wearDate }),
    ...(input.giftCardCodes === undefined ? {} : { gift_card_codes: [...input.giftCardCodes] }),
  };
  return call(() => nexus.rpc("checkout", args), options);
}

/** Calls off what has not left; docs/api.md says what it costs and when. */
export function cancelOrder(
  nexus: NexusClient,
  { orderId, reason }: { readonly orderId: string; readonly reason?: string },
  options?: CallOptions,
) {
  const args = { order_id: orderId, ...(reason === undefined ? {} : { reason }) };
  return call(() => nexus.rpc("cancel_order", args), options);
}
