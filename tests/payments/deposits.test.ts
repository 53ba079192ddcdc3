import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { lookUpPayment } from "../../functions/_shared/jobs/look-up-payment.ts";
import { settleDeposit } from "../../functions/_shared/jobs/settle-deposit.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { Paying, receipt } from "../helpers/paying.ts";
import { hold, type Rental, steps } from "../helpers/rentals.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

/** A deposit from the reservation to its end: in cash, through a provider, and on a card. */

let world: World;
let paying: Paying;
let boutique: BoutiqueFixture;
let bride: Person;
let stylist: Person;
let rental: Rental;

const amount = 50_000;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql, { depositBeforePickup: true });
  stylist = await world.asStaff(boutique.id, "stylist");
  paying = await Paying.open(world);
});
afterAll(async () => {
  await paying?.close();
  await world?.close();
});
// Every test has a gown of its own, which its bride has reserved from today, and all the payments that she may begin.
beforeEach(async () => {
  await world.sql`delete from private.rate_limits`;
  bride = await world.asCustomer("Selam");
  const gown = await makeVariant(world.sql, boutique, { deposit: amount });
  rental = await hold(bride, gown.id, period(0, 3));
  const { error } = await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
  if (error !== null) throw error;
});
afterEach(async () => {
  expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
    [],
  );
});

const { handOver, giveBack, inspect, lose } = steps(() => stylist);

async function deposit() {
  const [row] = await world.sql`
    select d.id, d.state, d.is_authorised, d.kept::float8, d.to_return::float8, d.returned::float8, d.payment_id,
      p.state as payment_state, p.amount::float8 as payment_amount
    from public.deposits d join public.payments p on p.id = d.payment_id where d.rental_id = ${rental.id}`;
  return row as Record<string, string | number | boolean> & { id: string; payment_id: string };
}
const feesOf = () => world.sql`
  select state, amount::float8 as amount from public.payments where rental_id = ${rental.id} and purpose = 'rental_fee' order by id`;
const transfers = (attemptId: string) => world.sql`
  select state, reason, amount::float8 as amount from public.refund_transfers where attempt_id = ${attemptId} order by id`;

async function payInCash(reference = receipt(), currency = "ETB") {
  const { payment_id } = await deposit();
  return stylist.client.rpc("take_payment", { payment_id, method: "cash", reference, amount, currency });
}

/** The bride pays on the provider's page; on a card alone, when it is a hold. */
async function payOnline(more: Readonly<Record<string, unknown>> = {}, fields: Readonly<Record<string, string>> = {}) {
  const { payment_id } = await deposit();
  const { attempt_id, checkout_url } = await paying.started(bride, payment_id, more);
  await paying.payOnPage(checkout_url, fields);
  await paying.work();
  return attempt_id;
}
const holdOnCard = (fields: Readonly<Record<string, string>> = {}) => payOnline({ hold: true }, fields);

async function bringBack(damage_fee = 0) {
  for (const step of [
    await handOver(rental),
    await giveBack(rental),
    await inspect(rental, { outcome: "ok", condition: "good", damage_fee }),
  ]) {
    if (step.error !== null) throw step.error;
  }
}
const cancel = () => bride.client.rpc("cancel_rental", { rental_id: rental.id });

describe("a reserved rental", () => {
  it("has its deposit asked for until its first day", async () => {
    expect(await deposit()).toMatchObject({ state: "due", payment_state: "pending", payment_amount: amount });
    const { data } = await bride.client
      .from("payments")
      .select("purpose, due_at, rental_id")
      .eq("rental_id", rental.id);
    expect(data).toMatchObject([{ purpose: "deposit", rental_id: rental.id }]);
    const [{ due } = { due: null }] = await world.sql`
      select (p.due_at at time zone 'Africa/Addis_Ababa')::text = lower(r.period)::timestamp::text as due
      from public.payments p join public.rentals r on r.id = p.rental_id where r.id = ${rental.id}`;
    expect(due).toBe(true);
  });

  it("does not go out before it is held, unless the policy allows it", async () => {
    const { payment_id } = await deposit();
    const { error } = await handOver(rental);
    expect(error).toMatchObject({ code: "PT409", hint: "deposit_due" });
    expect(JSON.parse(error?.details ?? "")).toEqual({ rental_id: rental.id, payment_id, amount, currency: "ETB" });
    const manager = await world.asStaff(boutique.id, "manager");
    const policy = (deposit_before_pickup: boolean) =>
      manager.client.from("rental_policies").update({ deposit_before_pickup }).eq("boutique_id", boutique.id).select();
    expect((await policy(false)).data).toHaveLength(1);
    expect((await handOver(rental)).error).toBeNull();
    await policy(true);
  });

  it("that goes out without it owes its fees, and no deposit any more, when it is over", async () => {
    await world.sql`update public.rental_policies set deposit_before_pickup = false where boutique_id = ${boutique.id}`;
    await bringBack(700);
    await world.sql`update public.rental_policies set deposit_before_pickup = true where boutique_id = ${boutique.id}`;
    expect(await deposit()).toMatchObject({ state: "cancelled", payment_state: "cancelled" });
    expect(await feesOf()).toEqual([{ state: "pending", amount: 700 }]);
  });

  it("that is cancelled needs none any more", async () => {
    expect((await cancel()).error).toBeNull();
    expect(await deposit()).toMatchObject({ state: "cancelled", payment_state: "cancelled" });
  });

  it("has none where the gown wants none", async () => {
    const gown = await makeVariant(world.sql, boutique, { deposit: 0 });
    const other = await hold(bride, gown.id, period(0, 1));
    await stylist.client.rpc("confirm_rental", { rental_id: other.id });
    expect(await world.sql`select from public.deposits where rental_id = ${other.id}`).toHaveLength(0);
    expect((await handOver(other)).error).toBeNull();
  });
});

describe("a deposit in cash", () => {
  it("is held, kept in part, and waits for the hand that pays the rest back", async () => {
    expect((await payInCash()).error).toBeNull();
    expect(await deposit()).toMatchObject({ state: "held", is_authorised: false, payment_state: "succeeded" });
    const { id } = await deposit();
    const back = (reference: string) => stylist.client.rpc("record_deposit_return", { deposit_id: id, reference });
    expect((await back("R-1")).error).toMatchObject({ code: "PT409", hint: "nothing_to_return" });
    await bringBack(12_000);
    expect(await deposit()).toMatchObject({ state: "held", kept: 12_000, to_return: 38_000, returned: 0 });
    expect((await back(" ")).error).toMatchObject({ code: "PT400", hint: "invalid_payment" });
    expect((await back("R-1")).data).toMatchObject({ state: "settled", kept: 12_000, to_return: 0, returned: 38_000 });
    expect((await back("R-2")).data).toMatchObject({ return_reference: "R-1" });
    expect(await feesOf()).toEqual([]);
  });

  it("that is kept whole is settled at once, and what is more is asked for", async () => {
    await payInCash();
    await bringBack(60_000);
    expect(await deposit()).toMatchObject({ state: "settled", kept: amount, to_return: 0, returned: 0 });
    expect(await feesOf()).toEqual([{ state: "pending", amount: 10_000 }]);
  });

  it("that comes after the rental was cancelled is to be paid back by hand", async () => {
    await cancel();
    expect((await payInCash()).error).toBeNull();
    expect(await deposit()).toMatchObject({ state: "held", kept: 0, to_return: amount, payment_state: "succeeded" });
  });

  it("is to be paid back when the rental is cancelled, and the account stays until it is", async () => {
    const other = await world.asCustomer("Hannah");
    const gown = await makeVariant(world.sql, boutique, { deposit: amount });
    rental = await hold(other, gown.id, period(0, 3));
    await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
    await payInCash();
    await other.client.rpc("cancel_rental", { rental_id: rental.id });
    expect(await deposit()).toMatchObject({ state: "held", to_return: amount });
    expect((await other.client.rpc("delete_account")).error).toMatchObject({ code: "PT409", hint: "open_deposits" });
    await stylist.client.rpc("record_deposit_return", { deposit_id: (await deposit()).id, reference: "R-9" });
    expect((await other.client.rpc("delete_account")).error).toBeNull();
  });

  it("is taken once, by whoever is first", async () => {
    const answers = await Promise.all([payInCash(), payInCash(), payInCash()]);
    expect(answers.filter(({ error }) => error === null)).toHaveLength(1);
    expect(answers.filter(({ error }) => error?.hint === "already_paid")).toHaveLength(2);
  });
});

describe("a deposit through a provider", () => {
  it("goes back by itself, less what is kept", async () => {
    const attempt = await payOnline();
    expect(await deposit()).toMatchObject({ state: "held", is_authorised: false, payment_state: "succeeded" });
    await bringBack(12_000);
    expect(await deposit()).toMatchObject({ state: "settled", kept: 12_000, returned: 38_000 });
    await paying.work();
    expect(await transfers(attempt)).toEqual([{ state: "paid", reason: "deposit_released", amount: 38_000 }]);
  });

  it("of a gown that came back late keeps the late fee of the frozen policy", async () => {
    const attempt = await payOnline();
    await handOver(rental);
    await world.sql`update public.rentals set period = daterange(lower(period) - 10, upper(period) - 6) where id = ${rental.id}`;
    await giveBack(rental);
    await inspect(rental, { outcome: "ok", condition: "good" });
    const [late] = await world.sql<{ days: number; fee: number }[]>`
      select late_days as days, late_fee::float8 as fee from public.rentals where id = ${rental.id}`;
    expect(late).toEqual({ days: 3, fee: 45_000 });
    await paying.work();
    expect(await transfers(attempt)).toMatchObject([{ state: "paid", amount: 5_000 }]);
  });

  it("is kept whole when the gown is lost", async () => {
    const attempt = await payOnline();
    await handOver(rental);
    expect((await lose(rental)).error).toBeNull();
    expect(await deposit()).toMatchObject({ state: "settled", kept: amount, returned: 0 });
    expect(await transfers(attempt)).toEqual([]);
    expect(await feesOf()).toEqual([]);
  });

  it("goes back whole when the rental is cancelled", async () => {
    const attempt = await payOnline();
    await cancel();
    await paying.work();
    expect(await transfers(attempt)).toEqual([{ state: "paid", reason: "deposit_released", amount }]);
    expect(await deposit()).toMatchObject({ state: "settled", kept: 0, returned: amount });
  });

  it("that arrives after the rental was cancelled goes back", async () => {
    const { payment_id } = await deposit();
    const { attempt_id, checkout_url } = await paying.started(bride, payment_id);
    await cancel();
    await paying.payOnPage(checkout_url);
    await paying.work();
    expect(await transfers(attempt_id)).toEqual([{ state: "paid", reason: "deposit_released", amount }]);
    expect(await deposit()).toMatchObject({ state: "settled", returned: amount, payment_state: "succeeded" });
  });

  it("that is paid twice at once is held once, and the other money goes back", async () => {
    const { payment_id } = await deposit();
    const first = await paying.started(bride, payment_id);
    const second = await paying.started(bride, payment_id, { return_url: "https://shop.example/other" });
    await Promise.all([paying.payOnPage(first.checkout_url), paying.payOnPage(second.checkout_url)]);
    await paying.work();
    const back = [...(await transfers(first.attempt_id)), ...(await transfers(second.attempt_id))];
    expect(back).toEqual([{ state: "paid", reason: "paid_twice", amount }]);
    await bringBack();
    expect(await deposit()).toMatchObject({ state: "settled", kept: 0, returned: amount });
  });

  it("that is cancelled and paid at once is either not taken, or goes back", async () => {
    const { payment_id } = await deposit();
    const { attempt_id, checkout_url } = await paying.started(bride, payment_id);
    await Promise.all([paying.payOnPage(checkout_url), cancel()]);
    await paying.work();
    expect(await transfers(attempt_id)).toEqual([{ state: "paid", reason: "deposit_released", amount }]);
  });
});

describe("a deposit on a card", () => {
  it("is held without being taken, and lets the garment go out", async () => {
    const attempt = await holdOnCard();
    expect(await deposit()).toMatchObject({ state: "held", is_authorised: true, payment_state: "pending" });
    expect(await paying.attempt(attempt)).toMatchObject({ state: "authorised" });
    expect((await handOver(rental)).error).toBeNull();
    const { payment_id } = await deposit();
    expect((await payInCash()).error).toMatchObject({ code: "PT409", hint: "already_paid" });
    const again = await paying.start(bride, payment_id);
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: "already_paid" });
  });

  it("is let go when nothing is kept", async () => {
    const attempt = await holdOnCard();
    await bringBack();
    expect(await deposit()).toMatchObject({ state: "held", is_authorised: true, kept: 0, to_return: amount });
    await paying.work();
    expect(await deposit()).toMatchObject({
      ...{ state: "settled", is_authorised: false, kept: 0, to_return: 0, returned: amount },
      payment_state: "cancelled",
    });
    expect(await paying.attempt(attempt)).toMatchObject({ state: "failed" });
  });

  it("is taken in part, and the payment says what was taken", async () => {
    const attempt = await holdOnCard();
    await bringBack(12_000);
    await paying.work();
    expect(await deposit()).toMatchObject({
      ...{ state: "settled", kept: 12_000, to_return: 0, returned: 38_000 },
      ...{ payment_state: "succeeded", payment_amount: 12_000 },
    });
    expect(await paying.attempt(attempt)).toMatchObject({ state: "succeeded", received_amount: 12_000 });
    expect(await transfers(attempt)).toEqual([]);
    await paying.reconcile();
    expect(await world.sql`select from public.payment_exceptions where attempt_id = ${attempt}`).toHaveLength(0);
  });

  it("is taken whole when the gown is lost", async () => {
    const attempt = await holdOnCard();
    await handOver(rental);
    await lose(rental);
    await paying.work();
    expect(await deposit()).toMatchObject({ state: "settled", kept: amount, returned: 0, payment_amount: amount });
    expect(await paying.attempt(attempt)).toMatchObject({ state: "succeeded", received_amount: amount });
  });

  it("is let go when the rental is cancelled, or was before the card held it", async () => {
    await holdOnCard();
    await cancel();
    await paying.work();
    expect(await deposit()).toMatchObject({ state: "settled", returned: amount, payment_state: "cancelled" });

    const gown = await makeVariant(world.sql, boutique, { deposit: amount });
    rental = await hold(bride, gown.id, period(0, 3));
    await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
    const { payment_id } = await deposit();
    const { attempt_id, checkout_url } = await paying.started(bride, payment_id, { hold: true });
    await cancel();
    await paying.payOnPage(checkout_url);
    await paying.work();
    expect(await paying.attempt(attempt_id)).toMatchObject({ state: "failed" });
    expect(await deposit()).toMatchObject({ state: "settled", returned: amount, payment_state: "cancelled" });
  });

  it("that is held on two cards is let go on one of them", async () => {
    const { payment_id } = await deposit();
    const first = await paying.started(bride, payment_id, { hold: true });
    const second = await paying.started(bride, payment_id, { hold: true, return_url: "https://shop.example/other" });
    await Promise.all([paying.payOnPage(first.checkout_url), paying.payOnPage(second.checkout_url)]);
    await paying.work();
    const states = [await paying.attempt(first.attempt_id), await paying.attempt(second.attempt_id)];
    expect(states.map((row) => row?.["state"]).sort()).toEqual(["authorised", "failed"]);
    expect(await deposit()).toMatchObject({ state: "held", is_authorised: true });
  });

  it("that is also paid on another page gives that money back", async () => {
    const { payment_id } = await deposit();
    const charge = await paying.started(bride, payment_id);
    await holdOnCard();
    await paying.payOnPage(charge.checkout_url);
    await paying.work();
    expect(await transfers(charge.attempt_id)).toEqual([{ state: "paid", reason: "paid_twice", amount }]);
    expect(await deposit()).toMatchObject({ state: "held", is_authorised: true, payment_state: "pending" });
  });

  /** Takes it at the provider as the job does, and dies before that is noted. */
  async function takeAndDie(attempt: string, part: number) {
    const provider = await paying.accounts.open({ provider: "test", boutique_id: null, sealed_keys: null });
    const known = await provider.lookUp({ reference: attempt, providerReference: null });
    const payment = { reference: attempt, providerReference: null, paymentId: known.paymentId ?? "" };
    await (part > 0 ? provider.capture({ ...payment, amount: part, currency: "ETB" }) : provider.release(payment));
  }
  const webhookOf = (attempt: string) =>
    vi.waitFor(async () =>
      expect(
        await world.sql`
          select from private.payment_events e where e.facts ->> 'reference' = ${attempt} and e.facts #>> '{payment,state}' <> 'authorised' and e.processed_at is null`,
      ).not.toHaveLength(0),
    );
  const runs: readonly (readonly [string, (attempt: string) => Promise<unknown>])[] = [
    [
      "the job again",
      (attempt) => runJob(world, settleDeposit, { attempt_id: attempt }, { payments: paying.accounts }),
    ],
    [
      "the webhook",
      async (attempt) => {
        await world.sql`delete from pgboss.job where name = 'deposit.settle' and data ->> 'attempt_id' = ${attempt}`;
        await webhookOf(attempt);
        await paying.work();
      },
    ],
    ["a look-up", (attempt) => runJob(world, lookUpPayment, { attempt_id: attempt }, { payments: paying.accounts })],
    [
      "all of them at once",
      (attempt) =>
        Promise.all([
          runJob(world, settleDeposit, { attempt_id: attempt }, { payments: paying.accounts }),
          runJob(world, settleDeposit, { attempt_id: attempt }, { payments: paying.accounts }),
          runJob(world, lookUpPayment, { attempt_id: attempt }, { payments: paying.accounts }),
        ]),
    ],
  ];

  it.each(runs)("whose job dies between taking and noting is noted by %s", async (_who, run) => {
    const attempt = await holdOnCard();
    await bringBack(12_000);
    await takeAndDie(attempt, 12_000);
    await run(attempt);
    await paying.work();
    expect(await deposit()).toMatchObject({ state: "settled", kept: 12_000, returned: 38_000, payment_amount: 12_000 });
    expect(await paying.attempt(attempt)).toMatchObject({ state: "succeeded", received_amount: 12_000 });
    expect(await world.sql`select from public.payment_exceptions where attempt_id = ${attempt}`).toHaveLength(0);
  });

  it.each(runs)("whose job dies between letting go and noting is noted by %s", async (_who, run) => {
    const attempt = await holdOnCard();
    await bringBack();
    await takeAndDie(attempt, 0);
    await run(attempt);
    await paying.work();
    expect(await deposit()).toMatchObject({ state: "settled", kept: 0, returned: amount, payment_state: "cancelled" });
  });

  it("whose job has died before it began is settled by the reconciliation", async () => {
    const attempt = await holdOnCard();
    await bringBack(12_000);
    await world.sql`delete from pgboss.job where name = 'deposit.settle' and data ->> 'attempt_id' = ${attempt}`;
    await paying.reconcile();
    expect(await deposit()).toMatchObject({ state: "settled", kept: 12_000, payment_amount: 12_000 });
  });

  it("that the bank lets go of is asked for again, or as a fee when it was to be kept", async () => {
    const attempt = await holdOnCard();
    await takeAndDie(attempt, 0);
    await paying.reconcile();
    expect(await deposit()).toMatchObject({ state: "due", is_authorised: false, payment_state: "pending" });
    expect((await handOver(rental)).error).toMatchObject({ hint: "deposit_due" });

    const second = await payOnline({ hold: true, return_url: "https://shop.example/again" });
    await bringBack(12_000);
    await takeAndDie(second, 0);
    await webhookOf(second);
    await paying.work();
    expect(await deposit()).toMatchObject({ state: "settled", kept: 0, returned: amount, payment_state: "cancelled" });
    expect(await feesOf()).toEqual([{ state: "pending", amount: 12_000 }]);
  });

  it("that somebody takes whole at the provider is money like any other", async () => {
    const attempt = await holdOnCard();
    await takeAndDie(attempt, amount);
    await webhookOf(attempt);
    await paying.work();
    expect(await deposit()).toMatchObject({ state: "held", is_authorised: false, payment_state: "succeeded" });
    await bringBack(12_000);
    await paying.work();
    expect(await transfers(attempt)).toEqual([{ state: "paid", reason: "deposit_released", amount: 38_000 }]);
  });

  it("of which somebody takes whole what was to be kept in part gives the rest back", async () => {
    const attempt = await holdOnCard();
    await bringBack(12_000);
    await takeAndDie(attempt, amount);
    await paying.work();
    expect(await transfers(attempt)).toEqual([{ state: "paid", reason: "deposit_released", amount: 38_000 }]);
    expect(await deposit()).toMatchObject({ state: "settled", kept: 12_000, returned: 38_000, payment_amount: amount });
  });
});
