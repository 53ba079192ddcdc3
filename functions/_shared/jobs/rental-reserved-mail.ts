import { z } from "zod";
import { rentalReserved } from "../mail/rental-reserved.ts";
import { sendOnce } from "../mail/send-once.ts";
import { defineQueue } from "./queue.ts";

/** Confirms a reservation to the customer, with the time until which it is held. */
export const rentalReservedMail = defineQueue({
  name: "mail.rental_reserved",
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
      select r.customer_id, u.email, p.display_name, b.name as boutique, b.timezone, g.name as product, v.size,
        lower(r.period)::text as first_day, (upper(r.period) - 1)::text as last_day,
        r.state, r.held_until, r.price, r.deposit, r.currency
      from public.rentals r
      join public.profiles p on p.id = r.customer_id
      join auth.users u on u.id = r.customer_id
      join public.boutiques b on b.id = r.boutique_id
      join public.product_variants v on v.id = r.variant_id
      join public.products g on g.id = v.product_id
      where r.id = ${rental_id}`;
    // Cancelled or expired before the mail went out: there is nothing to confirm any more.
    if (rental === undefined || rental.email === null) return;
    if (rental.state !== "held" && rental.state !== "reserved") return;
    await sendOnce(sql, mailer, {
      key: `rental_reserved:${rental_id}`,
      template: "rental_reserved",
      userId: rental.customer_id,
      to: rental.email,
      compose: () => rentalReserved(rental),
    });
  },
});

interface RentalRow {
  readonly customer_id: string;
  readonly email: string | null;
  readonly display_name: string;
  readonly boutique: string;
  readonly timezone: string;
  readonly product: string;
  readonly size: string;
  readonly first_day: string;
  readonly last_day: string;
  readonly state: string;
  readonly held_until: Date | null;
  readonly price: string;
  readonly deposit: string;
  readonly currency: string;
}
