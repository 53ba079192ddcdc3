import { z } from "zod";
import { defineKind } from "../kind.ts";
import type { Format } from "../language.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn, whyRentalAm, whyRentalEn } from "../words.ts";

const depositData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  /** The gown and its size. */
  what: z.string(),
  /** Minor units; bigint columns come as text. */
  amount: z.coerce.number(),
  kept: z.coerce.number(),
  back: z.coerce.number(),
  currency: z.string(),
  /** By hand in the shop, to the account it was paid from, or by letting go of a card. */
  way: z.enum(["hand", "account", "card"]),
  is_lost: z.boolean(),
  late_days: z.number(),
  late_fee: z.coerce.number(),
  damage_fee: z.coerce.number(),
  link: z.url(),
});
type DepositData = z.infer<typeof depositData>;

/** Tells a customer how much of her deposit is kept, why, and how much goes back. */
export const depositSettled = defineKind<DepositData>({
  name: "deposit_settled",
  topic: "bookings",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "deposit_id",
  data: depositData,
  example: {
    display_name: "Selam",
    boutique: "Almaz Bridal",
    what: "Genet (38)",
    amount: 900_000,
    kept: 330_000,
    back: 570_000,
    currency: "ETB",
    way: "account",
    is_lost: false,
    late_days: 1,
    late_fee: 270_000,
    damage_fee: 60_000,
    link: "https://shop.example/payments/0193a1b2-0000-7000-8000-000000000006",
  },
  async recipients(sql, id) {
    const [row] = await sql<{ customer_id: string | null }[]>`select customer_id from public.deposits where id = ${id}`;
    return accounts(sql, [row?.customer_id]);
  },
  async load({ sql, siteUrl }, id, { displayName }) {
    const [deposit] = await sql`
      select b.name as boutique, g.name || ' (' || v.size || ')' as what, d.amount, d.kept, d.to_return + d.returned as back, d.currency,
        case when d.attempt_id is null then 'hand' when t.is_hold then 'card' else 'account' end as way,
        r.state = 'lost' as is_lost, r.late_days, r.late_fee, r.damage_fee, ${siteUrl} || '/payments/' || d.payment_id as link
      from public.deposits d
      join public.rentals r on r.id = d.rental_id
      join public.boutiques b on b.id = d.boutique_id
      join public.product_variants v on v.id = r.variant_id
      join public.products g on g.id = v.product_id
      left join public.payment_attempts t on t.id = d.attempt_id
      where d.id = ${id} and d.kept + d.to_return + d.returned > 0`;
    return deposit === undefined ? undefined : { ...deposit, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Your deposit at ${data.boutique}`,
        preheader: sumEn(data, format),
        heading: data.kept === 0 ? "Your deposit goes back to you" : "What becomes of your deposit",
        greeting: greetingEn(data.display_name),
        paragraphs: [sumEn(data, format), ...(data.back > 0 ? [wayEn[data.way](data)] : [])],
        facts: [
          ["Gown", data.what],
          ["Deposit", format.money(data.amount, data.currency)],
          ...reasonsEn(data, format),
          ["Kept", format.money(data.kept, data.currency)],
          ["Back to you", format.money(data.back, data.currency)],
        ],
        buttons: [{ label: "See the payment", link: data.link }],
        why: whyRentalEn(data.boutique),
      }),
      inApp: (data, format) => ({ title: `Your deposit at ${data.boutique}`, body: sumEn(data, format) }),
    },
    am: {
      mail: (data, format) => ({
        subject: `በ${data.boutique} ያለዎት ማስያዣ`,
        preheader: sumAm(data, format),
        heading: data.kept === 0 ? "ማስያዣዎ ይመለስልዎታል" : "ስለ ማስያዣዎ",
        greeting: greetingAm(data.display_name),
        paragraphs: [sumAm(data, format), ...(data.back > 0 ? [wayAm[data.way](data)] : [])],
        facts: [
          ["ቀሚስ", data.what],
          ["ማስያዣ", format.money(data.amount, data.currency)],
          ...reasonsAm(data, format),
          ["የተያዘ", format.money(data.kept, data.currency)],
          ["የሚመለስ", format.money(data.back, data.currency)],
        ],
        buttons: [{ label: "ክፍያውን ይመልከቱ", link: data.link }],
        why: whyRentalAm(data.boutique),
      }),
      inApp: (data, format) => ({ title: `በ${data.boutique} ያለዎት ማስያዣ`, body: sumAm(data, format) }),
    },
  },
});

function sumEn({ boutique, kept, back, currency }: DepositData, format: Format): string {
  if (kept === 0) return `${boutique} gives your whole deposit back: ${format.money(back, currency)}.`;
  if (back === 0) return `${boutique} keeps your whole deposit: ${format.money(kept, currency)}.`;
  return `${boutique} keeps ${format.money(kept, currency)} of your deposit, and ${format.money(back, currency)} goes back to you.`;
}
function sumAm({ boutique, kept, back, currency }: DepositData, format: Format): string {
  if (kept === 0) return `${boutique} ማስያዣዎን በሙሉ ይመልሳል፦ ${format.money(back, currency)}።`;
  if (back === 0) return `${boutique} ማስያዣዎን በሙሉ ይይዛል፦ ${format.money(kept, currency)}።`;
  return `${boutique} ከማስያዣዎ ${format.money(kept, currency)} ይይዛል፤ ${format.money(back, currency)} ይመለስልዎታል።`;
}

/** Why something is kept; nothing of a rental that was called off. */
function reasonsEn(data: DepositData, format: Format): (readonly [string, string])[] {
  if (data.kept === 0) return [];
  return [
    ...(data.is_lost ? [["Reason", "The gown is lost"] as const] : []),
    ...(data.late_fee > 0
      ? [[`Late by days: ${data.late_days}`, format.money(data.late_fee, data.currency)] as const]
      : []),
    ...(data.damage_fee > 0 ? [["Damage", format.money(data.damage_fee, data.currency)] as const] : []),
  ];
}
function reasonsAm(data: DepositData, format: Format): (readonly [string, string])[] {
  if (data.kept === 0) return [];
  return [
    ...(data.is_lost ? [["ምክንያት", "ቀሚሱ ጠፍቷል"] as const] : []),
    ...(data.late_fee > 0
      ? [[`የዘገየባቸው ቀናት፦ ${data.late_days}`, format.money(data.late_fee, data.currency)] as const]
      : []),
    ...(data.damage_fee > 0 ? [["ጉዳት", format.money(data.damage_fee, data.currency)] as const] : []),
  ];
}

const wayEn: Record<DepositData["way"], (data: DepositData) => string> = {
  hand: ({ boutique }) => `${boutique} pays it back by hand: come by, or ask how.`,
  account: () => "It goes to where you paid it from, and may take some days until your bank shows it.",
  card: () => "Your card is not charged for it; your bank may show it as held for some days more.",
};
const wayAm: Record<DepositData["way"], (data: DepositData) => string> = {
  hand: ({ boutique }) => `${boutique} በእጅ ይመልሳል፦ ወደ ሱቁ ይምጡ ወይም ይጠይቁ።`,
  account: () => "ወደከፈሉበት ይመለሳል፤ በባንክዎ እስኪታይ ጥቂት ቀናት ሊወስድ ይችላል።",
  card: () => "ከካርድዎ አይቀነስም፤ ባንክዎ ለጥቂት ቀናት እንደተያዘ ሊያሳይ ይችላል።",
};
