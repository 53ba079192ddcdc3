import { myFittings, myOrders, myRentals } from "@nexus/client";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { FittingRow, OrderRow, RentalRow } from "../parts/booking-rows.tsx";
import { Problem } from "../parts/notice.tsx";
import { type ReviewNews, TellOthers } from "../parts/tell-others.tsx";
import { YourReviews } from "../parts/your-reviews.tsx";
import { Link } from "../router.tsx";
import { SignedIn } from "../session.tsx";
import { useData } from "../use-data.ts";
import { useTitle } from "../use-title.ts";

export function Bookings() {
  useTitle("My bookings");
  return <SignedIn path="/bookings">{() => <All />}</SignedIn>;
}

/** Fittings, rentals and orders of who is signed in, with what can still be done about them. */
function All() {
  const all = useData(async (signal) => {
    const options = { signal };
    const [fittings, rentals, orders] = await Promise.all([
      myFittings(nexus, options),
      myRentals(nexus, options),
      myOrders(nexus, options),
    ]);
    return { fittings, rentals, orders };
  }, []);
  /** What is written, changed or deleted is seen in both lists. */
  const [news, setNews] = useState<ReviewNews>();
  const { fittings = [], rentals = [], orders = [] } = all.data ?? {};
  const isEmpty = all.data !== undefined && fittings.length + rentals.length + orders.length === 0;
  const ofOrders = new Set(orders.flatMap(({ items }) => items.map(({ rental_id }) => rental_id)));
  return (
    <section class="bookings" aria-busy={all.isLoading}>
      <h1>My bookings</h1>
      <Problem error={all.error} />
      {isEmpty && (
        <>
          <p>Nothing yet. Find a gown, and try it on.</p>
          <Link to="/" class="button">
            To the gowns
          </Link>
        </>
      )}
      <List title="Fittings">
        {fittings.map((fitting) => (
          <FittingRow key={fitting.id} fitting={fitting} onChange={all.reload} />
        ))}
      </List>
      <List title="Rentals">
        {rentals.map((rental) => (
          <RentalRow key={rental.id} rental={rental} isOrdered={ofOrders.has(rental.id)} onChange={all.reload} />
        ))}
      </List>
      <List title="Orders">
        {orders.map((order) => (
          <OrderRow key={order.id} order={order} onChange={all.reload} />
        ))}
      </List>
      <TellOthers news={news} onNews={setNews} />
      <YourReviews news={news} onNews={setNews} />
    </section>
  );
}

function List({ title, children }: { title: string; children: ComponentChildren[] }) {
  if (children.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <ul class="rows">{children}</ul>
    </>
  );
}
