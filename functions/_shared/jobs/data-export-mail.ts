import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { dataExport } from "../notifications/kinds/data-export.ts";
import { defineQueue } from "./queue.ts";

/** Sends the links of an export that is ready. */
export const dataExportMail = defineQueue({
  name: "mail.data_export",
  payload: z.object({ export_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 2,
  overdueSeconds: 1800,
  run: ({ export_id }, context, job) => deliver(context, { kind: dataExport, subjectId: export_id }, job),
});
