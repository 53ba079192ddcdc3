import type { TransactionSql } from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkLedger } from "../../functions/_shared/jobs/check-ledger.ts";
import { undone } from "../helpers/act-as.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { makeForSale, order, pay } from "../helpers/orders.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let orderId: string;

beforeAll(async () => {
  world = await World.create();
  const { sql } = world;
  boutique = await makeBoutique(sql);
  bride = await world.asCustomer("Selam");
  const manager = await world.asStaff(boutique.id, "manager");
  await sql`insert into public.commissions (boutique_id, basis_points) values (${boutique.id}, 750)`;
  const veil = await makeForSale(sql, boutique, { stock: 9, price: 9_999 });
  const group = await order(bride, [{ variantId: veil.id }]);
  await pay(sql, group.id);
  const [row] = await sql<{ id: string }[]>`select id from public.orders where group_id = ${group.id}`;
  orderId = row?.id ?? "";
  await manager.client.rpc("issue_gift_card", { boutique_id: boutique.id, amount: 5_000 });
  // By a provider, and back through it.
  const other = await order(bride, [{ variantId: veil.id }]);
  await sql`
    insert into public.payment_attempts (payment_id, customer_id, provider, amount, currency, expires_at)
    select id, customer_id, 'test', amount, currency, now() from public.payments where group_id = ${other.id}`;
  await sql`
    select private.settle_attempt(t.id, 'succeeded', 'pay_1', t.amount, 'ETB') from public.payment_attempts t`;
  await sql`select private.refund(id, 4_000, 'A stain') from public.orders where group_id = ${other.id}`;
  await sql`select private.settle_transfer(id, 'paid', 're_1') from public.refund_transfers`;
});
afterAll(() => world.close());

const balances = async (sql: TransactionSql | World["sql"] = world.sql) =>
  Object.fromEntries(
    (
      await sql<{ kind: string; balance: number }[]>`
        select a.kind, sum(e.amount)::float8 as balance from private.ledger_accounts a join private.ledger_entries e on e.account_id = a.id
        group by a.kind having sum(e.amount) <> 0`
    ).map(({ kind, balance }) => [kind, balance]),
  );

describe("the ledger", () => {
  it("has every cent where it is, and the commission of what stays", async () => {
    expect(await balances()).toEqual({
      till: 9_999 + 5_000,
      provider: 9_999 - 4_000,
      // 7.5 % of 9,999 and of 5,999, each rounded half up.
      commission: -750 - 450,
      boutique: -(9_999 - 750) - (5_999 - 450),
      customer_credit: -5_000,
    });
    expect(await world.sql`select * from private.ledger_check()`).toEqual([]);
  });

  it("takes no transaction that does not balance, in one statement or in a second", async () => {
    const post = (amounts: readonly number[]) => world.sql`
      select private.post('payout', gen_random_uuid(), null, 'ETB', array[
        private.ledger_line('bank', null, ${amounts[0] ?? 0}), private.ledger_line('commission', null, ${amounts[1] ?? 0})])`;
    const unbalanced = { code: "23514", constraint_name: "entries_of_a_transaction_balance" };
    await expect(post([100, -99])).rejects.toMatchObject(unbalanced);
    await expect(post([100, 0])).rejects.toMatchObject(unbalanced);
    await expect(world.sql`
      insert into private.ledger_entries (transaction_id, account_id, amount)
      select transaction_id, account_id, 1 from private.ledger_entries limit 1`).rejects.toMatchObject(unbalanced);
    const [same] = await world.sql`select private.post('payout', gen_random_uuid(), null, 'ETB', '{}') as id`;
    expect(same).toEqual({ id: null });
  });

  it("posts a source once", async () => {
    const [done] = await world.sql<
      { source_id: string }[]
    >`select source_id from private.ledger_transactions where kind = 'settled' limit 1`;
    await expect(world.sql`
      select private.post('settled', ${done?.source_id ?? ""}, null, 'ETB', array[
        private.ledger_line('bank', null, 1), private.ledger_line('till', null, -1)])`).rejects.toMatchObject({
      code: "23505",
    });
  });

  it.each(["ledger_entries", "ledger_transactions", "ledger_accounts"])("is never changed: %s", async (table) => {
    const target = world.sql(`private.${table}`);
    await expect(world.sql`update ${target} set id = gen_random_uuid()`).rejects.toMatchObject({ code: "42501" });
    await expect(world.sql`delete from ${target}`).rejects.toMatchObject({ code: "42501" });
  });

  it("is not emptied at once", async () => {
    await expect(world.sql`truncate private.ledger_entries`).rejects.toMatchObject({ code: "42501" });
  });

  it("keeps up with 20 payments of one boutique at once", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 20, price: 1_000 });
    const brides = await Promise.all(Array.from({ length: 20 }, () => world.asCustomer()));
    const groups = await Promise.all(brides.map((person) => order(person, [{ variantId: veil.id }])));
    const before = (await balances())["boutique"] ?? 0;
    await Promise.all(groups.map(({ id }) => pay(world.sql, id)));
    expect((await balances())["boutique"]).toBe(before - 20 * (1_000 - 75));
    expect(await world.sql`select * from private.ledger_check()`).toEqual([]);
  });
});

/** What no function of Nexus does: each is found. */
const faults: readonly (readonly [kind: string, fault: (sql: TransactionSql) => Promise<unknown>])[] = [
  [
    "ledger_entries",
    (sql) => sql`insert into private.ledger_transactions (kind, source_id) values ('deposit', gen_random_uuid())`,
  ],
  [
    "ledger_source",
    (sql) => sql`
      select private.post('settled', gen_random_uuid(), null, 'USD', array[
        private.ledger_line('bank', null, 1), private.ledger_line('commission', null, -1)])`,
  ],
  [
    "ledger_source",
    async (sql) => {
      await sql`alter table public.payments disable trigger post_settled`;
      await sql`
        insert into public.payments (group_id, amount, currency, state, settled_at, method, reference)
        select group_id, 1, 'ETB', 'succeeded', now(), 'cash', 'by hand' from public.orders where id <> ${orderId} limit 0`;
      await sql`
        insert into public.payments (purpose, group_id, order_id, boutique_id, amount, currency, state, settled_at, method, reference)
        select 'instalment', group_id, id, boutique_id, 1, 'ETB', 'succeeded', now(), 'cash', 'by hand' from public.orders where id = ${orderId}`;
    },
  ],
  [
    "ledger_order",
    (sql) =>
      withoutPosting(sql, "orders", sql`update public.orders set paid_total = paid_total + 5 where id = ${orderId}`),
  ],
  [
    "ledger_amount",
    (sql) => sql`update public.payments set amount = amount + 1 where method = 'cash' and state = 'succeeded'`,
  ],
  ["ledger_balance", (sql) => sql`update public.gift_cards set balance = balance - 1`],
];

async function withoutPosting(sql: TransactionSql, table: string, fault: PromiseLike<unknown>): Promise<void> {
  await sql`alter table ${sql(`public.${table}`)} disable trigger user`;
  await fault;
  await sql`alter table ${sql(`public.${table}`)} enable trigger user`;
}

describe("ledger_check", () => {
  it.each(faults)("finds %s", async (kind, fault) => {
    await undone(world.sql, async (sql) => {
      await fault(sql);
      const found = await sql<{ kind: string }[]>`select kind from private.ledger_check()`;
      expect(found.map((finding) => finding.kind)).toContain(kind);
    });
  });

  it("knows all kinds that the job tells of, and each is tried here", async () => {
    const [{ source } = { source: "" }] = await world.sql<{ source: string }[]>`
      select prosrc as source from pg_proc where oid = 'private.watch_ledger()'::regprocedure`;
    const kinds = [...source.slice(source.lastIndexOf("array[")).matchAll(/'([a-z_]+)'/g)].map(([, kind]) => kind);
    expect(new Set(kinds)).toEqual(new Set(faults.map(([kind]) => kind)));
  });

  it("tells the operator by a job, and ends the alert when it is mended", async () => {
    const alerts = () => world.sql`
      select resolved_at is null as open from private.alerts where kind = 'ledger.ledger_balance' order by opened_at`;
    await world.sql`update public.gift_cards set balance = balance - 1`;
    await runJob(world, checkLedger, {});
    expect(await alerts()).toEqual([{ open: true }]);
    await world.sql`update public.gift_cards set balance = balance + 1`;
    await runJob(world, checkLedger, {});
    expect(await alerts()).toEqual([{ open: false }]);
  });
});
