import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Makes the PDF of an invoice or a credit note, and has its customer told that it is there. */
export const renderDocument = defineQueue({
  name: "document.render",
  payload: z.object({ invoice_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 10,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 10,
  // It computes for up to a second, while other jobs of the process wait.
  concurrency: 1,
  overdueSeconds: 1800,
  async run({ invoice_id }, { sql, files }) {
    const [invoice] = await sql<{ boutique_id: string; content: unknown }[]>`
      select boutique_id, content from public.invoices where id = ${invoice_id} and storage_path is null`;
    if (invoice === undefined) return;
    // Fonts and shaping are large: they are read where there is something to write.
    const { renderInvoice } = await import("../documents/render-invoice.ts");
    const path = `${invoice.boutique_id}/${invoice_id}.pdf`;
    await files.upload("invoices", path, await renderInvoice(invoice.content), "application/pdf");
    await sql.begin(async (tx) => {
      const { count } = await tx`
        update public.invoices set storage_path = ${path} where id = ${invoice_id} and storage_path is null`;
      if (count > 0) {
        await tx`
          select private.notify('invoice_ready', ${invoice_id}, jsonb_build_object('group', ${invoice.boutique_id}::uuid))`;
      }
    });
  },
});
