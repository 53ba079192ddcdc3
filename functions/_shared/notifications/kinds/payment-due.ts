import { z } from "zod";
import { defineKind } from "../kind.ts";
import { whyPaymentAm, whyPaymentEn } from "../payments.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const paymentData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  purpose: z.enum(["deposit", "rental_fee", "fitting_fee", "instalment"]),
  /** The gown, the service that was booked, or the number of the order. */
  what: z.string(),
  /** Minor units; bigint columns come as text. */
  amount: z.coerce.number(),
  currency: z.string(),
  /** YYYY-MM-DD in the boutique's time zone. */
  due_day: z.iso.date(),
  /** What becomes of an order by a plan when it does not come; null: it is by none. */
  terms: z.string().nullable(),
  /** It is past its day. */
  is_late: z.boolean(),
  link: z.url(),
});
type PaymentData = z.infer<typeof paymentData>;

/** Tells a customer that a deposit, a fee or an instalment is to be paid, and where. */
export const paymentDue = defineKind<PaymentData>({
  name: "payment_due",
  topic: "bookings",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "payment_id",
  data: paymentData,
  example: {
    display_name: "Selam",
    boutique: "Almaz Bridal",
    purpose: "deposit",
    what: "Genet (38)",
    amount: 900_000,
    currency: "ETB",
    due_day: "2027-06-04",
    terms: null,
    is_late: false,
    link: "https://shop.example/payments/0193a1b2-0000-7000-8000-000000000006",
  },
  async recipients(sql, id) {
    const [row] = await sql<{ customer_id: string | null }[]>`select customer_id from public.payments where id = ${id}`;
    return accounts(sql, [row?.customer_id]);
  },
  async load({ sql, siteUrl }, id, { displayName }) {
    const [payment] = await sql`
      select b.name as boutique, p.purpose, p.amount, p.currency, (p.due_at at time zone b.timezone - case p.purpose when 'instalment' then interval '1 day' else '0' end)::date::text as due_day,
        p.due_at <= now() as is_late, case when p.purpose = 'instalment' then l.terms end as terms,
        coalesce(g.name || ' (' || v.size || ')', s.name, o.number_text) as what, ${siteUrl} || '/payments/' || p.id as link
      from public.payments p
      join public.boutiques b on b.id = p.boutique_id
      left join public.rentals r on r.id = p.rental_id
      left join public.product_variants v on v.id = r.variant_id
      left join public.products g on g.id = v.product_id
      left join public.orders o on o.id = p.order_id
      left join public.payment_plans l on l.order_id = o.id
      left join public.appointments a on a.id = p.appointment_id
      left join public.fitting_services s on s.id = a.service_id
      where p.id = ${id} and p.state = 'pending' and p.due_at is not null
        and not exists (select from public.deposits d where d.payment_id = p.id and d.state <> 'due')`;
    return payment === undefined ? undefined : { ...payment, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `To be paid: ${format.money(data.amount, data.currency)}`,
        preheader: titleEn[data.purpose](data),
        heading: headingEn[data.purpose],
        greeting: greetingEn(data.display_name),
        paragraphs: [sentenceEn[data.purpose](data), ...(data.terms === null ? [] : [data.terms])],
        facts: [
          ["For", data.what],
          ["Amount", format.money(data.amount, data.currency)],
          ["Until", format.day(data.due_day)],
        ],
        buttons: [{ label: "Pay", link: data.link }],
        why: whyPaymentEn(data.boutique),
      }),
      inApp: (data, format) => ({
        title: titleEn[data.purpose](data),
        body: `${data.what}: ${format.money(data.amount, data.currency)} until ${format.day(data.due_day)}.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `የሚከፈል፦ ${format.money(data.amount, data.currency)}`,
        preheader: titleAm[data.purpose](data),
        heading: headingAm[data.purpose],
        greeting: greetingAm(data.display_name),
        paragraphs: [sentenceAm[data.purpose](data)],
        facts: [
          ["ለ", data.what],
          ["መጠን", format.money(data.amount, data.currency)],
          ["እስከ", format.day(data.due_day)],
        ],
        buttons: [{ label: "ይክፈሉ", link: data.link }],
        why: whyPaymentAm(data.boutique),
      }),
      inApp: (data, format) => ({
        title: titleAm[data.purpose](data),
        body: `${data.what}፦ ${format.money(data.amount, data.currency)} እስከ ${format.day(data.due_day)}።`,
      }),
    },
  },
});

type Purpose = PaymentData["purpose"];

const headingEn: Record<Purpose, string> = {
  deposit: "Your deposit",
  rental_fee: "A fee for your rental",
  fitting_fee: "A fee for your fitting",
  instalment: "Your instalment",
};
const headingAm: Record<Purpose, string> = {
  deposit: "የእርስዎ ማስያዣ",
  rental_fee: "የኪራይዎ ክፍያ",
  fitting_fee: "የቀጠሮዎ ክፍያ",
  instalment: "የክፍያ ዙርዎ",
};
const titleEn: Record<Purpose, (data: PaymentData) => string> = {
  deposit: ({ boutique }) => `${boutique} needs your deposit`,
  rental_fee: ({ boutique }) => `${boutique} asks for a fee for your rental`,
  fitting_fee: ({ boutique }) => `${boutique} asks for a fee for your fitting`,
  instalment: ({ boutique, is_late }) =>
    is_late ? `${boutique} has not had your instalment yet` : `An instalment at ${boutique} is due`,
};
const titleAm: Record<Purpose, (data: PaymentData) => string> = {
  deposit: ({ boutique }) => `${boutique} ማስያዣ ይፈልጋል`,
  rental_fee: ({ boutique }) => `${boutique} ለኪራይዎ ክፍያ ይጠይቃል`,
  fitting_fee: ({ boutique }) => `${boutique} ለቀጠሮዎ ክፍያ ይጠይቃል`,
  instalment: ({ boutique, is_late }) => (is_late ? `የክፍያ ዙርዎ ለ${boutique} ገና አልደረሰም` : `በ${boutique} የክፍያ ዙርዎ ደርሷል`),
};
const sentenceEn: Record<Purpose, (data: PaymentData) => string> = {
  deposit: ({ boutique }) =>
    `${boutique} takes a deposit before your gown goes out, and gives it back after it has come home as it left. Pay it here, have it held on your card, or bring it to the shop.`,
  rental_fee: ({ boutique }) =>
    `${boutique} asks for a fee that no deposit covers: the gown came back late, was damaged, or was lost.`,
  fitting_fee: ({ boutique }) =>
    `Your fitting at ${boutique} was cancelled late, or nobody came. This is the fee that was shown when you booked.`,
  instalment: ({ boutique, is_late }) =>
    is_late
      ? `An instalment of your order at ${boutique} is past its day. If it is taken from your card, it is tried again; you can also pay it here now.`
      : `The next instalment of your order at ${boutique} is due. If it is taken from your card, you need to do nothing.`,
};
const sentenceAm: Record<Purpose, (data: PaymentData) => string> = {
  deposit: ({ boutique }) =>
    `${boutique} ቀሚሱን ከመስጠቱ በፊት ማስያዣ ይቀበላል፤ ቀሚሱ እንደወጣ ሲመለስ ማስያዣውን ይመልሳል። እዚህ ይክፈሉ፣ በካርድዎ ላይ ያስይዙ፣ ወይም ወደ ሱቁ ይዘው ይምጡ።`,
  rental_fee: ({ boutique }) => `${boutique} በማስያዣ ያልተሸፈነ ክፍያ ይጠይቃል፦ ቀሚሱ ዘግይቶ ተመልሷል፣ ተጎድቷል፣ ወይም ጠፍቷል።`,
  fitting_fee: ({ boutique }) => `በ${boutique} የነበረዎት ቀጠሮ ዘግይቶ ተሰርዟል፣ ወይም ማንም አልመጣም። ይህ ሲይዙ የታየው ክፍያ ነው።`,
  instalment: ({ boutique, is_late }) =>
    is_late
      ? `በ${boutique} ያለዎት ትዕዛዝ የክፍያ ዙር ቀኑ አልፏል። ከካርድዎ የሚወሰድ ከሆነ እንደገና ይሞከራል፤ አሁን እዚህም መክፈል ይችላሉ።`
      : `በ${boutique} ያለዎት ትዕዛዝ ቀጣይ የክፍያ ዙር ደርሷል። ከካርድዎ የሚወሰድ ከሆነ ምንም ማድረግ አያስፈልግዎትም።`,
};
