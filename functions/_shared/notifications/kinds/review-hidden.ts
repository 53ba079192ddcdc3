import { z } from "zod";
import { defineKind } from "../kind.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn, whyReviewAm, whyReviewEn } from "../words.ts";

const hiddenData = z.object({
  display_name: z.string(),
  product: z.string(),
  reason: z.string(),
  link: z.url(),
});
type HiddenData = z.infer<typeof hiddenData>;

/** Tells an author that her review was hidden, and why. The occasion is when: it may be hidden again, for another reason. */
export const reviewHidden = defineKind<HiddenData>({
  name: "review_hidden",
  topic: "account",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "review_id",
  data: hiddenData,
  example: {
    display_name: "Selam",
    product: "Genet",
    reason: "It names another customer.",
    link: "https://shop.example/reviews/0193a1b2-0000-7000-8000-000000000007",
  },
  async recipients(sql, id) {
    const [row] = await sql<{ customer_id: string | null }[]>`select customer_id from public.reviews where id = ${id}`;
    return accounts(sql, [row?.customer_id]);
  },
  async load({ sql, siteUrl }, id, { displayName }, occasion) {
    const [review] = await sql`
      select p.name as product, r.hidden_reason as reason, ${siteUrl} || '/reviews/' || r.id as link
      from public.reviews r join public.products p on p.id = r.product_id
      -- None when it is shown again.
      where r.id = ${id} and r.state = 'hidden' and (extract(epoch from r.hidden_at) * 1000000)::bigint::text = ${occasion}`;
    return review === undefined ? undefined : { ...review, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data) => ({
        subject: `Your review of ${data.product} was hidden`,
        preheader: `Reason: ${data.reason}`,
        heading: "Your review was hidden",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          `Your review of ${data.product} is not shown any more, and its photos were deleted.`,
          `Reason: ${data.reason}`,
          "You may edit it for 14 days after you wrote it, and write to us when you think that this is wrong.",
        ],
        buttons: [{ label: "See your review", link: data.link }],
        why: whyReviewEn,
      }),
      inApp: (data) => ({ title: `Your review of ${data.product} was hidden`, body: `Reason: ${data.reason}` }),
    },
    am: {
      mail: (data) => ({
        subject: `ስለ ${data.product} የሰጡት አስተያየት ተደብቋል`,
        preheader: `ምክንያት፦ ${data.reason}`,
        heading: "አስተያየትዎ ተደብቋል",
        greeting: greetingAm(data.display_name),
        paragraphs: [
          `ስለ ${data.product} የሰጡት አስተያየት ከእንግዲህ አይታይም፤ ፎቶዎቹም ተሰርዘዋል።`,
          `ምክንያት፦ ${data.reason}`,
          "ከጻፉበት ቀን ጀምሮ ለ14 ቀናት ሊያስተካክሉት ይችላሉ፤ ውሳኔው ስህተት ነው ብለው ካሰቡም ይጻፉልን።",
        ],
        buttons: [{ label: "አስተያየትዎን ይመልከቱ", link: data.link }],
        why: whyReviewAm,
      }),
      inApp: (data) => ({ title: `ስለ ${data.product} የሰጡት አስተያየት ተደብቋል`, body: `ምክንያት፦ ${data.reason}` }),
    },
  },
});
