import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testEventHeaders } from "../../functions/_shared/payments/test-events.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { makeForSale, order } from "../helpers/orders.ts";
import { Paying } from "../helpers/paying.ts";
import { activeJobs, giveOutAgain } from "../helpers/queue-state.ts";
import { WorkerChild } from "../helpers/worker-child.ts";
import { type Person, World } from "../helpers/world.ts";

/** The real worker, away for a while and killed in the middle of its work. */

const ORDERS = 12;

let world: World;
let paying: Paying;
let boutique: BoutiqueFixture;
let bride: Person;
const workers: WorkerChild[] = [];

beforeEach(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
  paying = await Paying.open(world);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  await paying.close();
  await world.close();
});

async function startWorker(): Promise<WorkerChild> {
  const worker = await WorkerChild.start(world, paying.variables);
  workers.push(worker);
  return worker;
}
const waitFor = (condition: () => Promise<void>) => vi.waitFor(condition, { timeout: 60_000, interval: 50 });
const ordersThatAre = async (state: string) =>
  (await world.sql`select from public.orders where state = ${state}::public.order_state`).length;
const transfersThatAre = async (state: string) =>
  (await world.sql`select from public.refund_transfers where state = ${state}::public.refund_transfer_state`).length;

/** Orders that are paid at the bank, of which the webhooks have come. */
async function paidAtTheBank(): Promise<string[]> {
  const veil = await makeForSale(world.sql, boutique, { stock: ORDERS, price: 10_000 });
  const attempts: string[] = [];
  for (let n = 0; n < ORDERS; n += 1) {
    const group = await order(bride, [{ variantId: veil.id }]);
    const started = await paying.started(bride, (await paying.paymentOf(group.id)).id);
    await paying.bank.choose(started.checkout_url, { webhook: "before_return" });
    attempts.push(started.attempt_id);
  }
  return attempts;
}

/** What the bank has given back of every payment. */
const givenBack = (attempts: readonly string[]) =>
  Promise.all(
    attempts.map(async (reference) => {
      const payment = await paying.bank.provider().lookUp({ reference, providerReference: null });
      return "amountRefunded" in payment ? payment.amountRefunded : undefined;
    }),
  );

describe("a worker", () => {
  it("that was away settles everything that has come meanwhile, each once", { timeout: 120_000 }, async () => {
    const attempts = await paidAtTheBank();
    expect(await ordersThatAre("pending")).toBe(ORDERS);
    await startWorker();
    await waitFor(async () => expect(await ordersThatAre("paid")).toBe(ORDERS));
    // The same news again, with other ids.
    for (const reference of attempts) {
      const body = JSON.stringify({ type: "payment.failed", data: failed(reference) });
      const headers = testEventHeaders(paying.bank.secret, `evt_${reference}`, body, new Date());
      await fetch(`${paying.server.origin}/functions/v1/webhooks/test`, { method: "POST", headers, body });
    }
    await waitFor(async () =>
      expect(await world.sql`select from private.payment_events where processed_at is null`).toHaveLength(0),
    );
    expect(await ordersThatAre("paid")).toBe(ORDERS);
    expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
      [],
    );
  });

  it("that is killed between asking the bank for a refund and noting it pays back once", {
    timeout: 120_000,
  }, async () => {
    const attempts = await paidAtTheBank();
    let worker = await startWorker();
    await waitFor(async () => expect(await ordersThatAre("paid")).toBe(ORDERS));
    await worker.kill();
    for (const { id } of await world.sql<{ id: string }[]>`select id from public.orders`) {
      await bride.client.rpc("cancel_order", { order_id: id });
    }
    for (let kill = 1; kill <= 3; kill += 1) {
      const inFlight = await world.sql.begin(async (tx) => {
        // It asks the bank, and cannot note the answer.
        await tx`lock table public.refund_transfers in exclusive mode`;
        worker = await startWorker();
        await waitFor(async () => {
          // Not the reconciliation, which waits here, too. Within a transaction the activity of others would stay as it was.
          const waiting = await world.sql`
            select from pg_locks l join pg_stat_activity a using (pid)
            where l.relation = 'public.refund_transfers'::regclass and not l.granted and a.query like '%settle_transfer%'`;
          expect(waiting.length).toBeGreaterThan(0);
        });
        await worker.kill();
        // What the server has read of it already would be done when the lock is gone: the network dies with the worker.
        await tx`
          select pg_terminate_backend(pid) from pg_locks
          where relation = 'public.refund_transfers'::regclass and not granted`;
        return activeJobs(world.sql, "refund.transfer");
      });
      expect(inFlight.length).toBeGreaterThan(0);
      await giveOutAgain(world.sql, world.databaseUrl, inFlight);
      await world.sql`update pgboss.job set start_after = now() where name = 'refund.transfer' and state in ('created', 'retry')`;
    }
    const before = (await givenBack(attempts)).filter((amount) => amount === 10_000).length;
    expect(before).toBeGreaterThan(await transfersThatAre("paid"));
    await startWorker();
    await waitFor(async () => expect(await transfersThatAre("paid")).toBe(ORDERS));
    expect(await givenBack(attempts)).toEqual(Array(ORDERS).fill(10_000));
    expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
      [],
    );
  });
});

const failed = (reference: string) => ({
  ...{ reference, state: "failed", amount: 10_000, amount_refunded: 0, currency: "ETB", payment_id: null },
  ...{ method: null, saved_method: null, reason: "declined", checkout_url: null },
});
