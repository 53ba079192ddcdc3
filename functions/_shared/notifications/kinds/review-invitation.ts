import type { Sql } from "postgres";
import { z } from "zod";
import { brand } from "../brand.ts";
import { defineKind } from "../kind.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const invitationData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  names: z.array(z.string()),
  url: z.url(),
});
type InvitationData = z.infer<typeof invitationData>;

/** The customer of a shipment, a rental or an appointment: ids are of one of the three. */
async function customerOf(sql: Sql, id: string): Promise<string | null | undefined> {
  const [row] = await sql<{ customer_id: string | null }[]>`
    select customer_id from public.shipments where id = ${id}
    union all select customer_id from public.rentals where id = ${id}
    union all select customer_id from public.appointments where id = ${id}`;
  return row?.customer_id;
}

/** Asks a customer who wants to hear of such what she thinks of what was delivered, came back or was tried on; once of each. */
export const reviewInvitation = defineKind<InvitationData>({
  name: "review_invitation",
  topic: "marketing",
  transactional: false,
  channels: ["email"],
  subject: "experience_id",
  data: invitationData,
  example: {
    display_name: "Selam",
    boutique: "Almaz Bridal",
    names: ["Genet", "Gabi veil"],
    url: "https://shop.example/reviews/new",
  },
  async recipients(sql, id) {
    return accounts(sql, [await customerOf(sql, id)]);
  },
  async load({ sql, siteUrl }, id, recipient) {
    // None when she has reviewed all of it, or it was not so: she did not come after all, or has sent it back.
    const rows = await sql<{ name: string; boutique: string }[]>`
      select distinct p.name, b.name as boutique
      from private.experiences_of(${recipient.userId}) e
      join public.products p on p.id = e.product_id
      join public.boutiques b on b.id = e.boutique_id
      where (e.subject_id = ${id} or e.subject_id in (select x.order_item_id from public.shipment_items x where x.shipment_id = ${id}))
        and not exists (
          select from public.reviews r
          where r.customer_id = ${recipient.userId} and r.product_id = e.product_id
            and r.subject_id = e.subject_id)
      order by p.name limit 10`;
    const [first] = rows;
    if (first === undefined) return undefined;
    return {
      display_name: recipient.displayName,
      boutique: first.boutique,
      names: rows.map(({ name }) => name),
      url: `${siteUrl}/reviews/new`,
    };
  },
  texts: {
    en: {
      mail: (data) => ({
        subject: `What do you think of ${data.names[0]}?`,
        preheader: "A few words help other brides to choose.",
        heading: "What do you think?",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          `${data.names.join(", ")}, from ${data.boutique}: a few words, and whether the size is right, help other brides to choose.`,
        ],
        buttons: [{ label: "Write a review", link: data.url }],
        why: `You get this mail because you want to hear of offers of ${brand}.`,
      }),
    },
    am: {
      mail: (data) => ({
        subject: `ስለ ${data.names[0]} ምን ይላሉ?`,
        preheader: "ጥቂት ቃላት ሌሎች ሙሽሮች እንዲመርጡ ይረዳሉ።",
        heading: "ምን ይላሉ?",
        greeting: greetingAm(data.display_name),
        paragraphs: [`${data.names.join("፣ ")}፣ ከ${data.boutique}፦ ጥቂት ቃላትና መጠኑ ልክ መሆኑን መናገርዎ ሌሎች ሙሽሮች እንዲመርጡ ይረዳል።`],
        buttons: [{ label: "አስተያየት ይጻፉ", link: data.url }],
        why: `ይህ መልእክት የደረሰዎት ስለ ${brand} ቅናሾች መስማት ስለፈለጉ ነው።`,
      }),
    },
  },
});
