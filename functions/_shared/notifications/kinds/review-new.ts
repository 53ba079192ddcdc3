import { z } from "zod";
import { defineKind } from "../kind.ts";
import { membersWith } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const newData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  product: z.string(),
  rating: z.number(),
  title: z.string(),
  link: z.url(),
});
type NewData = z.infer<typeof newData>;

/** Tells those who answer reviews of a boutique that there is a new one. */
export const reviewNew = defineKind<NewData>({
  name: "review_new",
  topic: "boutique",
  transactional: false,
  channels: ["email", "in_app"],
  subject: "review_id",
  data: newData,
  example: {
    display_name: "Dawit",
    boutique: "Almaz Bridal",
    product: "Genet",
    rating: 4,
    title: "Lovely, but small",
    link: "https://shop.example/reviews/0193a1b2-0000-7000-8000-000000000007",
  },
  async recipients(sql, id) {
    const [review] = await sql<{ boutique_id: string }[]>`select boutique_id from public.reviews where id = ${id}`;
    return membersWith(sql, "reviews.reply", review?.boutique_id);
  },
  async load({ sql, siteUrl }, id, { displayName }) {
    const [review] = await sql`
      select b.name as boutique, p.name as product, r.rating, r.title, ${siteUrl} || '/reviews/' || r.id as link
      from public.reviews r
      join public.products p on p.id = r.product_id
      join public.boutiques b on b.id = r.boutique_id
      -- None when it was deleted, hidden or answered meanwhile.
      where r.id = ${id} and r.state = 'published' and r.reply is null`;
    return review === undefined ? undefined : { ...review, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data) => ({
        subject: `New review of ${data.product}: ${data.rating} of 5`,
        preheader: `Somebody has reviewed ${data.product}.`,
        heading: "A new review",
        greeting: greetingEn(data.display_name),
        paragraphs: [`Somebody has reviewed ${data.product}. You may answer it, for everybody to read.`],
        facts: facts(data, ["Stars", "Title"]),
        buttons: [{ label: "Read and answer", link: data.link }],
        why: `You get this mail because you answer reviews of ${data.boutique}.`,
      }),
      inApp: (data) => ({ title: `New review of ${data.product}`, body: `${data.rating} of 5. ${data.title}`.trim() }),
    },
    am: {
      mail: (data) => ({
        subject: `ስለ ${data.product} አዲስ አስተያየት፦ ${data.rating} ከ5`,
        preheader: `ስለ ${data.product} አስተያየት ተሰጥቷል።`,
        heading: "አዲስ አስተያየት",
        greeting: greetingAm(data.display_name),
        paragraphs: [`ስለ ${data.product} አስተያየት ተሰጥቷል። ሁሉም ሰው የሚያነበው መልስ መስጠት ይችላሉ።`],
        facts: facts(data, ["ኮከቦች", "ርዕስ"]),
        buttons: [{ label: "ያንብቡና ይመልሱ", link: data.link }],
        why: `ይህ መልእክት የደረሰዎት ለ${data.boutique} አስተያየቶች መልስ ስለሚሰጡ ነው።`,
      }),
      inApp: (data) => ({ title: `ስለ ${data.product} አዲስ አስተያየት`, body: `${data.rating} ከ5። ${data.title}`.trim() }),
    },
  },
});

const facts = ({ rating, title }: NewData, [stars, name]: [string, string]): [string, string][] => [
  [stars, String(rating)],
  ...(title === "" ? [] : ([[name, title]] as [string, string][])),
];
