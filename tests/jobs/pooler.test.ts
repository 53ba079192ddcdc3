import process from "node:process";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { drain } from "../../functions/_shared/jobs/drain.ts";
import type { JobLog } from "../../functions/_shared/jobs/log.ts";
import { startWorker, type Worker } from "../../functions/_shared/jobs/start-worker.ts";
import { readConfig } from "../../worker/config.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { findPgBouncer, PgBouncer } from "../helpers/pgbouncer.ts";
import { endHold, fate, hold, type Rental } from "../helpers/rentals.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { TestInbox } from "../helpers/test-inbox.ts";
import { World } from "../helpers/world.ts";

const program = findPgBouncer();
if (program === undefined) process.stderr.write("pgbouncer is not installed: the tests behind a pooler are skipped.\n");

describe.skipIf(program === undefined)("behind a pooler in transaction mode", () => {
  let world: World;
  let inbox: TestInbox;
  let pooler: PgBouncer;
  let boutique: BoutiqueFixture;
  const warnings: string[] = [];
  const errors: string[] = [];
  const log: JobLog = {
    info: () => undefined,
    warn: (fields, message) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
    error: (fields, message) => void errors.push(`${message} ${JSON.stringify(fields)}`),
  };

  beforeAll(async () => {
    [world, inbox] = await Promise.all([World.create(), TestInbox.open()]);
    pooler = await PgBouncer.start(program ?? "", world.databaseUrl);
    boutique = await makeBoutique(world.sql);
  });
  afterAll(async () => {
    await pooler?.stop();
    await inbox?.close();
    await world?.close();
  });

  const settings = (more: Record<string, string> = {}) =>
    readConfig({
      SUPABASE_DB_URL: pooler.url,
      SUPABASE_URL: world.apiUrl,
      SUPABASE_SECRET_KEY: world.keys.secret,
      WEBHOOK_MASTER_KEY: webhookMasterKey,
      SMTP_PORT: String(inbox.smtpPort),
      ...more,
    });
  const start = (more: Record<string, string> = {}) =>
    startWorker({ settings: settings(more), log, connections: 8, stopSeconds: 1, listen: true });
  const waitFor = (condition: () => Promise<void> | void) => vi.waitFor(condition, { timeout: 20_000, interval: 50 });

  async function until(worker: Worker, condition: () => Promise<void> | void): Promise<void> {
    try {
      await waitFor(condition);
    } finally {
      await worker.stop();
    }
  }

  it("jobs are done by polling alone: holds end and mails leave, once, without an error", async () => {
    const bride = await world.asCustomer("Selam");
    const rentals: Rental[] = [];
    for (let n = 0; n < 5; n += 1) {
      const gown = await makeVariant(world.sql, boutique);
      const rental = await hold(bride, gown.id, period(5, 6));
      rentals.push(rental);
    }
    await until(await start({ SUPABASE_DB_LISTEN_URL: "off" }), async () => {
      expect(await inbox.mailsTo(bride.email)).toHaveLength(5);
    });
    for (const rental of rentals) await endHold(world.sql, rental);
    await world.sql`update pgboss.job set start_after = now() where name = 'rental.expire_hold'`;
    await until(await start({ SUPABASE_DB_LISTEN_URL: "off" }), async () => {
      for (const rental of rentals) {
        expect(await fate(world.sql, rental)).toEqual({ rental: "expired", allocation: "released" });
      }
    });
    expect(errors).toEqual([]);
  });

  it("schedules are made, and maintenance runs", async () => {
    const worker = await start({ SUPABASE_DB_LISTEN_URL: "off" });
    try {
      await worker.boss.supervise();
      expect((await worker.boss.getSchedules()).length).toBeGreaterThan(2);
    } finally {
      await worker.stop();
    }
    expect(errors).toEqual([]);
  });

  it("a drain does what is ready", async () => {
    await world.sql`
      select private.enqueue('rental.expire_hold', jsonb_build_object('rental_id', gen_random_uuid())) from generate_series(1, 50)`;
    const drained = await drain({ settings: settings(), log, budgetSeconds: 20, cpuSeconds: 60 });
    expect(drained).toMatchObject({ failed: 0, dead: 0, left: 0 });
    expect(drained.done).toBeGreaterThanOrEqual(50);
    expect(errors).toEqual([]);
  });

  it("a direct connection for LISTEN wakes the worker at once", async () => {
    const worker = await start({ SUPABASE_DB_LISTEN_URL: world.databaseUrl });
    try {
      await waitFor(() => expect(worker.isListening).toBe(true));
      // Polled once a minute.
      await world.sql`select private.enqueue('privacy.erase_account', jsonb_build_object('user_id', gen_random_uuid()))`;
      await waitFor(async () =>
        expect([...(await world.sql`select state from pgboss.job where name = 'privacy.erase_account'`)]).toEqual([
          { state: "completed" },
        ]),
      );
    } finally {
      await worker.stop();
    }
  });

  it("LISTEN through the pooler is noticed not to work, and the log says what to do", async () => {
    const worker = await start();
    await until(worker, () => expect(warnings.join("\n")).toContain("LISTEN does not work: jobs are found by polling"));
    expect(worker.isListening).toBe(false);
  });
});
