import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import { startWorker } from "../../functions/_shared/jobs/start-worker.ts";
import { readConfig } from "../../worker/config.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { World } from "../helpers/world.ts";

let world: World;
beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

it("a worker that finds many jobs does one after the other, without waiting for its next poll", async () => {
  await world.sql`
    select private.enqueue('privacy.erase_account', jsonb_build_object('user_id', gen_random_uuid()))
    from generate_series(1, 20)`;
  const settings = readConfig({
    SUPABASE_DB_URL: world.databaseUrl,
    SUPABASE_DB_LISTEN_URL: "off",
    SUPABASE_URL: world.apiUrl,
    SUPABASE_SECRET_KEY: world.keys.secret,
    WEBHOOK_MASTER_KEY: webhookMasterKey,
  });
  const worker = await startWorker({ settings, log: silentLog, connections: 4, stopSeconds: 1, listen: true });
  try {
    // Its queue is polled once a minute, by one worker: twenty jobs would take twenty minutes.
    await vi.waitFor(
      async () => {
        const jobs = await world.sql`
          select from pgboss.job where name = 'privacy.erase_account' and started_on is not null`;
        expect(jobs).toHaveLength(20);
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(worker.isListening).toBe(false);
  } finally {
    await worker.stop();
  }
});
