import { z } from "zod";
import { defineQueue } from "./queue.ts";

/** Removes exports whose time is over, and asks again for erasures that are due and have not come. */
export const sweepPrivacy = defineQueue({
  name: "privacy.sweep",
  payload: z.strictObject({}),
  cron: "41 * * * *",
  missed: "once",
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 600,
  pollingSeconds: 30,
  concurrency: 1,
  overdueSeconds: 3600,
  async run(_payload, { sql, files }) {
    const expired = await sql<{ id: string; storage_paths: string[] }[]>`
      select id, storage_paths from public.data_exports where state = 'ready' and expires_at <= now()`;
    for (const { id, storage_paths } of expired) {
      await files.remove("data-exports", storage_paths);
      await sql`update public.data_exports set state = 'expired', storage_paths = '{}' where id = ${id}`;
    }
    await sql`
      select private.enqueue('privacy.erase_account', jsonb_build_object('user_id', due.user_id))
      from private.due_account_deletions() due (user_id)`;
  },
});
