import { z } from "zod";
import { defineKind } from "../kind.ts";
import { whyOrderAm, whyOrderEn } from "../orders.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const refundData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  number: z.string().nullable(),
  /** Minor units; bigint columns come as text. */
  amount: z.coerce.number(),
  to_gift_cards: z.coerce.number(),
  currency: z.string(),
  link: z.url(),
});
type RefundData = z.infer<typeof refundData>;

/** Tells a customer that her money is on its way back. */
export const refundPaid = defineKind<RefundData>({
  name: "refund_paid",
  topic: "bookings",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "refund_id",
  data: refundData,
  example: {
    display_name: "Selam",
    boutique: "Almaz Bridal",
    number: "AB-000057",
    amount: 780_000,
    to_gift_cards: 100_000,
    currency: "ETB",
    link: "https://shop.example/orders/0193a1b2-0000-7000-8000-000000000005",
  },
  async recipients(sql, id) {
    const [row] = await sql<{ customer_id: string | null }[]>`select customer_id from public.refunds where id = ${id}`;
    return accounts(sql, [row?.customer_id]);
  },
  async load({ sql, siteUrl }, id, { displayName }) {
    const [refund] = await sql`
      select b.name as boutique, o.number_text as number, r.amount, r.to_gift_cards, r.currency,
        ${siteUrl} || '/orders/' || o.id as link
      from public.refunds r
      join public.orders o on o.id = r.order_id
      join public.boutiques b on b.id = r.boutique_id
      where r.id = ${id} and r.state = 'paid'`;
    return refund === undefined ? undefined : { ...refund, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Paid back: ${format.money(data.amount, data.currency)}`,
        preheader: `${data.boutique} has paid you back.`,
        heading: "Your money is on its way",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          `${data.boutique} has paid you back.`,
          ...(isAllOnCards(data) ? [] : ["It may take some days until your bank shows it."]),
          ...(data.to_gift_cards === 0
            ? []
            : [`${format.money(data.to_gift_cards, data.currency)} of it is on your gift card again.`]),
        ],
        facts: [
          ...(data.number === null ? [] : [["Order number", data.number] as const]),
          ["Amount", format.money(data.amount, data.currency)],
        ],
        buttons: [{ label: "See the order", link: data.link }],
        why: whyOrderEn(data.boutique),
      }),
      inApp: (data, format) => ({
        title: `${data.boutique} has paid you back`,
        body: `${format.money(data.amount, data.currency)} is on its way to you.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `ተመላሽ ተከፍሏል፦ ${format.money(data.amount, data.currency)}`,
        preheader: `${data.boutique} ገንዘብዎን መልሷል።`,
        heading: "ገንዘብዎ እየተመለሰ ነው",
        greeting: greetingAm(data.display_name),
        paragraphs: [
          `${data.boutique} ገንዘብዎን መልሷል።`,
          ...(isAllOnCards(data) ? [] : ["በባንክዎ እስኪታይ ጥቂት ቀናት ሊወስድ ይችላል።"]),
          ...(data.to_gift_cards === 0
            ? []
            : [`ከዚህ ውስጥ ${format.money(data.to_gift_cards, data.currency)} ወደ ስጦታ ካርድዎ ተመልሷል።`]),
        ],
        facts: [
          ...(data.number === null ? [] : [["የትዕዛዝ ቁጥር", data.number] as const]),
          ["መጠን", format.money(data.amount, data.currency)],
        ],
        buttons: [{ label: "ትዕዛዙን ይመልከቱ", link: data.link }],
        why: whyOrderAm(data.boutique),
      }),
      inApp: (data, format) => ({
        title: `${data.boutique} ገንዘብዎን መልሷል`,
        body: `${format.money(data.amount, data.currency)} እየተመለሰልዎ ነው።`,
      }),
    },
  },
});

const isAllOnCards = ({ amount, to_gift_cards }: RefundData): boolean => amount === to_gift_cards;
