import type { JobWithMetadata } from "pg-boss";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { Collector } from "../helpers/collect.ts";
import { type Appointment, bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { Paying, receipt } from "../helpers/paying.ts";
import { hold, steps } from "../helpers/rentals.ts";
import { jobContext } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

/** What the frozen policies ask for becomes payments: fittings that nobody comes to, gowns that come back late or torn. */

let world: World;
let paying: Paying;
let boutique: BoutiqueFixture;
let salon: Salon;
let bride: Person;
let stylist: Person;
let manager: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { stylists: 3, rooms: 3, lateCancellationFee: 5_000, noShowFee: 9_000 });
  stylist = await world.asStaff(boutique.id, "stylist");
  manager = await world.asStaff(boutique.id, "manager");
  paying = await Paying.open(world);
});
afterAll(async () => {
  await paying?.close();
  await world?.close();
});
beforeEach(async () => {
  bride = await world.asCustomer("Selam");
});
afterEach(async () => {
  expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
    [],
  );
});

interface Fee {
  readonly id: string;
  readonly purpose: string;
  readonly state: string;
  readonly amount: number;
}
/** What the customer sees that she is to pay, deposits aside. */
async function fees(person = bride): Promise<Fee[]> {
  const { data, error } = await person.client
    .from("payments")
    .select("id, purpose, state, amount")
    .neq("purpose", "deposit")
    .order("id");
  if (error !== null) throw error;
  return data;
}

let hour = 9;
async function booked(): Promise<Appointment> {
  hour = hour === 17 ? 9 : hour + 1;
  const startsAt = `${day(30 + hour)}T${String(hour - 3).padStart(2, "0")}:00:00Z`;
  return bookFitting(bride, boutique, salon, { startsAt });
}
const lateToCancel = ({ id }: Appointment) =>
  world.sql`update public.appointments set free_cancellation_until = now() - interval '1 minute' where id = ${id}`;
/** An appointment that has begun; its place in the calendar does not matter here. */
async function begun(): Promise<Appointment> {
  const appointment = await booked();
  await world.sql`
    update public.appointments set during = tstzrange(now() - interval '2 hours', now() - interval '1 hour')
    where id = ${appointment.id}`;
  return appointment;
}
const cancel = ({ id }: Appointment, who = bride) => who.client.rpc("cancel_fitting", { appointment_id: id });
const came = ({ id }: Appointment, attended: boolean) =>
  stylist.client.rpc("close_fitting", { appointment_id: id, attended });
const waive = (paymentId: string, reason = "She was ill", who = manager) =>
  who.client.rpc("waive_payment", { payment_id: paymentId, reason });

async function payOnline(paymentId: string): Promise<string> {
  const { attempt_id, checkout_url } = await paying.started(bride, paymentId);
  await paying.payOnPage(checkout_url);
  await paying.work();
  return attempt_id;
}

/** A rental that comes back with damage, and no deposit. */
async function damaged(damage_fee: number) {
  const gown = await makeVariant(world.sql, boutique, { deposit: 0 });
  const rental = await hold(bride, gown.id, period(0, 2));
  await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
  const { handOver, giveBack, inspect } = steps(() => stylist);
  await handOver(rental);
  await giveBack(rental);
  const { error } = await inspect(rental, { outcome: "ok", condition: "good", damage_fee });
  if (error !== null) throw error;
  return rental;
}

describe("a fitting", () => {
  it("that is cancelled late costs the frozen fee, due in two weeks", async () => {
    const fitting = await booked();
    await lateToCancel(fitting);
    await world.sql`update public.fitting_services set late_cancellation_fee = 1 where id = ${salon.serviceId}`;
    expect((await cancel(fitting)).error).toBeNull();
    await world.sql`update public.fitting_services set late_cancellation_fee = 5000 where id = ${salon.serviceId}`;
    expect(await fees()).toMatchObject([{ purpose: "fitting_fee", state: "pending", amount: 5_000 }]);
    const [{ days } = { days: 0 }] = await world.sql<{ days: number }[]>`
      select (due_at::date - now()::date) as days from public.payments where appointment_id = ${fitting.id}`;
    expect(days).toBe(14);
    expect((await cancel(fitting)).error).toBeNull();
    expect(await fees()).toHaveLength(1);
  });

  it("that is cancelled in time, or by the boutique, costs nothing", async () => {
    await cancel(await booked());
    const late = await booked();
    await lateToCancel(late);
    await cancel(late, stylist);
    expect(await fees()).toEqual([]);
  });

  it("that nobody comes to costs the fee, until staff say that she came", async () => {
    const fitting = await begun();
    expect((await came(fitting, false)).error).toBeNull();
    expect(await fees()).toMatchObject([{ state: "pending", amount: 9_000 }]);
    await came(fitting, true);
    expect(await fees()).toMatchObject([{ state: "cancelled", amount: 9_000 }]);
    await came(fitting, false);
    expect(await fees()).toMatchObject([{ state: "cancelled" }, { state: "pending", amount: 9_000 }]);
  });

  it("whose fee was paid through a provider has it paid back when she came after all", async () => {
    const fitting = await begun();
    await came(fitting, false);
    const [fee] = await fees();
    const attempt = await payOnline(fee?.id ?? "");
    expect(await fees()).toMatchObject([{ state: "succeeded" }]);
    await came(fitting, true);
    await paying.work();
    expect(
      await world.sql`select state, reason, amount::float8 from public.refund_transfers where attempt_id = ${attempt}`,
    ).toEqual([{ state: "paid", reason: "not_needed_any_more", amount: 9_000 }]);
  });

  it("of a walk-in costs nothing", async () => {
    const { data, error } = await stylist.client.rpc("book_walk_in", {
      ...{ location_id: boutique.locationId, service_id: salon.serviceId, starts_at: `${day(80)}T07:00:00Z` },
      ...{ garment_ids: [], name: "Somebody" },
    });
    expect(error).toBeNull();
    await world.sql`update public.appointments set fee_due = 500 where id = ${data?.id ?? ""}`;
    expect(await world.sql`select from public.payments where appointment_id = ${data?.id ?? ""}`).toHaveLength(0);
    await world.sql`update public.appointments set fee_due = 0 where id = ${data?.id ?? ""}`;
  });
});

describe("a fee of a rental without a deposit", () => {
  it("is paid in cash or through a provider, and once", async () => {
    await damaged(3_000);
    const [fee] = await fees();
    expect(fee).toMatchObject({ purpose: "rental_fee", state: "pending", amount: 3_000 });
    const take = (reference: string) =>
      stylist.client.rpc("take_payment", {
        ...{ payment_id: fee?.id ?? "", method: "cash", reference, amount: 3_000, currency: "ETB" },
      });
    const reference = receipt();
    expect((await take(reference)).error).toBeNull();
    expect((await take(reference)).error).toBeNull();
    expect((await take(receipt())).error).toMatchObject({ code: "PT409", hint: "already_paid" });

    await damaged(4_000);
    await payOnline((await fees())[1]?.id ?? "");
    expect(await fees()).toMatchObject([{ state: "succeeded" }, { state: "succeeded", amount: 4_000 }]);
  });
});

describe("waive_payment", () => {
  it("lets a customer off, with the reason, and changes nothing when it is repeated", async () => {
    await damaged(3_000);
    const [fee] = await fees();
    const { data, error } = await waive(fee?.id ?? "", " She was ill ");
    expect(error).toBeNull();
    expect(data).toMatchObject({ state: "cancelled", waived_reason: "She was ill" });
    expect((await waive(fee?.id ?? "", "Another")).data).toMatchObject({ waived_reason: "She was ill" });
    expect((await paying.start(bride, fee?.id ?? "")).status).toBe(409);
    const taken = await stylist.client.rpc("take_payment", {
      ...{ payment_id: fee?.id ?? "", method: "cash", reference: receipt(), amount: 3_000, currency: "ETB" },
    });
    expect(taken.error).toMatchObject({ code: "PT409", hint: "nothing_to_pay" });
    const [entry] = await world.sql`
      select actor_id, new ->> 'state' as state from public.audit_log
      where table_name = 'payments' and row_key ->> 'id' = ${fee?.id ?? ""} and action = 'update' order by id desc limit 1`;
    expect(entry).toEqual({ actor_id: manager.id, state: "cancelled" });
  });

  it("gives money back that comes nevertheless", async () => {
    await damaged(3_000);
    const [fee] = await fees();
    const { attempt_id, checkout_url } = await paying.started(bride, fee?.id ?? "");
    await waive(fee?.id ?? "");
    await paying.payOnPage(checkout_url);
    await paying.work();
    expect(
      await world.sql`select state, reason, amount::float8 from public.refund_transfers where attempt_id = ${attempt_id}`,
    ).toEqual([{ state: "paid", reason: "not_needed_any_more", amount: 3_000 }]);
  });

  it("is for managers and the marketplace, of fees that are open, with a reason", async () => {
    await damaged(3_000);
    const [fee] = await fees();
    const id = fee?.id ?? "";
    for (const person of [stylist, bride, await world.asStaff((await makeBoutique(world.sql)).id, "owner")]) {
      expect((await waive(id, "Because", person)).error).toMatchObject({ code: "PT404", hint: "payment_not_found" });
    }
    for (const reason of ["", "  ", "x".repeat(501)]) {
      expect((await waive(id, reason)).error).toMatchObject({ code: "PT400", hint: "invalid_reason" });
    }
    expect((await waive(id, "Because", await world.asAdmin())).error).toBeNull();

    const gown = await makeVariant(world.sql, boutique);
    const rental = await hold(bride, gown.id, period(5, 6));
    await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
    const [deposit] = await world.sql<{ id: string }[]>`select id from public.payments where rental_id = ${rental.id}`;
    expect((await waive(deposit?.id ?? "")).error).toMatchObject({ code: "PT409", hint: "not_waivable" });
  });

  it("and paying at once end with one of them", async () => {
    await damaged(3_000);
    const [fee] = await fees();
    const { checkout_url } = await paying.started(bride, fee?.id ?? "");
    const [, waived] = await Promise.all([paying.payOnPage(checkout_url), waive(fee?.id ?? "")]);
    await paying.work();
    const back = await world.sql`
      select x.amount::float8 from public.refund_transfers x join public.payment_attempts t on t.id = x.attempt_id
      where t.payment_id = ${fee?.id ?? ""}`;
    if (waived.error === null) expect(back).toEqual([{ amount: 3_000 }]);
    else expect([waived.error.hint, back]).toEqual(["not_waivable", []]);
  });

  it("has its reason forgotten with the customer", async () => {
    await damaged(3_000);
    const [fee] = await fees();
    await waive(fee?.id ?? "", "Selam was ill");
    await world.sql`delete from auth.users where id = ${bride.id}`;
    const [row] = await world.sql`select customer_id, waived_reason from public.payments where id = ${fee?.id ?? ""}`;
    expect(row).toEqual({ customer_id: null, waived_reason: "removed" });
  });
});

describe("the customer is told", () => {
  async function told(): Promise<string[]> {
    const out = new Collector();
    const jobs = await world.sql<{ data: { kind: string; subject_id: string; occasion: string } }[]>`
      select data from pgboss.job where name = 'notify.deliver' and data ->> 'kind' in ('payment_due', 'deposit_settled')
        and data ->> 'subject_id' in (
          select id::text from public.payments where customer_id = ${bride.id}
          union all select id::text from public.deposits where customer_id = ${bride.id})
      order by created_on, data ->> 'kind'`;
    for (const { data } of jobs) {
      await deliverNotification.run(data, jobContext(world, out), {} as JobWithMetadata<unknown>);
    }
    return out.mails.map(({ subject, text }) => `${subject}\n${text}`.replaceAll("\u00A0", " "));
  }

  it("of a deposit, of what became of it, and of what it did not cover", async () => {
    const gown = await makeVariant(world.sql, boutique, { deposit: 50_000, name: "Genet" });
    const rental = await hold(bride, gown.id, period(0, 2));
    await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
    const [deposit] = await world.sql<{ id: string }[]>`
      select id from public.payments where rental_id = ${rental.id} and purpose = 'deposit'`;
    const mails = await told();
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain("To be paid: ETB 500.00");
    expect(mails[0]).toContain("Genet (38)");
    expect(mails[0]).toContain(`https://shop.example/payments/${deposit?.id}`);

    await stylist.client.rpc("take_payment", {
      ...{ payment_id: deposit?.id ?? "", method: "cash", reference: receipt(), amount: 50_000, currency: "ETB" },
    });
    const { handOver, giveBack, inspect } = steps(() => stylist);
    await handOver(rental);
    await giveBack(rental);
    await inspect(rental, { outcome: "ok", condition: "good", damage_fee: 60_000 });
    const later = await told();
    expect(later).toHaveLength(2);
    expect(later[0]).toContain("keeps your whole deposit: ETB 500.00");
    expect(later[0]).toContain("Damage: ETB 600.00");
    expect(later[1]).toContain("To be paid: ETB 100.00");
  });

  it("of nothing that is not to be paid any more", async () => {
    await damaged(3_000);
    await waive((await fees())[0]?.id ?? "");
    expect(await told()).toEqual([]);
  });
});
