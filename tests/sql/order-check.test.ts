import type { TransactionSql } from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkOrders } from "../../functions/_shared/jobs/check-orders.ts";
import { undone } from "../helpers/act-as.ts";
import { bookFitting, makeSalon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { choosePlan, type ForSale, letHoldEnd, makeForSale, order, pay } from "../helpers/orders.ts";
import { attendedFitting } from "../helpers/reviews.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let veil: ForSale;
let couture: ForSale;
let paid: string;
let waiting: string;
let cancelled: string;
/** By a plan: its first part is paid, or is waited for. */
let inParts: string;
let chosen: string;

// Everything that can be ordered, in every state that an order has before it leaves.
beforeAll(async () => {
  world = await World.create();
  const { sql } = world;
  boutique = await makeBoutique(sql);
  await sql`insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${boutique.id}, 'VAT', 1500)`;
  await sql`
    insert into public.shipping_methods (boutique_id, kind, name, location_id, price, currency)
    values (${boutique.id}, 'pickup', 'In the shop', ${boutique.locationId}, 300, 'XXX')`;
  bride = await world.asCustomer("Selam");
  const manager = await world.asStaff(boutique.id, "manager");
  veil = await makeForSale(sql, boutique, { stock: 20, price: 999 });
  couture = await makeForSale(sql, boutique, { serialised: true, garments: 4, price: 50_000 });
  const gown = await makeVariant(sql, boutique, { garments: 4 });
  const everything = [
    { variantId: veil.id, quantity: 2 },
    { variantId: couture.id },
    { variantId: gown.id, kind: "rental" as const, period: period(5, 6) },
  ];
  paid = (await order(bride, everything)).id;
  await pay(sql, paid);
  waiting = (await order(bride, everything)).id;
  cancelled = (await order(bride, everything)).id;
  const off = await bride.client.rpc("cancel_order", { order_id: await orderOf(cancelled) });
  if (off.error !== null) throw off.error;
  const [offer] = await sql<{ id: string }[]>`
    insert into public.payment_plan_offers (boutique_id, name, down_payment_percent, instalments)
    values (${boutique.id}, 'Four parts', 25, 3) returning id`;
  inParts = (await order(bride, [{ variantId: veil.id }])).id;
  await choosePlan(sql, bride, inParts, offer?.id ?? "");
  await pay(sql, inParts);
  chosen = (await order(bride, [{ variantId: veil.id }])).id;
  await choosePlan(sql, bride, chosen, offer?.id ?? "");
  const salon = await makeSalon(sql, boutique, { noShowFee: 500 });
  await bookFitting(bride, boutique, salon, { startsAt: `${day(8)}T07:00:00Z` });
  const tried = await attendedFitting(sql, boutique, salon, bride.id, gown.garmentIds);
  const review = { kind: "fitted", subject_id: tried, product_id: gown.productId, rating: 4, fit: "true" } as const;
  const reviewed = await bride.client.rpc("write_review", review);
  if (reviewed.error !== null) throw reviewed.error;
  const issued = await manager.client.rpc("issue_gift_card", { boutique_id: boutique.id, amount: 5_000 });
  if (issued.error !== null) throw issued.error;
  const late = (await order(bride, [{ variantId: veil.id }])).id;
  await letHoldEnd(sql, late);
  await sql`select private.expire_order_hold(${late})`;
});
afterAll(() => world.close());

async function orderOf(groupId: string): Promise<string> {
  const [row] = await world.sql<{ id: string }[]>`select id from public.orders where group_id = ${groupId}`;
  return row?.id ?? "";
}

const findings = (sql: TransactionSql | World["sql"]) =>
  sql<{ kind: string; id: string }[]>`select kind, id from private.order_check()`;

/** A plan says what is not so. */
const setPlan = (sql: TransactionSql, groupId: string, state: string) => sql`
  update public.payment_plans set state = ${state} where order_id in (select id from public.orders where group_id = ${groupId})`;

async function loseDocuments(sql: TransactionSql, kind: string): Promise<void> {
  await sql`alter table public.invoices disable trigger user`;
  await sql`delete from public.invoices where kind = ${kind}`;
  await sql`alter table public.invoices enable trigger user`;
}

/** One fault of each kind: a statement that no function of Nexus would run, and whether a machine can mend it. */
const faults: readonly (readonly [kind: string, mended: boolean, fault: (sql: TransactionSql) => Promise<unknown>])[] =
  [
    [
      "stock_level",
      true,
      (sql) => sql`update public.stock_levels set reserved = reserved - 1 where variant_id = ${veil.id}`,
    ],
    [
      "stock_level",
      true,
      (sql) => sql`update public.stock_levels set on_hand = on_hand + 5 where variant_id = ${veil.id}`,
    ],
    [
      "reservation",
      true,
      (sql) => sql`
      insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id)
      select boutique_id, variant_id, location_id, 'reserved', 3, gen_random_uuid() from public.stock_levels where variant_id = ${veil.id}`,
    ],
    [
      "reservation",
      true,
      (sql) => sql`
      insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id)
      select i.boutique_id, i.variant_id, ${boutique.locationId}, 'released', -1, i.id
      from public.order_items i join public.orders o on o.id = i.order_id where o.group_id = ${paid} and i.variant_id = ${veil.id}`,
    ],
    [
      "sold_garments",
      false,
      (sql) => sql`
      update public.allocations set state = 'released' where kind = 'sale' and source_id in (
        select i.id from public.order_items i join public.orders o on o.id = i.order_id where o.group_id = ${paid})`,
    ],
    [
      "sold_garments",
      true,
      (sql) => sql`
      update public.allocations set state = 'confirmed' where kind = 'sale' and state = 'released' and source_id in (
        select i.id from public.order_items i join public.orders o on o.id = i.order_id where o.group_id = ${cancelled})`,
    ],
    [
      "sold_without_order",
      true,
      (sql) => sql`
      insert into public.allocations (resource_id, boutique_id, during, kind, state, source_id)
      select g.id, g.boutique_id, tstzrange(now(), null), 'sale', 'confirmed', gen_random_uuid()
      from public.garments g
      where g.variant_id = ${couture.id} and g.id not in (select a.resource_id from public.allocations a where a.state <> 'released') limit 1`,
    ],
    [
      "rental_line",
      false,
      (sql) => sql`
      update public.rentals set state = 'cancelled' where id in (
        select i.rental_id from public.order_items i join public.orders o on o.id = i.order_id where o.group_id = ${paid})`,
    ],
    [
      "order_total",
      false,
      (sql) => sql`update public.order_items set unit_price = unit_price + 1 where variant_id = ${veil.id}`,
    ],
    [
      "order_total",
      false,
      (sql) => sql`delete from public.order_adjustments where kind = 'shipping' and boutique_id = ${boutique.id}`,
    ],
    ["refund_total", true, (sql) => sql`update public.orders set refunded_total = 5 where group_id = ${paid}`],
    ["payment", false, (sql) => sql`update public.payments set amount = 1 where group_id = ${waiting}`],
    [
      "payment",
      false,
      (sql) => sql`update public.payments set state = 'failed', settled_at = null where group_id = ${paid}`,
    ],
    [
      "order_state",
      true,
      async (sql) => {
        await sql`alter table public.orders disable trigger user`;
        await sql`update public.orders set state = 'fulfilled' where group_id = ${paid}`;
        await sql`alter table public.orders enable trigger user`;
      },
    ],
    [
      "order_log",
      false,
      async (sql) => {
        await sql`alter table public.order_events disable trigger user`;
        await sql`
        delete from public.order_events where from_state = 'pending' and to_state = 'paid' and order_id in (
          select id from public.orders where group_id = ${paid})`;
        await sql`alter table public.order_events enable trigger user`;
        await sql`
        insert into public.order_events (order_id, boutique_id, from_state, to_state)
        select id, boutique_id, 'fulfilled', 'paid' from public.orders where group_id = ${paid}`;
      },
    ],
    [
      "stale_order",
      true,
      async (sql) => {
        await letHoldEnd(sql, waiting);
        await sql`update public.orders set hold_expires_at = now() - interval '2 hours' where group_id = ${waiting}`;
      },
    ],
    ["payment", false, (sql) => sql`update public.payments set amount = amount + 1 where group_id = ${paid}`],
    [
      "order_total",
      false,
      (sql) => sql`update public.orders set deposit_total = deposit_total + 1 where group_id = ${paid}`,
    ],
    ["gift_card", true, (sql) => sql`update public.gift_cards set balance = balance + 1`],
    ["invoice", true, (sql) => loseDocuments(sql, "invoice")],
    [
      "credit_note",
      true,
      async (sql) => {
        await sql`select private.refund(id, 100, 'A stain') from public.orders where group_id = ${paid}`;
        await loseDocuments(sql, "credit_note");
      },
    ],
    [
      "debit_note",
      true,
      async (sql) => {
        await sql`
          insert into public.payments (purpose, group_id, order_id, boutique_id, customer_id, amount, currency)
          select 'change', group_id, id, boutique_id, customer_id, 100, currency from public.orders where group_id = ${paid}`;
        await sql`
          select private.settle_payment(p.id, 'cash', 'R-1', p.amount, p.currency::text)
          from public.payments p where p.group_id = ${paid} and p.order_id is not null`;
        await loseDocuments(sql, "debit_note");
      },
    ],
    ["deposit_missing", false, (sql) => sql`delete from public.deposits`],
    [
      "deposit_open",
      false,
      async (sql) => {
        await sql`alter table public.rentals disable trigger user`;
        await sql`update public.rentals set state = 'closed' where state = 'reserved'`;
        await sql`alter table public.rentals enable trigger user`;
      },
    ],
    ["deposit_payment", false, (sql) => sql`update public.payments set state = 'cancelled' where purpose = 'deposit'`],
    [
      "deposit_sum",
      false,
      async (sql) => {
        await sql`
          select private.settle_payment(p.id, 'cash', 'R-2', p.amount, p.currency::text) from public.payments p where p.purpose = 'deposit'`;
        await sql`update public.payments set amount = amount - 1 where purpose = 'deposit'`;
      },
    ],
    [
      "fitting_fee",
      false,
      async (sql) => {
        await sql`alter table public.appointments disable trigger user`;
        await sql`update public.appointments set fee_due = 500`;
        await sql`alter table public.appointments enable trigger user`;
      },
    ],
    [
      "fitting_fee",
      false,
      (sql) => sql`
      insert into public.payments (purpose, appointment_id, boutique_id, customer_id, amount, currency, due_at)
      select 'fitting_fee', id, boutique_id, customer_id, 500, currency, now() from public.appointments`,
    ],
    ["plan_state", false, (sql) => setPlan(sql, chosen, "active")],
    ["plan_state", false, (sql) => setPlan(sql, inParts, "chosen")],
    ["plan_state", false, (sql) => setPlan(sql, inParts, "ended")],
    ["plan_state", false, (sql) => setPlan(sql, inParts, "paid")],
    [
      "plan_sum",
      false,
      (sql) =>
        sql`update public.payments set amount = amount - 1 where purpose = 'instalment' and group_id = ${inParts}`,
    ],
    [
      "plan_sum",
      false,
      (sql) => sql`
      update public.payments set state = 'cancelled' where id = (
        select id from public.payments where purpose = 'instalment' and group_id = ${inParts} order by due_at limit 1)`,
    ],
    [
      "plan_sum",
      false,
      (sql) => sql`update public.order_groups set planned_total = planned_total - 1 where id = ${inParts}`,
    ],
    [
      "plan_sum",
      false,
      (sql) => sql`
      update public.payment_plans set instalment_total = instalment_total + 1
      where order_id in (select id from public.orders where group_id = ${chosen})`,
    ],
    ["order_number", false, (sql) => sql`update public.orders set number = 7 where group_id = ${paid}`],
    ["rating", true, (sql) => sql`update public.product_ratings set fit_true = 0`],
    [
      "rating",
      true,
      async (sql) => {
        await sql`alter table public.reviews disable trigger user`;
        await sql`update public.reviews set state = 'hidden', hidden_reason = 'No', hidden_at = now()`;
        await sql`alter table public.reviews enable trigger user`;
      },
    ],
    ["rank", true, (sql) => sql`update private.product_documents set rating = 5 where product_id = ${veil.productId}`],
    ["helpful_count", true, (sql) => sql`update public.reviews set helpful_count = 7`],
    ["document", true, (sql) => sql`delete from private.product_documents where product_id = ${veil.productId}`],
    [
      "document",
      true,
      async (sql) => {
        await sql`alter table public.products disable trigger user`;
        await sql`update public.products set status = 'archived', listed = false where id = ${veil.productId}`;
        await sql`alter table public.products enable trigger user`;
      },
    ],
  ];

describe("order_check", () => {
  it("finds nothing where nothing is wrong", async () => {
    expect(await findings(world.sql)).toEqual([]);
  });

  it.each(faults)("finds %s, and says whether a machine mended it (%s)", async (kind, mended, fault) => {
    await undone(world.sql, async (sql) => {
      await fault(sql);
      const found = await findings(sql);
      expect(new Set(found.map((finding) => finding.kind))).toEqual(new Set([kind]));
      for (const { id } of found) {
        const [row] = await sql<{ answer: string }[]>`select private.repair_order_drift(${kind}, ${id}) as answer`;
        expect(row?.answer).toMatch(mended ? /^Mended: / : /^By hand: /);
      }
      if (mended) expect(await findings(sql)).toEqual([]);
    });
  });

  it("knows all kinds that the job tells of, and each is tried here", async () => {
    const [{ source } = { source: "" }] = await world.sql<{ source: string }[]>`
      select prosrc as source from pg_proc where oid = 'private.watch_orders()'::regprocedure`;
    const list = source.slice(source.lastIndexOf("array["));
    const kinds = [...list.matchAll(/'([a-z_]+)'/g)].map(([, kind]) => kind);
    expect(new Set(kinds)).toEqual(new Set(faults.map(([kind]) => kind)));
  });

  it("tells the operator by a job, and ends the alert when it is mended", async () => {
    const alerts = () => world.sql`
      select kind, resolved_at is null as open from private.alerts where kind = 'orders.refund_total' order by opened_at`;
    await world.sql`update public.orders set refunded_total = 5 where group_id = ${paid}`;
    await runJob(world, checkOrders, {});
    expect(await alerts()).toMatchObject([{ open: true }]);
    await world.sql`select private.repair_order_drift(f.kind, f.id) from private.order_check() f`;
    await runJob(world, checkOrders, {});
    expect(await alerts()).toMatchObject([{ open: false }]);
  });
});
