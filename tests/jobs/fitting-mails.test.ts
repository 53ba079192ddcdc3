import type { JobWithMetadata } from "pg-boss";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { fittingBookedMail } from "../../functions/_shared/jobs/fitting-booked-mail.ts";
import { fittingCancelledMail } from "../../functions/_shared/jobs/fitting-cancelled-mail.ts";
import { fittingOfferMail } from "../../functions/_shared/jobs/fitting-offer-mail.ts";
import { fittingReminderMail } from "../../functions/_shared/jobs/fitting-reminder-mail.ts";
import { offerWaitlist } from "../../functions/_shared/jobs/offer-waitlist.ts";
import type { Queue } from "../../functions/_shared/jobs/queue.ts";
import { Collector } from "../helpers/collect.ts";
import { type Appointment, bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { jobContext, runJob, siteUrl } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;
let bride: Person;
let staff: Person;
let out: Collector;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
});
afterAll(() => world.close());

// Two starts a day at a branch with one stylist.
beforeEach(async () => {
  out = new Collector();
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { opens: "09:00", closes: "11:00", lateCancellationFee: 20_000 });
  staff = await world.asStaff(boutique.id, "stylist");
  bride = await world.asCustomer("Selam");
});

/** 9 o'clock in Addis Ababa is 6 in UTC, all year. */
const at = (hour: number, inDays = 6) => `${day(inDays)}T${String(hour - 3).padStart(2, "0")}:00:00Z`;

function run(queue: Queue, { id }: { id: string }, more: object = {}, job: Partial<JobWithMetadata<unknown>> = {}) {
  return queue.run({ appointment_id: id, ...more }, jobContext(world, out), job as JobWithMetadata<unknown>);
}
const remind = (appointment: Appointment, hours: number, job?: Partial<JobWithMetadata<unknown>>) =>
  run(fittingReminderMail, appointment, { hours }, job);

const jobsOf = (appointment: Appointment, name: string) => world.sql<{ start_after: Date; group_id: string }[]>`
  select start_after, group_id from pgboss.job
  where name = ${name} and data ->> 'appointment_id' = ${appointment.id} order by start_after`;

const subjects = () => out.mails.map(({ subject }) => subject);

/** Lets an appointment begin so many minutes from now. */
const beginsIn = (minutes: number, { id }: Appointment) => world.sql`
  update public.appointments
  set during = tstzrange(now() + ${minutes} * interval '1 minute', now() + ${minutes + 60} * interval '1 minute')
  where id = ${id}`;

const move = async ({ id }: Appointment, startsAt: string) =>
  expect((await bride.client.rpc("reschedule_fitting", { appointment_id: id, starts_at: startsAt })).error).toBeNull();

describe("a fitting that is booked", () => {
  it("is confirmed once, with what she needs to know", async () => {
    const gown = await makeVariant(world.sql, boutique, { name: "Genet", garments: 1 });
    await world.sql`update public.fitting_services set name = 'First visit', price = 50000 where id = ${salon.serviceId}`;
    await world.sql`update public.locations set timezone = 'Africa/Addis_Ababa', name = 'Bole' where id = ${boutique.locationId}`;
    const [garment] = await world.sql<{ id: string }[]>`
      select id from public.garments where variant_id = ${gown.id} limit 1`;
    const appointment = await bookFitting(bride, boutique, salon, {
      startsAt: at(9),
      garmentIds: [garment?.id ?? ""],
    });
    expect(await jobsOf(appointment, "mail.fitting_booked")).toMatchObject([{ group_id: boutique.id }]);
    await Promise.all(Array.from({ length: 4 }, () => run(fittingBookedMail, appointment)));
    await run(fittingBookedMail, appointment);
    expect(out.mails.map(({ to, subject }) => [to, subject])).toEqual([[bride.email, "Booked: First visit"]]);
    const text = out.mails[0]?.text ?? "";
    for (const fact of ["Stylist: Stylist 1", "Gowns: Genet (", "09:00", "Branch: Bole, ", "Price: ETB", "Free to"]) {
      expect(text).toContain(fact);
    }
    const { data } = await bride.client.from("notifications").select("kind, topic, data");
    expect(data).toEqual([{ kind: "fitting_booked", topic: "bookings", data: { appointment_id: appointment.id } }]);
  });

  it("is told of again whenever it is moved, also when it is moved back", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(9) });
    for (const hour of [10, 9]) {
      await run(fittingBookedMail, appointment);
      await move(appointment, at(hour));
    }
    await run(fittingBookedMail, appointment);
    await run(fittingBookedMail, appointment);
    expect(subjects().map((subject) => subject.split(":")[0])).toEqual(["Booked", "New time", "New time"]);
    expect(out.mails[1]?.text).toContain("10:00");
    expect(out.mails[2]?.text).toContain("09:00");
  });

  it("leaves out a price and gowns that there are not, and is in Amharic for who reads it", async () => {
    await bride.client.from("profiles").update({ locale: "am-ET" }).eq("id", bride.id);
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(9) });
    await run(fittingBookedMail, appointment);
    expect(subjects()[0]).toMatch(/^ተይዟል፦ /);
    expect(out.mails[0]?.text).toContain("ስታይሊስት: Stylist 1");
    expect(out.mails[0]?.text).not.toMatch(/ዋጋ|ቀሚሶች/);
  });

  it("by somebody who walks in, or whose account is gone, is told to nobody", async () => {
    const { data } = await staff.client.rpc("book_walk_in", {
      location_id: boutique.locationId,
      service_id: salon.serviceId,
      starts_at: at(9),
      garment_ids: [],
      name: "Hirut",
    });
    await run(fittingBookedMail, data as Appointment);
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(10) });
    await staff.client.rpc("cancel_fitting", { appointment_id: appointment.id });
    await world.sql`update public.appointments set customer_id = null where id = ${appointment.id}`;
    await run(fittingCancelledMail, appointment);
    expect(out.mails).toEqual([]);
  });
});

describe("a reminder", () => {
  it("is due a day and two hours before, and comes once for each", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(9) });
    const due = (await jobsOf(appointment, "mail.fitting_reminder")).map(({ start_after }) => start_after);
    expect(due.map((moment) => moment.toISOString())).toEqual(
      [24, 2].map((hours) => new Date(Date.parse(at(9)) - hours * 3_600_000).toISOString()),
    );
    await beginsIn(24 * 60 + 5, appointment);
    await Promise.all([remind(appointment, 24), remind(appointment, 24)]);
    await remind(appointment, 24);
    expect(subjects()).toEqual([expect.stringMatching(/^Soon: /)]);
    await beginsIn(115, appointment);
    await remind(appointment, 2);
    await remind(appointment, 2);
    expect(out.mails).toHaveLength(2);
  });

  it("that is early or late by more than a quarter of an hour does not come: the fitting was moved", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(9) });
    for (const minutes of [24 * 60 + 16, 24 * 60 - 16, 3000, 90]) {
      await beginsIn(minutes, appointment);
      await remind(appointment, 24);
    }
    expect(out.mails).toEqual([]);
  });

  it("comes from a worker that is late, and from another attempt, but not once it has begun", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(9) });
    const due = (minutesAgo: number) => ({ startAfter: new Date(Date.now() - minutesAgo * 60_000) });
    await beginsIn(-1, appointment);
    await remind(appointment, 2, due(121));
    expect(out.mails).toEqual([]);
    await beginsIn(80, appointment);
    await remind(appointment, 2, due(40));
    expect(out.mails).toHaveLength(1);
    await beginsIn(70, appointment);
    await remind(appointment, 2, { retryCount: 3 });
    expect(out.mails).toHaveLength(2);
  });

  it("does not come when the fitting is cancelled or has taken place", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(9) });
    await beginsIn(120, appointment);
    for (const state of ["cancelled", "attended", "no_show"]) {
      await world.sql`update public.appointments set state = ${state} where id = ${appointment.id}`;
      await remind(appointment, 2);
    }
    expect(out.mails).toEqual([]);
  });

  it("that quiet hours hold back comes when they end, unless the fitting was moved meanwhile", async () => {
    const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 19);
    const quiet = (from: string | null, until: string | null) =>
      bride.client
        .from("notification_settings")
        .upsert({ user_id: bride.id, quiet_from: from, quiet_until: until, timezone: "UTC" });
    const [stays, moved] = [
      await bookFitting(bride, boutique, salon, { startsAt: at(9) }),
      await bookFitting(bride, boutique, salon, { startsAt: at(10) }),
    ];
    await quiet(clock(-5), clock(60));
    for (const appointment of [stays, moved]) {
      await beginsIn(24 * 60, appointment);
      await remind(appointment, 24);
    }
    expect(out.mails).toEqual([]);
    await quiet(null, null);
    await beginsIn(5000, moved);
    const later = await world.sql<{ data: { subject_id: string } }[]>`
      select data from pgboss.job where name = 'notify.deliver' and data ->> 'kind' = 'fitting_reminder'
        and data ->> 'subject_id' = any (${[stays.id, moved.id]})`;
    expect(later).toHaveLength(2);
    for (const { data } of later) {
      await deliverNotification.run(data, jobContext(world, out), {} as JobWithMetadata<unknown>);
    }
    expect(out.mails.map(({ key }) => key)).toEqual([expect.stringContaining(stays.id)]);
    // What is not true any more is not waited for.
    const states = await world.sql<{ state: string }[]>`
      select state from private.messages where send_key like ${`fitting_reminder:${moved.id}%`} and channel = 'email'`;
    expect(states.map(({ state }) => state)).toEqual(["suppressed"]);
  });
});

describe("a fitting that is cancelled", () => {
  it("by the customer too late is told with the fee", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(9) });
    await world.sql`update public.appointments set free_cancellation_until = now() where id = ${appointment.id}`;
    await bride.client.rpc("cancel_fitting", { appointment_id: appointment.id });
    expect(await jobsOf(appointment, "mail.fitting_cancelled")).toHaveLength(1);
    await run(fittingBookedMail, appointment);
    await run(fittingCancelledMail, appointment);
    await run(fittingCancelledMail, appointment);
    expect(subjects()).toEqual([expect.stringMatching(/^Cancelled: /)]);
    expect(out.mails[0]?.text).toContain("You have cancelled");
    expect(out.mails[0]?.text).toMatch(/a fee of ETB.200\.00 is due/);
  });

  it("by the boutique is told with its reason, and without a fee", async () => {
    const appointment = await bookFitting(bride, boutique, salon, { startsAt: at(9) });
    await staff.client.rpc("cancel_fitting", { appointment_id: appointment.id, reason: "The stylist is ill." });
    await run(fittingCancelledMail, appointment);
    expect(out.mails[0]?.text).toContain("has cancelled your fitting");
    expect(out.mails[0]?.text).toContain("Reason: The stylist is ill.");
    expect(out.mails[0]?.text).not.toContain("fee");
  });
});

describe("a time that is offered to somebody of the waitlist", () => {
  /** The appointment that is offered to the bride. */
  async function offered(): Promise<Appointment> {
    const owner = await world.asCustomer("Booked");
    const booked = await bookFitting(owner, boutique, salon, { startsAt: at(9) });
    await bookFitting(owner, boutique, salon, { startsAt: at(10) });
    const { error } = await bride.client.rpc("join_waitlist", {
      location_id: boutique.locationId,
      service_id: salon.serviceId,
      from_date: day(6),
      to_date: day(6),
      garment_ids: [],
    });
    expect(error).toBeNull();
    await staff.client.rpc("cancel_fitting", { appointment_id: booked.id });
    await runJob(world, offerWaitlist, { location_id: boutique.locationId });
    const { data } = await bride.client.from("appointments").select("*").eq("state", "offered").single();
    return data as Appointment;
  }

  it("is told once, with until when it is held and where to take it", async () => {
    const appointment = await offered();
    expect(await jobsOf(appointment, "mail.fitting_offer")).toHaveLength(1);
    await run(fittingOfferMail, appointment);
    await run(fittingOfferMail, appointment);
    expect(subjects()).toEqual([expect.stringMatching(/^A time is free: /)]);
    expect(out.mails[0]?.text).toContain(`${siteUrl}/fittings/offers/${appointment.id}`);
    expect(out.mails[0]?.text).toContain("We hold it for you until");
  });

  it("is not told once it has ended, or was taken", async () => {
    const appointment = await offered();
    await world.sql`update public.appointments set held_until = now() - interval '1 second' where id = ${appointment.id}`;
    await run(fittingOfferMail, appointment);
    await world.sql`update public.appointments set held_until = now() + interval '1 hour' where id = ${appointment.id}`;
    await bride.client.rpc("accept_fitting_offer", { appointment_id: appointment.id });
    await run(fittingOfferMail, appointment);
    expect(out.mails).toEqual([]);
    await run(fittingBookedMail, appointment);
    expect(subjects()).toEqual([expect.stringMatching(/^Booked: /)]);
  });
});
