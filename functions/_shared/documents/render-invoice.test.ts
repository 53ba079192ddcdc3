import { getDocumentProxy, getResolvedPDFJS } from "unpdf";
import { describe, expect, it } from "vitest";
import type { InvoiceContent } from "./invoice-content.ts";
import { invoiceExample } from "./invoice-example.ts";
import { renderInvoice } from "./render-invoice.ts";

interface Glyph {
  readonly unicode: string;
  readonly originalCharCode: number;
}

/** What stands in a PDF: each page's text, and every glyph from left to right with the font that it is drawn with. */
async function read(bytes: Uint8Array) {
  const pdf = await getDocumentProxy(bytes.slice());
  const { OPS } = await getResolvedPDFJS();
  const pages: string[] = [];
  const shown: { font: string; text: string; codes: number[] }[] = [];
  for (let n = 1; n <= pdf.numPages; n += 1) {
    const page = await pdf.getPage(n);
    const { items } = await page.getTextContent();
    pages.push(items.map((item) => ("str" in item ? `${item.str}${item.hasEOL ? "\n" : ""}` : "")).join(""));
    const { fnArray, argsArray } = await page.getOperatorList();
    for (const [index, operator] of fnArray.entries()) {
      if (operator === OPS.beginText) shown.push({ font: "", text: "", codes: [] });
      const run = shown.at(-1);
      if (run === undefined) continue;
      if (operator === OPS.setFont) run.font = page.commonObjs.get(argsArray[index][0]).name.replace(/^[A-Z]+\+/, "");
      if (operator !== OPS.showText) continue;
      for (const glyph of argsArray[index][0] as (Glyph | number)[]) {
        if (typeof glyph === "number") continue;
        run.text += glyph.unicode;
        run.codes.push(glyph.originalCharCode);
      }
    }
  }
  const meta = await pdf.getMetadata();
  const [, , width, height] = (await pdf.getPage(1)).view;
  return { pages, shown, title: (meta.info as { Title?: string }).Title, width, height };
}

type Read = Awaited<ReturnType<typeof read>>;
const make = async (change: Partial<InvoiceContent> = {}) =>
  read(await renderInvoice({ ...invoiceExample, ...change }));
/** Runs of glyphs drawn with a font, as they are seen from left to right. */
const drawnWith = ({ shown }: Read, font: string) => shown.filter((run) => run.font === font).map(({ text }) => text);
const plain = (text: string) => text.replaceAll(/\s+/g, " ");

describe("an invoice", () => {
  it("is an A4 page that says who, when, what and how much", async () => {
    const { pages, title, width, height } = await make();
    expect(pages).toHaveLength(1);
    expect([Math.round(width ?? 0), Math.round(height ?? 0)]).toEqual([595, 842]);
    expect(title).toBe("Invoice AB-000042");
    const text = plain(pages[0] ?? "");
    for (const fact of [
      "Almaz Bridal PLC",
      "Bole Road 12",
      "Tax number: 0012345678",
      "AB-000042",
      "Tuesday, 4 May 2027",
      "AB-000057",
      "Selam Tesfaye",
      "Churchill Avenue 4",
      "Ethiopia",
      "Genet",
      "Size 38 · ivory · GEN-38-I",
      "Friday, 4 June 2027 to Sunday, 6 June 2027",
      "ETB 1,250.00",
      "-ETB 250.00",
      "15 %",
      "ETB 2,250.00",
      "Subtotal",
      "ETB 7,900.00",
      "Shipping: Courier in Addis Ababa",
      "ETB 7,800.00",
      "of which VAT 15 %",
      "ETB 1,017.39",
      "Paid with: cash, gift card",
      "Prices include tax.",
      "Page 1 of 1",
    ]) {
      expect(text).toContain(fact);
    }
    expect(text).not.toMatch(/undefined|null|NaN|For invoice/);
  });

  it("adds the tax where prices are without it, and leaves out what there is not", async () => {
    const added = plain((await make({ prices_include_tax: false })).pages[0] ?? "");
    expect(added).toContain("Prices are without tax, which is added below them.");
    expect(added).not.toContain("of which");
    const lines = invoiceExample.lines.map((line) => ({ ...line, discount: 0, tax_basis_points: 0 }));
    const bare = plain((await make({ lines, discount: 0, taxes: [], shipping: null, paid_with: [] })).pages[0] ?? "");
    expect(bare).not.toMatch(/Discount|Tax(?! number)|tax\.|Shipping|Paid with/);
  });

  it("is in Amharic for who reads it, in a font that has its letters", async () => {
    const document = await make({ locale: "am-ET", buyer: { name: "ሰላም ተስፋዬ", address: [], country: "ET" } });
    expect(document.title).toBe("ደረሰኝ AB-000042");
    expect(plain(document.pages[0] ?? "")).toMatch(/የግብር ከፋይ መለያ ቁጥር: 0012345678.*ሰላም ተስፋዬ.*ብር.?7,800\.00/);
    expect(drawnWith(document, "NotoSansEthiopic-Bold")).toContain("ሰላም ተስፋዬ");
    for (const { font, text } of document.shown) {
      if (/\p{Script=Ethiopic}/u.test(text)) expect(font).toMatch(/^NotoSansEthiopic-/);
    }
  });

  it("writes Hebrew and Arabic from the right, with joined letters, and Latin in them from the left", async () => {
    const buyer = { name: "שרה כהן", address: ["سارة بنت عبدالله", "رقم 12 (Dubai)"], country: "AE" };
    const document = await make({ buyer });
    // From left to right, the last letter is the first one.
    expect(drawnWith(document, "NotoSansHebrew-Bold")).toContain("ןהכ הרש");
    const arabic = drawnWith(document, "IBMPlexSansArabic-Regular");
    expect(arabic.map((text) => text.normalize("NFKC"))).toContain([..."سارة بنت عبدالله"].reverse().join(""));
    // The line is Arabic, which begins at the right: what is written last stands at the left.
    const runs = document.shown.map(({ text }) => text.normalize("NFKC"));
    const first = runs.findIndex((text) => text.includes("Dubai"));
    expect(runs.slice(first - 1, first + 4).join("")).toBe("(Dubai) 12 مقر");
    // Letters have the forms of their place in the word: what is drawn for one letter differs.
    const forms = document.shown.find(({ text }) => text.normalize("NFKC").includes("هللادبع"));
    expect(forms).toBeDefined();
    const lams = [...(forms?.text.normalize("NFKC") ?? "")].flatMap((letter, n) =>
      letter === "ل" ? [forms?.codes[n]] : [],
    );
    expect(new Set(lams).size).toBe(2);
  });

  it("has a glyph for everything: no box stands for a letter, and one that no font has is seen to be missing", async () => {
    const names = [
      "Zoë Łukasz Ğüneş",
      "Ελένη Παππά",
      "Анна Ёлкина",
      "ሰላም",
      "שָׂרָה",
      "ليلى",
      "प्रिया",
      "€ £ ₪ № “”…",
      "A\u200Fb",
    ];
    const document = await make({ buyer: { name: "ሀ", address: names, country: null } });
    for (const { text, codes } of document.shown) expect(codes, text).not.toContain(0);
    expect(document.pages.join("")).not.toContain("\uFFFD");
    const missing = await make({ buyer: { name: "婚纱", address: [], country: null } });
    expect(missing.pages.join("")).toContain("\uFFFD\uFFFD");
    for (const { text, codes } of missing.shown) expect(codes, text).not.toContain(0);
  });

  it("goes on on further pages, each with a head, and breaks what is too long", async () => {
    const item = invoiceExample.lines[0];
    if (item === undefined) throw new Error("The example has a line.");
    const lines = Array.from({ length: 60 }, (_, n) => ({ ...item, name: `Gown ${n + 1}` }));
    const address = ["x".repeat(300), "word ".repeat(80)];
    const { pages } = await make({ lines, buyer: { name: "Selam", address, country: "ET" } });
    expect(pages.length).toBeGreaterThan(3);
    for (const [n, page] of pages.entries()) {
      expect(page).toContain("Description");
      expect(page).toContain(`Page ${n + 1} of ${pages.length}`);
    }
    const all = pages.join("\n");
    for (const { name } of lines) expect(all.match(new RegExp(`${name}\\b`, "g"))).toHaveLength(1);
    expect(all.replaceAll(/\s/g, "")).toContain("x".repeat(300));
  });

  it("is the same file whenever it is made, and nothing is made of what is none", async () => {
    expect(await renderInvoice(invoiceExample)).toEqual(await renderInvoice(invoiceExample));
    await expect(renderInvoice({ ...invoiceExample, total: "7800" })).rejects.toThrow("total");
  });
});

describe("a credit note", () => {
  it("says for which invoice, why, how much, and the tax in it", async () => {
    const { pages, title } = await make({
      kind: "credit_note",
      number: "AB-000003",
      invoice_number: "AB-000042",
      reason: "cancelled_by_customer",
      lines: [],
      paid_with: [],
    });
    expect(title).toBe("Credit note AB-000003");
    const text = plain(pages[0] ?? "");
    for (const fact of [
      "For invoice AB-000042",
      "Refund for order AB-000057",
      "Cancelled by the customer",
      "Total credited",
      "ETB 7,800.00",
      "of which VAT 15 %",
    ]) {
      expect(text).toContain(fact);
    }
    expect(text).not.toMatch(/Quantity|Subtotal|Prices/);
  });
});

describe("a debit note", () => {
  it("says for which invoice, how much more, how it was paid, and the tax in it", async () => {
    const { pages, title } = await make({
      kind: "debit_note",
      number: "AB-000002",
      invoice_number: "AB-000042",
      lines: [],
      paid_with: ["cash"],
    });
    expect(title).toBe("Debit note AB-000002");
    const text = plain(pages[0] ?? "");
    for (const fact of [
      "For invoice AB-000042",
      "Change of order AB-000057",
      "Total",
      "ETB 7,800.00",
      "of which VAT 15 %",
      "cash",
    ]) {
      expect(text).toContain(fact);
    }
    expect(text).not.toMatch(/Quantity|Subtotal|Prices|credited/);
  });
});
