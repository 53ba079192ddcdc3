import { execFileSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { getDocumentProxy } from "unpdf";
import { expect, it } from "vitest";
import { invoiceExample } from "../../functions/_shared/documents/invoice-example.ts";
import { renderInvoice } from "../../functions/_shared/documents/render-invoice.ts";
import { root, withTools } from "../../stack/paths.ts";

/** What stands where, as it is seen. */
async function itemsOf(bytes: Uint8Array): Promise<unknown[]> {
  const page = await (await getDocumentProxy(new Uint8Array(bytes))).getPage(1);
  return (await page.getTextContent()).items.map((item) => ("str" in item ? [item.str, item.transform] : []));
}

it("functions make the same PDF in Deno as the worker does in Node", async () => {
  const content = { ...invoiceExample, locale: "am", buyer: { name: "ሰላም سارة שרה", address: [], country: "AE" } };
  const module = `file://${join(root, "functions/_shared/documents/render-invoice.ts")}`;
  const script = `
    const { renderInvoice } = await import(${JSON.stringify(module)});
    console.log(Buffer.from(await renderInvoice(${JSON.stringify(content)})).toString("base64"));`;
  const made = execFileSync("deno", ["eval", "--config", join(root, "functions/deno.json"), script], {
    env: withTools(process.env),
    encoding: "utf8",
  });
  const items = await itemsOf(await renderInvoice(content));
  expect(items.length).toBeGreaterThan(20);
  expect(await itemsOf(Buffer.from(made, "base64"))).toEqual(items);
});
