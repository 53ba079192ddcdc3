import type { Language } from "../notifications/language.ts";

export interface InvoiceWords {
  readonly invoice: string;
  readonly debitNote: string;
  readonly creditNote: string;
  readonly number: string;
  readonly date: string;
  readonly order: string;
  readonly forInvoice: string;
  readonly taxNumber: string;
  readonly billTo: string;
  readonly description: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly discount: string;
  readonly tax: string;
  readonly amount: string;
  readonly subtotal: string;
  readonly shipping: string;
  readonly total: string;
  readonly credited: string;
  readonly paidWith: string;
  readonly taxIncluded: string;
  readonly taxAdded: string;
  size(size: string): string;
  days(first: string, last: string): string;
  included(tax: string): string;
  changeOf(order: string): string;
  refundOf(order: string): string;
  page(page: number, pages: number): string;
}

export const invoiceWords: Readonly<Record<Language, InvoiceWords>> = {
  en: {
    invoice: "Invoice",
    debitNote: "Debit note",
    creditNote: "Credit note",
    number: "Number",
    date: "Date",
    order: "Order",
    forInvoice: "For invoice",
    taxNumber: "Tax number",
    billTo: "Bill to",
    description: "Description",
    quantity: "Quantity",
    unitPrice: "Unit price",
    discount: "Discount",
    tax: "Tax",
    amount: "Amount",
    subtotal: "Subtotal",
    shipping: "Shipping",
    total: "Total",
    credited: "Total credited",
    paidWith: "Paid with",
    taxIncluded: "Prices include tax.",
    taxAdded: "Prices are without tax, which is added below them.",
    size: (size) => `Size ${size}`,
    days: (first, last) => (first === last ? first : `${first} to ${last}`),
    included: (tax) => `of which ${tax}`,
    changeOf: (order) => `Change of order ${order}`,
    refundOf: (order) => `Refund for order ${order}`,
    page: (page, pages) => `Page ${page} of ${pages}`,
  },
  am: {
    invoice: "ደረሰኝ",
    debitNote: "የተጨማሪ ክፍያ ደረሰኝ",
    creditNote: "የተመላሽ ደረሰኝ",
    number: "ቁጥር",
    date: "ቀን",
    order: "ትዕዛዝ",
    forInvoice: "ለደረሰኝ ቁጥር",
    taxNumber: "የግብር ከፋይ መለያ ቁጥር",
    billTo: "ገዢ",
    description: "ዝርዝር",
    quantity: "ብዛት",
    unitPrice: "የአንዱ ዋጋ",
    discount: "ቅናሽ",
    tax: "ግብር",
    amount: "መጠን",
    subtotal: "ንዑስ ድምር",
    shipping: "ማድረሻ",
    total: "ጠቅላላ",
    credited: "ጠቅላላ ተመላሽ",
    paidWith: "የተከፈለው በ",
    taxIncluded: "ዋጋዎች ግብርን ያካትታሉ።",
    taxAdded: "ዋጋዎች ግብርን አያካትቱም፤ ግብሩ ከታች ተጨምሯል።",
    size: (size) => `መጠን ${size}`,
    days: (first, last) => (first === last ? first : `ከ${first} እስከ ${last}`),
    included: (tax) => `በውስጡ ${tax}`,
    changeOf: (order) => `የትዕዛዝ ${order} ለውጥ`,
    refundOf: (order) => `ለትዕዛዝ ${order} የተመለሰ`,
    page: (page, pages) => `ገጽ ${page} ከ${pages}`,
  },
};
