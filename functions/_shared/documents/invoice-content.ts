import { z } from "zod";

/** Minor units of the document's currency. */
const money = z.number().int();

const line = z.object({
  name: z.string(),
  size: z.string(),
  color: z.string(),
  sku: z.string(),
  /** Days of a rental, both included; null for what is sold. */
  first_day: z.iso.date().nullable(),
  last_day: z.iso.date().nullable(),
  quantity: z.number().int().positive(),
  unit_price: money,
  discount: money,
  tax_basis_points: z.number().int(),
  /** Of the whole line, after its discount. */
  amount: money,
});

/** What an invoice, a debit note or a credit note says: `invoices.content`, as it was when it was issued. */
export const invoiceContent = z.object({
  kind: z.enum(["invoice", "debit_note", "credit_note"]),
  number: z.string(),
  issued_on: z.iso.date(),
  /** BCP 47 tag of the customer. */
  locale: z.string(),
  order_number: z.string(),
  /** The invoice that a debit or credit note is about. */
  invoice_number: z.string().nullable(),
  seller: z.object({ name: z.string(), address: z.string(), tax_number: z.string() }),
  /** Lines of the address and ISO 3166-1 code; none for what is fetched at a branch. */
  buyer: z.object({
    name: z.string(),
    address: z.array(z.string()),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable(),
  }),
  currency: z.string().length(3),
  prices_include_tax: z.boolean(),
  /** Empty for a debit or credit note, which has a reason. */
  lines: z.array(line),
  subtotal: money,
  discount: money,
  /** Null when there is no way to deliver. */
  shipping: z.object({ name: z.string(), amount: money }).nullable(),
  /** One per rate; of a debit or credit note the part that is in its total. */
  taxes: z.array(z.object({ name: z.string(), basis_points: z.number().int(), amount: money })),
  total: money,
  paid_with: z.array(z.string()),
  reason: z.string().nullable(),
});
export type InvoiceContent = z.infer<typeof invoiceContent>;
export type InvoiceLine = InvoiceContent["lines"][number];
