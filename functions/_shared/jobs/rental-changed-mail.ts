import { z } from "zod";
import { rentalChanged } from "../mail/rental-changed.ts";
import { sendOnce } from "../mail/send-once.ts";
import { defineQueue } from "./queue.ts";

/** Tells a customer that she gets another garment than the one she reserved. */
export const rentalChangedMail = defineQueue({
  name: "mail.rental_changed",
  payload: z.object({ rental_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 4,
  overdueSeconds: 600,
  async run({ rental_id }, { sql, mailer }) {
    const [rental] = await sql<RentalRow[]>`
      select r.customer_id, u.email, p.display_name, b.name as boutique, r.allocation_id,
        g.name as product, v.size, v.color, l.name as branch, og.name as old_product, ov.color as old_color,
        lower(r.period)::text as first_day, (upper(r.period) - 1)::text as last_day
      from public.rentals r
      join public.profiles p on p.id = r.customer_id
      join auth.users u on u.id = r.customer_id
      join public.boutiques b on b.id = r.boutique_id
      join public.product_variants v on v.id = r.variant_id
      join public.products g on g.id = v.product_id
      join public.garments n on n.id = r.garment_id
      join public.locations l on l.id = n.location_id
      join public.substitution_proposals s on s.rental_id = r.id and s.state = 'accepted' and s.substitute_id = r.garment_id
      join public.garments o on o.id = s.garment_id
      join public.product_variants ov on ov.id = o.variant_id
      join public.products og on og.id = ov.product_id
      where r.id = ${rental_id} and r.state = 'reserved'
      order by s.decided_at desc limit 1`;
    // Cancelled meanwhile, or handed over: there is nothing to tell any more.
    if (rental === undefined || rental.email === null) return;
    await sendOnce(sql, mailer, {
      // A rental may change twice; each time it has another place in the calendar.
      key: `rental_changed:${rental_id}:${rental.allocation_id}`,
      template: "rental_changed",
      userId: rental.customer_id,
      to: rental.email,
      compose: () => rentalChanged(rental),
    });
  },
});

interface RentalRow {
  readonly customer_id: string;
  readonly email: string | null;
  readonly display_name: string;
  readonly boutique: string;
  readonly allocation_id: string;
  readonly product: string;
  readonly size: string;
  readonly color: string;
  readonly branch: string;
  readonly old_product: string;
  readonly old_color: string;
  readonly first_day: string;
  readonly last_day: string;
}
