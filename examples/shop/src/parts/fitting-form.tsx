import { addDays, bookFitting, dayIn, fittingSlots, newIdempotencyKey, type ProductPage } from "@nexus/client";
import { useMemo, useState } from "preact/hooks";
import { dayName, momentIn, money, timeIn } from "../format.ts";
import { nexus } from "../nexus.ts";
import { Link } from "../router.tsx";
import { askToSignIn, useSession } from "../session.tsx";
import type { Shop } from "../shop.ts";
import { useAction, useData } from "../use-data.ts";
import { Good, Problem } from "./notice.tsx";

const DAYS = 14;

/** A time at a branch to try the gown on: stylist, room and gown are taken with one call. */
export function FittingForm(props: { shop: Shop; variant: ProductPage["variants"][number]; path: string }) {
  const { shop, variant, path } = props;
  const { user } = useSession();
  const [locationId, setLocationId] = useState(shop.locations[0]?.id ?? "");
  const [serviceId, setServiceId] = useState(shop.services[0]?.id ?? "");
  const [weeksAhead, setWeeksAhead] = useState(0);
  const [startsAt, setStartsAt] = useState<string>();
  const [notes, setNotes] = useState("");
  const [booked, setBooked] = useState<string>();
  const branch = shop.locations.find(({ id }) => id === locationId);
  const timezone = branch?.timezone ?? "UTC";
  const place = { locationId, serviceId, variantIds: [variant.id] };
  const fromDay = addDays(dayIn(timezone), 1 + weeksAhead * DAYS);
  const slots = useData(
    (signal) => fittingSlots(nexus, { ...place, fromDay, toDay: addDays(fromDay, DAYS - 1) }, { signal }),
    [locationId, serviceId, variant.id, fromDay],
  );
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
      slots.reload();
    }
  });
  const byDay = Map.groupBy(slots.data ?? [], (slot) => dayIn(timezone, slot.starts_at));
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
      <Problem error={slots.error} />
      <div class="slots" aria-busy={slots.isLoading}>
        {slots.data?.length === 0 && <p class="nothing">No time is free in these two weeks.</p>}
        {[...byDay].map(([day, starts]) => (
          <fieldset key={day}>
            <legend>{dayName(day)}</legend>
            {starts.map(({ starts_at }) => (
              <label key={starts_at} class="chip">
                <input
                  type="radio"
                  name="starts_at"
                  value={starts_at}
                  checked={startsAt === starts_at}
                  onChange={() => setStartsAt(starts_at)}
                />
                <span>{timeIn(timezone, starts_at)}</span>
              </label>
            ))}
          </fieldset>
        ))}
      </div>
      <p class="later">
        {weeksAhead > 0 && (
          <button type="button" class="plain" onClick={() => setWeeksAhead(weeksAhead - 1)}>
            Earlier
          </button>
        )}
        <button type="button" class="plain" onClick={() => setWeeksAhead(weeksAhead + 1)}>
          Later
        </button>
      </p>
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
