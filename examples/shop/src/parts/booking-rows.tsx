import {
  cancelFitting,
  cancelOrder,
  cancelRental,
  type myFittings,
  type myOrders,
  type myRentals,
  NexusError,
  orderInvoices,
  readPeriod,
  toNexusError,
} from "@nexus/client";
import type { ComponentChildren } from "preact";
import { dayName, hereAndNow, label, momentIn, money } from "../format.ts";
import { nexus } from "../nexus.ts";
import { payGroup } from "../pay.ts";
import { useAction } from "../use-data.ts";
import { Confirm } from "./confirm.tsx";
import { MoveFitting } from "./move-fitting.tsx";
import { Problem } from "./notice.tsx";

type Of<Load extends (...args: never[]) => Promise<unknown[]>> = Awaited<ReturnType<Load>>[number];

function Booking({ title, state, children }: { title: string; state: string; children: ComponentChildren }) {
  return (
    <li>
      <div class="head">
        <h3>{title}</h3>
        <span class={`state ${state}`}>{label(state)}</span>
      </div>
      {children}
    </li>
  );
}

export function FittingRow({ fitting, onChange }: { fitting: Of<typeof myFittings>; onChange(): void }) {
  const { location, service, stylist, state, starts_at, late_cancellation_fee, currency } = fitting;
  const when = location ? momentIn(location.timezone, starts_at) : hereAndNow(starts_at);
  const isLate = new Date() > new Date(fitting.free_cancellation_until);
  const fee = isLate && late_cancellation_fee > 0 ? ` It costs ${money(late_cancellation_fee, currency)} now.` : "";
  return (
    <Booking title={when} state={state}>
      <p>
        {service?.name ?? "Fitting"} with {stylist?.display_name ?? "a stylist"},{" "}
        {location ? `${location.name} in ${location.city}` : "at a branch that is not on show any more"}
      </p>
      {state === "booked" && new Date(starts_at) > new Date() && (
        <div class="acts">
          {location && service && (
            <MoveFitting
              fitting={{ ...fitting, location, service }}
              about={`fitting, ${when}`}
              isLate={isLate}
              onMove={onChange}
            />
          )}
          <Confirm
            label="Cancel"
            about={`fitting, ${when}`}
            question={`Give this time back?${fee}`}
            onConfirm={async () => {
              await cancelFitting(nexus, { appointmentId: fitting.id });
              onChange();
            }}
          />
        </div>
      )}
    </Booking>
  );
}

/** A rental that is part of an order is cancelled with the order. */
export function RentalRow(props: { rental: Of<typeof myRentals>; isOrdered: boolean; onChange(): void }) {
  const { rental, isOrdered, onChange } = props;
  const { variant, state, price, currency, held_until } = rental;
  const { firstDay, lastDay } = readPeriod(rental.period);
  const title = variant ? `${variant.product.name}, size ${variant.size}` : "A gown that is not on show any more";
  return (
    <Booking title={title} state={state}>
      <p>
        {dayName(firstDay)} to {dayName(lastDay)} · {money(price, currency)}
        {state === "held" && held_until && ` · held until ${hereAndNow(held_until)}`}
      </p>
      {!isOrdered && (state === "held" || state === "reserved") && (
        <Confirm
          label="Cancel"
          about={title}
          question="Give these days back?"
          onConfirm={async () => {
            await cancelRental(nexus, rental.id);
            onChange();
          }}
        />
      )}
    </Booking>
  );
}

export function OrderRow({ order, onChange }: { order: Of<typeof myOrders>; onChange(): void }) {
  const { id, boutique, number_text, state, total, currency, items, hold_expires_at, refunded_total } = order;
  const pay = useAction(async () => {
    if (!(await payGroup(order.group_id))) onChange();
  });
  const openInvoice = useAction(async () => {
    const path = (await orderInvoices(nexus, id)).findLast(({ storage_path }) => storage_path !== null)?.storage_path;
    if (!path)
      throw new NexusError("invoice_not_there_yet", 409, "The invoice is being written. Try again in a moment.");
    const { data, error } = await nexus.storage.from("invoices").createSignedUrl(path, 60, { download: true });
    if (error !== null) throw await toNexusError(error);
    location.assign(data.signedUrl);
  });
  const title = number_text ?? (boutique ? `Order at ${boutique.name}` : "Order");
  return (
    <Booking title={title} state={state}>
      <p>
        {items
          .map(({ product_name, size, kind }) => `${product_name} (${size}, ${label(kind).toLowerCase()})`)
          .join(", ")}{" "}
        · {money(total, currency)}
        {number_text && boutique && ` · ${boutique.name}`}
        {refunded_total > 0 && ` · ${money(refunded_total, currency)} came back`}
      </p>
      <div class="acts">
        {state === "pending" && (
          <button type="button" class="small" disabled={pay.isBusy} onClick={() => void pay.run()}>
            Pay, held until {hereAndNow(hold_expires_at)}
          </button>
        )}
        {number_text && (
          <button type="button" class="plain" aria-label={`Invoice of ${title}`} onClick={() => void openInvoice.run()}>
            Invoice
          </button>
        )}
        {(state === "pending" || state === "paid") && (
          <Confirm
            label="Cancel"
            about={title}
            question="Call this order off?"
            onConfirm={async () => {
              await cancelOrder(nexus, { orderId: id });
              onChange();
            }}
          />
        )}
      </div>
      <Problem error={pay.error ?? openInvoice.error} />
    </Booking>
  );
}
