import { addToCart, dayIn, type ProductPage, period, quoteRental } from "@nexus/client";
import { useState } from "preact/hooks";
import { dayName, money } from "../format.ts";
import { nexus } from "../nexus.ts";
import { go } from "../router.tsx";
import { askToSignIn, useSession } from "../session.tsx";
import { useAction, useData } from "../use-data.ts";
import { Availability, type Days } from "./availability.tsx";
import { Problem } from "./notice.tsx";

type Variant = ProductPage["variants"][number];

/** Days, then what they cost, then the cart, where the checkout holds the gown. */
export function RentForm(props: { product: ProductPage; variant: Variant; timezone: string; path: string }) {
  const { product, variant, timezone, path } = props;
  const { user } = useSession();
  const [days, setDays] = useState<Days>();
  const wish = days && { variantId: variant.id, period: period(days.first, days.last) };
  const quote = useData(
    async (signal) => wish && (await quoteRental(nexus, wish, { signal })),
    [variant.id, wish?.period],
  );
  const add = useAction(async () => {
    if (wish === undefined) return;
    if (!user) return askToSignIn(path);
    await addToCart(nexus, { ...wish, kind: "rental" });
    go("/cart");
  });
  const offer = quote.data;

  return (
    <div class="rent">
      <Availability
        productId={product.id}
        variantId={variant.id}
        today={dayIn(timezone)}
        chosen={days}
        onChoose={setDays}
      />
      <Problem error={quote.error} />
      {days && offer && (
        <div class="quote" role="status">
          <p>
            {dayName(offer.first_day)} to {dayName(offer.last_day)}
          </p>
          <dl>
            <div>
              <dt>
                {offer.days} {offer.days === 1 ? "day" : "days"} at {money(offer.price_per_day, offer.currency)}
              </dt>
              <dd>{money(offer.price, offer.currency)}</dd>
            </div>
            <div>
              <dt>Deposit, which comes back</dt>
              <dd>{money(offer.deposit, offer.currency)}</dd>
            </div>
          </dl>
          {!offer.available && (
            <p>
              Taken, cleaning included.{" "}
              {offer.next_free_first_day && offer.next_free_last_day && (
                <button
                  type="button"
                  class="plain"
                  onClick={() =>
                    setDays({ first: offer.next_free_first_day ?? "", last: offer.next_free_last_day ?? "" })
                  }
                >
                  Take {dayName(offer.next_free_first_day)} to {dayName(offer.next_free_last_day)}
                </button>
              )}
            </p>
          )}
        </div>
      )}
      <Problem error={add.error} />
      <button type="button" class="wide" disabled={!offer?.available || add.isBusy} onClick={() => void add.run()}>
        {user === null && offer?.available ? "Sign in and rent" : "Rent these days"}
      </button>
    </div>
  );
}
