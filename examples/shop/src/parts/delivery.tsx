import { type Address, type Cart, type ShippingMethod, shippingMethods, updateCart } from "@nexus/client";
import { useEffect, useState } from "preact/hooks";
import { money } from "../format.ts";
import { nexus } from "../nexus.ts";
import { useAction, useData } from "../use-data.ts";
import { AddressChoice } from "./address-choice.tsx";
import { Problem } from "./notice.tsx";

/** Something of the cart is sent, so that the order needs an address. */
export const needsAddress = (cart: Cart) => cart.boutiques.some(({ shipping_kind }) => shipping_kind === "delivery");

/** How each boutique of the cart gets its things to her, and where to. The cart is priced anew after each choice. */
export function Delivery(props: {
  cart: Cart;
  address: Address | undefined;
  onAddress(address: Address | undefined): void;
  onChange(): void;
}) {
  const { cart, address, onAddress, onChange } = props;
  const ids = cart.boutiques.map(({ boutique_id }) => boutique_id);
  const methods = useData((signal) => shippingMethods(nexus, ids, { signal }), [ids.join()]);
  const deliveriesOf = (methodIds: readonly (string | null)[]) =>
    methods.data?.filter(({ id, kind }) => kind === "delivery" && methodIds.includes(id)) ?? [];
  const ofCart = cart.boutiques.map(({ shipping_method_id }) => shipping_method_id);
  /** What she has just chosen, until the cart says it. */
  const [wish, setWish] = useState<{ methodIds: readonly (string | null)[]; to: Address | undefined }>();
  useEffect(() => setWish(undefined), [cart]);
  const { methodIds, to: chosenAddress } = wish ?? { methodIds: ofCart, to: address };
  const change = useAction(async (next: readonly (string | null)[], to: Address | undefined) => {
    // Taxes and fees are those of the country, and a way that does not go there is not taken.
    const fitting = to !== undefined && goTo(to.country, deliveriesOf(next)) ? to : undefined;
    setWish({ methodIds: next, to: fitting });
    try {
      await updateCart(nexus, {
        cartId: cart.cart_id ?? "",
        shippingMethodIds: next.filter((id) => id !== null),
        country: fitting?.country ?? null,
      });
      onAddress(fitting);
      onChange();
    } catch (error) {
      setWish(undefined);
      throw error;
    }
  });
  return (
    <div class="delivery">
      <Problem error={methods.error} />
      {cart.boutiques.map(({ boutique_id, boutique_name }, index) => {
        const offered = methods.data?.filter((method) => method.boutique_id === boutique_id) ?? [];
        // A boutique that has set up no way hands everything over itself.
        if (offered.length === 0) return null;
        return (
          <fieldset key={boutique_id}>
            <legend>How it comes to you from {boutique_name}</legend>
            {offered.map((method) => (
              <label key={method.id} class="choice">
                <input
                  type="radio"
                  name={`way-${boutique_id}`}
                  checked={method.id === methodIds[index]}
                  onChange={() => void change.run(methodIds.with(index, method.id), address)}
                />
                <span>
                  {method.name} <span class="quiet">{costOf(method)}</span>
                </span>
              </label>
            ))}
          </fieldset>
        );
      })}
      {needsAddress(cart) && methods.data && (
        <AddressChoice
          goesTo={(country) => goTo(country, deliveriesOf(methodIds))}
          chosen={chosenAddress}
          onChoose={(to) => void change.run(methodIds, to)}
        />
      )}
      <Problem error={change.error} />
    </div>
  );
}

/** Without countries a way goes anywhere. */
const goTo = (country: string, methods: readonly ShippingMethod[]) =>
  methods.every(({ countries }) => countries.length === 0 || countries.includes(country));

function costOf({ price, free_from, currency, days }: ShippingMethod): string {
  const cost = price === 0 ? "free" : money(price, currency);
  const limit = price > 0 && free_from !== null ? `, free from ${money(free_from, currency)}` : "";
  return `${cost}${limit}${days > 0 ? ` · ${days} ${days === 1 ? "day" : "days"}` : ""}`;
}
