import { z } from "zod";
import { defineKind } from "../kind.ts";
import { membersWith } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const defaultedData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  /** Number of the order. */
  number: z.string(),
  state: z.enum(["overdue", "ended"]),
  /** Minor units; bigint columns come as text. Of the instalments that did not come. */
  open: z.coerce.number(),
  kept: z.coerce.number(),
  back: z.coerce.number(),
  currency: z.string(),
  link: z.url(),
});
type DefaultedData = z.infer<typeof defaultedData>;

/** Tells the managers that an instalment has not come within its grace, and what has become of the order. */
export const planDefaulted = defineKind<DefaultedData>({
  name: "plan_defaulted",
  topic: "boutique",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "plan_id",
  data: defaultedData,
  example: {
    display_name: "Dawit",
    boutique: "Almaz Bridal",
    number: "AB-000042",
    state: "overdue",
    open: 1_500_000,
    kept: 0,
    back: 0,
    currency: "ETB",
    link: "https://shop.example/orders/0193a1b2-0000-7000-8000-000000000004",
  },
  async recipients(sql, id) {
    const [plan] = await sql<{ boutique_id: string }[]>`select boutique_id from public.payment_plans where id = ${id}`;
    return membersWith(sql, "refunds.write", plan?.boutique_id);
  },
  async load({ sql, siteUrl }, id, { displayName }) {
    const [plan] = await sql`
      select b.name as boutique, o.number_text as number, l.state, l.currency, o.fee_total as kept, o.refunded_total as back,
        coalesce((
          select sum(p.amount) from public.payments p
          where p.order_id = o.id and p.purpose = 'instalment' and p.state in ('pending', 'cancelled') and p.due_at <= now()), 0) as open,
        ${siteUrl} || '/orders/' || o.id as link
      from public.payment_plans l
      join public.orders o on o.id = l.order_id
      join public.boutiques b on b.id = l.boutique_id
      -- None when it was paid meanwhile.
      where l.id = ${id} and l.state in ('overdue', 'ended')`;
    return plan === undefined ? undefined : { ...plan, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Not paid in time: order ${data.number}`,
        preheader: whatEn[data.state],
        heading: "An instalment has not come",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          `An instalment of order ${data.number} at ${data.boutique} has not come within its grace. ${whatEn[data.state]}`,
        ],
        facts: [
          ["Not paid", format.money(data.open, data.currency)],
          ...(data.state === "ended"
            ? [
                ["Kept", format.money(data.kept, data.currency)] as const,
                ["Goes back", format.money(data.back, data.currency)] as const,
              ]
            : []),
        ],
        buttons: [{ label: "See the order", link: data.link }],
        why: `You get this mail because you manage ${data.boutique}.`,
      }),
      inApp: (data) => ({ title: `Order ${data.number} was not paid in time`, body: whatEn[data.state] }),
    },
    am: {
      mail: (data, format) => ({
        subject: `በጊዜው አልተከፈለም፦ ትዕዛዝ ${data.number}`,
        preheader: whatAm[data.state],
        heading: "የክፍያ ዙር አልደረሰም",
        greeting: greetingAm(data.display_name),
        paragraphs: [`በ${data.boutique} የትዕዛዝ ${data.number} የክፍያ ዙር በተሰጠው ጊዜ አልደረሰም። ${whatAm[data.state]}`],
        facts: [
          ["ያልተከፈለ", format.money(data.open, data.currency)],
          ...(data.state === "ended"
            ? [
                ["የተያዘ", format.money(data.kept, data.currency)] as const,
                ["የሚመለስ", format.money(data.back, data.currency)] as const,
              ]
            : []),
        ],
        buttons: [{ label: "ትዕዛዙን ይመልከቱ", link: data.link }],
        why: `ይህ መልእክት የደረሰዎት ${data.boutique}ን ስለሚያስተዳድሩ ነው።`,
      }),
      inApp: (data) => ({ title: `ትዕዛዝ ${data.number} በጊዜው አልተከፈለም`, body: whatAm[data.state] }),
    },
  },
});

const whatEn: Record<DefaultedData["state"], string> = {
  overdue: "Nothing of it leaves before all is paid. Talk to the customer, or end the plan by its terms.",
  ended: "The order is cancelled by the terms of its plan, and what it kept is free.",
};
const whatAm: Record<DefaultedData["state"], string> = {
  overdue: "ሙሉ በሙሉ ሳይከፈል ምንም አይወጣም። ደንበኛዋን ያነጋግሩ፣ ወይም ዕቅዱን በውሉ መሠረት ያብቁ።",
  ended: "ትዕዛዙ በዕቅዱ ውል መሠረት ተሰርዟል፤ የያዘውም ነፃ ሆኗል።",
};
