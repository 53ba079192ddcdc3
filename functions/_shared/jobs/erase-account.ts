import { z } from "zod";
import { removePersonalFiles } from "../personal-files.ts";
import { defineQueue } from "./queue.ts";

/** Forgets somebody when the time for taking it back is over: her rows in one transaction, then her files. */
export const eraseAccount = defineQueue({
  name: "privacy.erase_account",
  payload: z.object({ user_id: z.uuid() }),
  retryLimit: 20,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 21_600,
  expireInSeconds: 600,
  pollingSeconds: 60,
  concurrency: 1,
  overdueSeconds: 7200,
  async run({ user_id }, { sql, files }) {
    const [row] = await sql<{ outcome: string }[]>`select private.erase_account(${user_id}) as outcome`;
    // After the rows: until they are gone the account is there, and its pictures with it. A job that broke off in
    // between finds the account gone and removes what is left.
    if (row?.outcome === "erased" || row?.outcome === "gone") await removePersonalFiles(sql, files, user_id);
  },
});
