import { z } from "zod";
import { defineKind } from "../kind.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn, whyReviewAm, whyReviewEn } from "../words.ts";

const repliedData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  product: z.string(),
  reply: z.string(),
  link: z.url(),
});
type RepliedData = z.infer<typeof repliedData>;

/** Tells an author that the boutique has answered her review; of the first answer. */
export const reviewReplied = defineKind<RepliedData>({
  name: "review_replied",
  topic: "news",
  transactional: false,
  channels: ["email", "in_app"],
  subject: "review_id",
  data: repliedData,
  example: {
    display_name: "Selam",
    boutique: "Almaz Bridal",
    product: "Genet",
    reply: "Thank you! We have noted that it runs small.",
    link: "https://shop.example/reviews/0193a1b2-0000-7000-8000-000000000007",
  },
  async recipients(sql, id) {
    const [row] = await sql<{ customer_id: string | null }[]>`select customer_id from public.reviews where id = ${id}`;
    return accounts(sql, [row?.customer_id]);
  },
  async load({ sql, siteUrl }, id, { displayName }) {
    const [review] = await sql`
      select b.name as boutique, p.name as product, left(r.reply, 1000) as reply, ${siteUrl} || '/reviews/' || r.id as link
      from public.reviews r
      join public.products p on p.id = r.product_id
      join public.boutiques b on b.id = r.boutique_id
      -- None when the answer was taken back.
      where r.id = ${id} and r.state = 'published' and r.reply is not null`;
    return review === undefined ? undefined : { ...review, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data) => ({
        subject: `${data.boutique} has answered your review`,
        preheader: `What they say to your review of ${data.product}.`,
        heading: "Your review has an answer",
        greeting: greetingEn(data.display_name),
        paragraphs: [`${data.boutique} has answered your review of ${data.product}:`, data.reply],
        buttons: [{ label: "See your review", link: data.link }],
        why: whyReviewEn,
      }),
      inApp: (data) => ({ title: `${data.boutique} has answered your review of ${data.product}`, body: data.reply }),
    },
    am: {
      mail: (data) => ({
        subject: `${data.boutique} ለአስተያየትዎ መልስ ሰጥቷል`,
        preheader: `ስለ ${data.product} ለሰጡት አስተያየት የተሰጠ መልስ።`,
        heading: "ለአስተያየትዎ መልስ ተሰጥቷል",
        greeting: greetingAm(data.display_name),
        paragraphs: [`${data.boutique} ስለ ${data.product} ለሰጡት አስተያየት መልስ ሰጥቷል፦`, data.reply],
        buttons: [{ label: "አስተያየትዎን ይመልከቱ", link: data.link }],
        why: whyReviewAm,
      }),
      inApp: (data) => ({ title: `${data.boutique} ስለ ${data.product} ለሰጡት አስተያየት መልስ ሰጥቷል`, body: data.reply }),
    },
  },
});
