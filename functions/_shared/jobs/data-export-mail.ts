import { z } from "zod";
import { dataExport } from "../mail/data-export.ts";
import { sendOnce } from "../mail/send-once.ts";
import { defineQueue } from "./queue.ts";

/** Sends the links of an export that is ready. They are signed here and kept nowhere. */
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
  async run({ export_id }, { sql, mailer, files }) {
    const [ready] = await sql<
      { user_id: string; email: string; storage_paths: string[]; seconds: number; expires_at: Date }[]
    >`
      select e.user_id, u.email, e.storage_paths, e.expires_at,
        floor(extract(epoch from e.expires_at - now()))::integer as seconds
      from public.data_exports e
      join auth.users u on u.id = e.user_id and u.email is not null
      where e.id = ${export_id} and e.state = 'ready' and e.expires_at > now()`;
    if (ready === undefined) return;
    await sendOnce(sql, mailer, {
      key: `data_export:${export_id}`,
      template: "data_export",
      userId: ready.user_id,
      to: ready.email,
      async compose() {
        const links: string[] = [];
        for (const path of ready.storage_paths) {
          links.push(await files.signedUrl("data-exports", path, Math.max(ready.seconds, 1)));
        }
        return dataExport({ links, expires_at: ready.expires_at });
      },
    });
  },
});
