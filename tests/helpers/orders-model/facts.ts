import { total } from "./lines.ts";
import type { Market, ModelOrder } from "./market.ts";
import { onHand, reserved, takersOf } from "./shelf.ts";

/** All that the model says, a line per fact, as the database is asked for it. */

export function factsOf(market: Market): string[] {
  const { carts, orders, payments, retired } = market.now;
  const variants = [...market.variants.values()];
  return [
    ...variants
      .filter(({ stock }) => stock !== undefined)
      .map(({ id }) => `stock ${id} ${onHand(market, id)} ${reserved(market, id)}`),
    ...variants
      .flatMap(({ garments }) => garments)
      .map(
        (garment) => `garment ${garment} ${takersOf(market, garment).length} ${retired.has(garment) ? "away" : "here"}`,
      ),
    ...carts.map((cart, n) => `cart ${n} ${cart.reduce((sum, { quantity }) => sum + quantity, 0)}`),
    ...payments.map(({ group, order, state, amount }) => `payment ${order ?? group} ${state} ${amount}`),
    ...orders.flatMap((order) => factsOfOrder(market, order)),
  ].toSorted();
}

function factsOfOrder(market: Market, order: ModelOrder): string[] {
  const { key, state, paid, refunded, fee, expired } = order;
  const sold = total(market, order);
  return [
    `order ${key} ${state}${state === "cancelled" && expired ? " expired" : ""} ${sold} ${paid} ${refunded} ${fee}`,
    ...order.lines.map(
      ({ variant, quantity, cancelled, fulfilled, returned, discount, rental }, n) =>
        `line ${key} ${n} ${variant} ${quantity} ${cancelled} ${fulfilled} ${returned} ${discount} ${rental}`,
    ),
    ...order.refunds.map((refund) => `refund ${key} ${refund.kind} ${refund.state} ${refund.amount}`),
    ...order.shipments.map(({ deliveredDaysAgo }, n) => `shipment ${key} ${n} ${deliveredDaysAgo !== undefined}`),
    ...order.returns.map(({ state: step, pieces, exchangeLine }, n) => {
      const quantity = pieces.reduce((sum, piece) => sum + piece.quantity, 0);
      const value = pieces.reduce((sum, piece) => sum + piece.value, 0);
      const given = pieces.reduce((sum, piece) => sum + piece.refund, 0);
      return `return ${key} ${n} ${step} ${quantity} ${value} ${given} ${exchangeLine ?? "money"}`;
    }),
  ];
}
