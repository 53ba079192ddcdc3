import {
  type Address,
  type Cart,
  type CartLine,
  checkout,
  myCart,
  NexusError,
  newIdempotencyKey,
  removeFromCart,
} from "@nexus/client";
import { useMemo, useState } from "preact/hooks";
import { dayName, label, money } from "../format.ts";
import { nexus } from "../nexus.ts";
import { Delivery, needsAddress } from "../parts/delivery.tsx";
import { Problem } from "../parts/notice.tsx";
import { payGroup } from "../pay.ts";
import { go, Link } from "../router.tsx";
import { SignedIn } from "../session.tsx";
import { useAction, useData } from "../use-data.ts";
import { useTitle } from "../use-title.ts";

export function CartPage() {
  useTitle("Cart");
  return <SignedIn path="/cart">{() => <MyCart />}</SignedIn>;
}

/** What is in the cart, what it comes to now, and the way to the payment. */
function MyCart() {
  const cart = useData((signal) => myCart(nexus, { signal }), []);
  const lines = cart.data?.lines ?? [];
  const [chosenAddress, setAddress] = useState<Address>();
  const isSent = cart.data !== undefined && needsAddress(cart.data);
  const address = isSent ? chosenAddress : undefined;
  const lacksAddress = isSent && address === undefined;
  // The key belongs to the cart as it is: another cart, sent another way or elsewhere, is another intent.
  const idempotencyKey = useMemo(newIdempotencyKey, [
    lines.map(({ item_id }) => item_id).join(),
    cart.data?.boutiques.map(({ shipping_method_id }) => shipping_method_id).join(),
    JSON.stringify(address),
  ]);
  const order = useAction(async () => {
    const cartId = cart.data?.cart_id;
    if (!cartId) return;
    try {
      const sentTo = address && { shippingAddressId: address.id };
      const group = await checkout(nexus, { cartId, ...sentTo }, { idempotencyKey });
      if (!(await payGroup(group.id))) go("/bookings");
    } catch (error) {
      // It does not fit any more: the lines say what.
      if (error instanceof NexusError && error.status === 409) cart.reload();
      throw error;
    }
  });
  const remove = useAction(async (itemId: string) => {
    await removeFromCart(nexus, itemId);
    cart.reload();
  });
  if (cart.data && lines.length === 0) {
    return (
      <section class="narrow">
        <h1>Your cart is empty</h1>
        <p>Nothing is reserved before you order, so take your time.</p>
        <Link to="/" class="button">
          To the gowns
        </Link>
      </section>
    );
  }
  return (
    <section class="cart" aria-busy={cart.isLoading}>
      <h1>Your cart</h1>
      <Problem error={cart.error ?? remove.error} />
      <ul class="lines">
        {lines.map((line) => (
          <Line key={line.item_id} line={line} onRemove={() => void remove.run(line.item_id ?? "")} />
        ))}
      </ul>
      {cart.data && <Delivery cart={cart.data} address={address} onAddress={setAddress} onChange={cart.reload} />}
      {cart.data && <Totals cart={cart.data} />}
      <Problem error={order.error} />
      <button
        type="button"
        class="wide"
        disabled={!cart.data?.can_be_ordered || lacksAddress || cart.isLoading || order.isBusy}
        onClick={() => void order.run()}
      >
        {order.isBusy ? "One moment …" : lacksAddress ? "Choose where it goes to" : "Order and pay"}
      </button>
      <p class="hint">With the order everything is held for you, until you have paid.</p>
    </section>
  );
}

function Line({ line, onRemove }: { line: CartLine; onRemove(): void }) {
  const { product_name, size, kind, first_day, last_day, subtotal, currency, problem } = line;
  return (
    <li>
      <div>
        <h2>{product_name}</h2>
        <p>
          Size {size}, {kind === "rental" ? "to rent" : label(kind)}
          {first_day && last_day && `, ${dayName(first_day)} to ${dayName(last_day)}`}
        </p>
        {problem && <p class="notice problem">{label(problem)}: take it out, or choose other days.</p>}
      </div>
      <p class="amount">{subtotal !== null && currency && money(subtotal, currency)}</p>
      <button type="button" class="plain" aria-label={`Remove ${product_name}`} onClick={onRemove}>
        Remove
      </button>
    </li>
  );
}

function Totals({ cart }: { cart: Cart }) {
  return (
    <>
      {cart.boutiques.map((sum) => (
        <dl class="totals" key={sum.boutique_id}>
          <div>
            <dt>{sum.boutique_name}</dt>
            <dd>{money(sum.subtotal, sum.currency)}</dd>
          </div>
          {sum.discount > 0 && (
            <div>
              <dt>Discount</dt>
              <dd>−{money(sum.discount, sum.currency)}</dd>
            </div>
          )}
          <div>
            <dt>{sum.shipping_name ?? "Delivery"}</dt>
            <dd>{sum.shipping === 0 ? "free" : money(sum.shipping, sum.currency)}</dd>
          </div>
          <div>
            <dt>Tax{sum.prices_include_tax && ", included"}</dt>
            <dd>{money(sum.tax, sum.currency)}</dd>
          </div>
          <div class="sum">
            <dt>To pay now</dt>
            <dd>{money(sum.total, sum.currency)}</dd>
          </div>
          {sum.deposit > 0 && (
            <div class="quiet">
              <dt>Deposit, due before the first day</dt>
              <dd>{money(sum.deposit, sum.currency)}</dd>
            </div>
          )}
        </dl>
      ))}
    </>
  );
}
