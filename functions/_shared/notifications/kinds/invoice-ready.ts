import { z } from "zod";
import { defineKind } from "../kind.ts";
import { whyOrderAm, whyOrderEn } from "../orders.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const invoiceData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  kind: z.enum(["invoice", "debit_note", "credit_note"]),
  number: z.string(),
  /** Minor units; a bigint column comes as text. */
  total: z.coerce.number(),
  currency: z.string(),
  link: z.url(),
});
type InvoiceData = z.infer<typeof invoiceData>;

/** Tells a customer that an invoice, a debit note or a credit note is in her account. The link wants a sign-in: it may be passed on. */
export const invoiceReady = defineKind<InvoiceData>({
  name: "invoice_ready",
  topic: "bookings",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "invoice_id",
  data: invoiceData,
  example: {
    display_name: "Selam",
    boutique: "Almaz Bridal",
    kind: "invoice",
    number: "AB-000042",
    total: 780_000,
    currency: "ETB",
    link: "https://shop.example/invoices/0193a1b2-0000-7000-8000-000000000006",
  },
  async recipients(sql, id) {
    const [row] = await sql<{ customer_id: string | null }[]>`select customer_id from public.invoices where id = ${id}`;
    return accounts(sql, [row?.customer_id]);
  },
  async load({ sql, siteUrl }, id, { displayName }) {
    const [invoice] = await sql`
      select b.name as boutique, i.kind, i.number_text as number, i.total, i.currency, ${siteUrl} || '/invoices/' || i.id as link
      from public.invoices i
      join public.boutiques b on b.id = i.boutique_id
      where i.id = ${id} and i.storage_path is not null`;
    return invoice === undefined ? undefined : { ...invoice, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `${nameEn(data)} ${data.number} of ${data.boutique}`,
        preheader: `${nameEn(data)} over ${format.money(data.total, data.currency)}.`,
        heading: `Your ${nameEn(data).toLowerCase()}`,
        greeting: greetingEn(data.display_name),
        paragraphs: [`The ${nameEn(data).toLowerCase()} of ${data.boutique} is in your account, as a PDF.`],
        facts: [
          ["Number", data.number],
          ["Amount", format.money(data.total, data.currency)],
        ],
        buttons: [{ label: "Open it", link: data.link }],
        why: whyOrderEn(data.boutique),
      }),
      inApp: (data, format) => ({
        title: `${nameEn(data)} ${data.number}`,
        body: `${data.boutique}, ${format.money(data.total, data.currency)}.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `${nameAm(data)} ${data.number}፦ ${data.boutique}`,
        preheader: `${nameAm(data)}፦ ${format.money(data.total, data.currency)}።`,
        heading: nameAm(data),
        greeting: greetingAm(data.display_name),
        paragraphs: [`የ${data.boutique} ${nameAm(data)} በመለያዎ ውስጥ በPDF ይገኛል።`],
        facts: [
          ["ቁጥር", data.number],
          ["መጠን", format.money(data.total, data.currency)],
        ],
        buttons: [{ label: "ይክፈቱ", link: data.link }],
        why: whyOrderAm(data.boutique),
      }),
      inApp: (data, format) => ({
        title: `${nameAm(data)} ${data.number}`,
        body: `${data.boutique}፣ ${format.money(data.total, data.currency)}።`,
      }),
    },
  },
});

const namesEn = { invoice: "Invoice", debit_note: "Debit note", credit_note: "Credit note" };
const namesAm = { invoice: "ደረሰኝ", debit_note: "የተጨማሪ ክፍያ ደረሰኝ", credit_note: "የተመላሽ ደረሰኝ" };
const nameEn = ({ kind }: InvoiceData): string => namesEn[kind];
const nameAm = ({ kind }: InvoiceData): string => namesAm[kind];
