import { bookFitting, newIdempotencyKey, type ProductPage } from "@nexus/client";
import { useMemo, useState } from "preact/hooks";
import { momentIn, money } from "../format.ts";
import { nexus } from "../nexus.ts";
import { Link } from "../router.tsx";
import { askToSignIn, useSession } from "../session.tsx";
import type { Shop } from "../shop.ts";
import { useAction } from "../use-data.ts";
import { Good, Problem } from "./notice.tsx";
import { Slots } from "./slots.tsx";

/** A time at a branch to try the gown on: stylist, room and gown are taken with one call. */
export function FittingForm(props: { shop: Shop; variant: ProductPage["variants"][number]; path: string }) {
  const { shop, variant, path } = props;
  const { user } = useSession();
  const [locationId, setLocationId] = useState(shop.locations[0]?.id ?? "");
  const [serviceId, setServiceId] = useState(shop.services[0]?.id ?? "");
  const [round, setRound] = useState(0);
  const [startsAt, setStartsAt] = useState<string>();
  const [notes, setNotes] = useState("");
  const [booked, setBooked] = useState<string>();
  const branch = shop.locations.find(({ id }) => id === locationId);
  const timezone = branch?.timezone ?? "UTC";
  const place = { locationId, serviceId, variantIds: [variant.id] };
  // One intent, one key: a second click, or a try after a lost answer, books nothing twice.
  const idempotencyKey = useMemo(newIdempotencyKey, [locationId, serviceId, variant.id, startsAt]);
  const book = useAction(async () => {
    if (startsAt === undefined) return;
    if (!user) return askToSignIn(path);
    try {
      await bookFitting(nexus, { ...place, startsAt, notes }, { idempotencyKey });
      setBooked(startsAt);
    } finally {
      setStartsAt(undefined);
      setRound(round + 1);
    }
  });
  const service = shop.services.find(({ id }) => id === serviceId);

  if (booked !== undefined) {
    return (
      <Good>
        <p>
          <strong>We look forward to seeing you.</strong> {momentIn(timezone, booked)} at {branch?.name}, {branch?.city}
          . A mail is on its way.
        </p>
        <Link to="/bookings" class="button">
          My bookings
        </Link>
      </Good>
    );
  }
  return (
    <form
      class="fitting-form"
      onSubmit={(event) => {
        event.preventDefault();
        void book.run();
      }}
    >
      <div class="pair">
        <label>
          <span>Where</span>
          <select value={locationId} onChange={(event) => setLocationId(event.currentTarget.value)}>
            {shop.locations.map(({ id, name, city }) => (
              <option key={id} value={id}>
                {name}, {city}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>What</span>
          <select value={serviceId} onChange={(event) => setServiceId(event.currentTarget.value)}>
            {shop.services.map(({ id, name, duration_minutes }) => (
              <option key={id} value={id}>
                {name}, {duration_minutes} min
              </option>
            ))}
          </select>
        </label>
      </div>
      {service && (
        <p class="hint">
          {service.description}{" "}
          {service.price > 0 ? `It costs ${money(service.price, service.currency)}.` : "It is free."}
        </p>
      )}
      <Slots place={place} timezone={timezone} round={round} chosen={startsAt} onChoose={setStartsAt} />
      <label>
        <span>What we should know (optional)</span>
        <input value={notes} maxLength={500} onInput={(event) => setNotes(event.currentTarget.value)} />
      </label>
      <Problem error={book.error} />
      <button type="submit" class="wide" disabled={startsAt === undefined || book.isBusy}>
        {startsAt === undefined
          ? "Choose a time"
          : `${user === null ? "Sign in and book" : "Book"} ${momentIn(timezone, startsAt)}`}
      </button>
    </form>
  );
}
