import { type Format, formatFor, type Language, languageOf } from "../notifications/language.ts";
import { methodInWords, reasonInWords } from "../order-words.ts";
import { FontSet } from "./font-set.ts";
import { type InvoiceContent, type InvoiceLine, invoiceContent } from "./invoice-content.ts";
import { type InvoiceWords, invoiceWords } from "./invoice-words.ts";
import { Pen, type Style } from "./pen.ts";

const MARGIN = 48;
/** Upper edge of the foot, and where the text of a page ends. */
const FOOT = 44;
const BOTTOM = 72;

const ink = "#2b2430";
const quiet = "#776b73";
const accent = "#7a2e57";
const line = "#eadfd8";

const text: Style = { size: 9.5, color: ink };
const strong: Style = { ...text, weight: 700 };
const small: Style = { size: 8.5, color: quiet };
const heading: Style = { ...small, weight: 700 };

/**
 * Makes the PDF of an invoice or a credit note: A4, in the language of its customer. The same content gives the same
 * bytes.
 *
 * @param content checked against the schema; zod's error when it is something else
 */
export async function renderInvoice(content: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const data = invoiceContent.parse(content);
  const language = languageOf(data.locale);
  const words = invoiceWords[language];
  const title = { invoice: words.invoice, debit_note: words.debitNote, credit_note: words.creditNote }[data.kind];
  const fonts = await FontSet.for(JSON.stringify([data, language === "am" ? "ሀ" : ""]));
  const pen = new Pen(fonts, {
    title: `${title} ${data.number}`,
    language,
    madeAt: new Date(`${data.issued_on}T00:00:00Z`),
    margin: MARGIN,
  });
  new Sheet(pen, data, language, words, title).draw();
  return pen.end();
}

interface Column {
  readonly name: string;
  readonly left: number;
  /** Edge at which its figures end. */
  readonly right: number;
  value(item: InvoiceLine): string;
}

class Sheet {
  readonly #pen: Pen;
  readonly #data: InvoiceContent;
  readonly #language: Language;
  readonly #words: InvoiceWords;
  readonly #title: string;
  readonly #format: Format;
  readonly #right: number;
  #y = MARGIN;

  constructor(pen: Pen, data: InvoiceContent, language: Language, words: InvoiceWords, title: string) {
    this.#pen = pen;
    this.#data = data;
    this.#language = language;
    this.#words = words;
    this.#title = title;
    this.#format = formatFor(language);
    this.#right = pen.width - MARGIN;
  }

  draw(): void {
    this.#head();
    this.#buyer();
    if (this.#data.kind === "invoice") this.#table();
    else this.#note();
    this.#totals();
    this.#notes();
    this.#foot();
  }

  #head(): void {
    const { seller } = this.#data;
    const words = this.#words;
    this.#pen.fill(0, 0, this.#pen.width, 6, accent);
    const half = (this.#right - MARGIN) / 2 - 12;
    const name: Style = { size: 15, weight: 700, color: ink };
    let left = this.#pen.writeBlock(this.#pen.block(seller.name, half, name), MARGIN, MARGIN, name) + 2;
    for (const part of [seller.address, seller.tax_number === "" ? "" : `${words.taxNumber}: ${seller.tax_number}`]) {
      if (part !== "") left = this.#pen.writeBlock(this.#pen.block(part, half, small), MARGIN, left, small);
    }
    const big: Style = { size: 21, weight: 700, color: accent };
    let right =
      this.#pen.writeBlock(this.#pen.block(this.#title, half, big), this.#right, MARGIN - 6, big, "right") + 6;
    for (const [name, value] of this.#facts()) {
      const width = this.#pen.measure(value, strong);
      this.#pen.write(name, this.#right - width - 8, right + 10, { ...text, color: quiet }, "right");
      this.#pen.write(value, this.#right, right + 10, strong, "right");
      right += 15;
    }
    this.#y = Math.max(left, right) + 18;
    this.#pen.rule(this.#y, line);
    this.#y += 16;
  }

  #facts(): [string, string][] {
    const { number, issued_on, order_number, invoice_number } = this.#data;
    const words = this.#words;
    return [
      [words.number, number],
      [words.date, this.#format.day(issued_on)],
      [words.order, order_number],
      ...(invoice_number === null ? [] : [[words.forInvoice, invoice_number] as [string, string]]),
    ];
  }

  #buyer(): void {
    const { name, address, country } = this.#data.buyer;
    const lines = country === null ? address : [...address, this.#country(country)];
    const width = (this.#right - MARGIN) * 0.6;
    this.#y = this.#pen.writeBlock({ lines: [this.#words.billTo], height: 0 }, MARGIN, this.#y, small) + 2;
    const bold: Style = { ...strong, size: 11 };
    if (name !== "") this.#y = this.#pen.writeBlock(this.#pen.block(name, width, bold), MARGIN, this.#y, bold);
    for (const part of lines) {
      this.#y = this.#pen.writeBlock(this.#pen.block(part, width, text), MARGIN, this.#y, text);
    }
    this.#y += 20;
  }

  /** Columns of figures, as wide as what stands in them, from the right. */
  #columns(): Column[] {
    const { lines, taxes } = this.#data;
    const words = this.#words;
    const figures: Omit<Column, "right" | "left">[] = [
      { name: words.quantity, value: ({ quantity }) => String(quantity) },
      { name: words.unitPrice, value: ({ unit_price }) => this.#money(unit_price) },
      { name: words.discount, value: ({ discount }) => (discount > 0 ? `-${this.#money(discount)}` : "") },
      { name: words.tax, value: ({ tax_basis_points }) => this.#percent(tax_basis_points) },
      { name: words.amount, value: ({ amount }) => this.#money(amount) },
    ];
    const shown = figures.filter(
      ({ name }) =>
        (name !== words.discount || lines.some(({ discount }) => discount > 0)) &&
        (name !== words.tax || taxes.length > 0),
    );
    let right = this.#right;
    return shown.toReversed().map(({ name, value }) => {
      const widths = lines.map((item) => this.#pen.measure(value(item), text));
      const left = right - Math.max(this.#pen.measure(name, heading), ...widths);
      const column = { name, value, left, right };
      right = left - 14;
      return column;
    });
  }

  #table(): void {
    const columns = this.#columns();
    const width = Math.min(...columns.map(({ left }) => left)) - 14 - MARGIN;
    this.#tableHead(columns);
    for (const item of this.#data.lines) {
      const name = this.#pen.block(item.name, width, strong);
      const detail = this.#pen.block(this.#detail(item), width, small);
      const height = name.height + detail.height + 14;
      if (this.#room(height)) this.#tableHead(columns);
      const baseline = this.#y + 7 + text.size * 1.05;
      const below = this.#pen.writeBlock(name, MARGIN, this.#y + 7, strong);
      this.#pen.writeBlock(detail, MARGIN, below, small);
      for (const { right, value } of columns.toReversed()) this.#pen.write(value(item), right, baseline, text, "right");
      this.#y += height;
      this.#pen.rule(this.#y, line, 0.5);
    }
  }

  #tableHead(columns: readonly Pick<Column, "name" | "right">[]): void {
    this.#pen.write(this.#words.description, MARGIN, this.#y + 8, heading);
    for (const { name, right } of columns.toReversed()) this.#pen.write(name, right, this.#y + 8, heading, "right");
    this.#y += 15;
    this.#pen.rule(this.#y, accent, 1);
  }

  #detail({ size, color, sku, first_day, last_day }: InvoiceLine): string {
    const parts = [size === "" ? "" : this.#words.size(size), color, sku].filter((part) => part !== "").join(" · ");
    if (first_day === null || last_day === null) return parts;
    return `${parts}\n${this.#words.days(this.#format.day(first_day), this.#format.day(last_day))}`;
  }

  /** The one line of a debit or credit note. */
  #note(): void {
    const { kind, order_number, reason, total } = this.#data;
    const width = this.#right - MARGIN - 120;
    this.#tableHead([{ name: this.#words.amount, right: this.#right }]);
    this.#pen.write(this.#money(total), this.#right, this.#y + 7 + text.size * 1.05, text, "right");
    const what = kind === "debit_note" ? this.#words.changeOf(order_number) : this.#words.refundOf(order_number);
    const name = this.#pen.block(what, width, strong);
    this.#y = this.#pen.writeBlock(name, MARGIN, this.#y + 7, strong);
    const why = reason === null ? "" : reasonInWords(reason, this.#language);
    if (why !== "") this.#y = this.#pen.writeBlock(this.#pen.block(why, width, small), MARGIN, this.#y, small);
    this.#y += 7;
    this.#pen.rule(this.#y, line, 0.5);
  }

  #totals(): void {
    const { kind, subtotal, discount, shipping, taxes, total, prices_include_tax } = this.#data;
    const words = this.#words;
    const isIncluded = prices_include_tax || kind !== "invoice";
    const rows: [name: string, value: string, style: Style][] = [];
    const add = (name: string, value: string, style: Style = text) => rows.push([name, value, style]);
    if (kind === "invoice") {
      add(words.subtotal, this.#money(subtotal));
      if (discount > 0) add(words.discount, `-${this.#money(discount)}`);
      if (shipping !== null) add(`${words.shipping}: ${shipping.name}`, this.#money(shipping.amount));
      if (!isIncluded) for (const tax of taxes) add(this.#tax(tax), this.#money(tax.amount));
    }
    add(kind === "credit_note" ? words.credited : words.total, this.#money(total), {
      size: 13,
      weight: 700,
      color: accent,
    });
    if (isIncluded) for (const tax of taxes) add(words.included(this.#tax(tax)), this.#money(tax.amount), small);

    this.#y += 10;
    const from = MARGIN + (this.#right - MARGIN) * 0.42;
    for (const [name, value, style] of rows) {
      const block = this.#pen.block(name, this.#right - from - this.#pen.measure(value, style) - 16, style);
      this.#room(block.height + 8);
      if (style.size > 12) this.#pen.rule(this.#y + 1, accent, 1, from);
      this.#y += style.size > 12 ? 7 : 2;
      const below = this.#pen.writeBlock(block, from, this.#y, style);
      this.#pen.write(value, this.#right, this.#y + style.size * 1.05, style, "right");
      this.#y = below;
    }
  }

  #notes(): void {
    const { kind, taxes, prices_include_tax, paid_with } = this.#data;
    const words = this.#words;
    const notes: string[] = [];
    if (paid_with.length > 0) {
      notes.push(`${words.paidWith}: ${paid_with.map((method) => methodInWords(method, this.#language)).join(", ")}`);
    }
    if (kind === "invoice" && taxes.length > 0) notes.push(prices_include_tax ? words.taxIncluded : words.taxAdded);
    this.#y += 22;
    for (const note of notes) {
      const block = this.#pen.block(note, this.#right - MARGIN, text);
      this.#room(block.height);
      this.#y = this.#pen.writeBlock(block, MARGIN, this.#y, text) + 2;
    }
  }

  #foot(): void {
    const { seller, number } = this.#data;
    this.#pen.onEveryPage((page, pages) => {
      const y = this.#pen.height - FOOT;
      this.#pen.rule(y, line);
      const [name = ""] = this.#pen.block(seller.name, (this.#right - MARGIN) * 0.5, small).lines;
      this.#pen.write(`${name} · ${this.#title} ${number}`, MARGIN, y + 14, small);
      this.#pen.write(this.#words.page(page, pages), this.#right, y + 14, small, "right");
    });
  }

  /** Goes to a new page when so much does not fit on this one; true when it has. */
  #room(height: number): boolean {
    if (this.#y + height <= this.#pen.height - BOTTOM) return false;
    this.#pen.newPage();
    this.#pen.fill(0, 0, this.#pen.width, 6, accent);
    this.#y = MARGIN;
    return true;
  }

  #money(amount: number): string {
    return this.#format.money(amount, this.#data.currency);
  }

  #tax({ name, basis_points }: InvoiceContent["taxes"][number]): string {
    return `${name === "" ? this.#words.tax : name} ${this.#percent(basis_points)}`;
  }

  #country(code: string): string {
    return new Intl.DisplayNames([this.#language, "en"], { type: "region" }).of(code) ?? code;
  }

  #percent(basisPoints: number): string {
    return `${new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(basisPoints / 100)} %`;
  }
}
