import type { JobWithMetadata } from "pg-boss";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { PermanentFailure } from "../../functions/_shared/jobs/queue.ts";
import { kinds } from "../../functions/_shared/notifications/kinds/index.ts";
import { Collector } from "../helpers/collect.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { hold, type Rental } from "../helpers/rentals.ts";
import { jobContext } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let stylist: Person;
let out: Collector;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  boutique = await makeBoutique(world.sql);
  stylist = await world.asStaff(boutique.id, "stylist");
});
afterAll(() => world.close());
beforeEach(() => {
  out = new Collector();
});

/** A bride whose rental the boutique has confirmed. */
async function confirmed(): Promise<{ bride: Person; rental: Rental }> {
  const bride = await world.asCustomer("Selam");
  const gown = await makeVariant(world.sql, boutique, { name: "Genet" });
  const rental = await hold(bride, gown.id, period(5, 6));
  const { error } = await stylist.client.rpc("confirm_rental", { rental_id: rental.id });
  if (error !== null) throw error;
  return { bride, rental };
}

function run(kind: string, rental: Rental, job: Partial<JobWithMetadata<unknown>> = {}): Promise<void> {
  const payload = { kind, subject_id: rental.id, occasion: "once" };
  return deliverNotification.run(payload, jobContext(world, out), job as JobWithMetadata<unknown>);
}

const jobsOf = (rental: Rental) => world.sql<{ kind: string; start_after: Date; group_id: string }[]>`
  select data ->> 'kind' as kind, start_after, group_id from pgboss.job
  where name = 'notify.deliver' and data ->> 'subject_id' = ${rental.id} order by created_on, kind`;

const messages = (rental: Rental) => world.sql`
  select template, channel, state, attempts, last_error, final from private.messages
  where send_key like ${`%:${rental.id}%`} order by template, channel`;

const shown = async (person: Person) =>
  (await person.client.from("notifications").select("kind, topic, data, title, body, read_at")).data ?? [];

/** Quiet hours that hold now, until the given minutes from now, in UTC. */
async function quiet(person: Person, minutes: number): Promise<void> {
  const at = (offset: number) => new Date(Date.now() + offset * 60_000).toISOString().slice(11, 19);
  const { error } = await person.client
    .from("notification_settings")
    .upsert({ user_id: person.id, quiet_from: at(-5), quiet_until: at(minutes), timezone: "UTC" });
  expect(error).toBeNull();
}

async function wish(person: Person, topic: "reminders" | "bookings", channel: "email" | "sms" | "in_app", on: boolean) {
  const row = { user_id: person.id, topic, channel, enabled: on };
  expect((await person.client.from("notification_preferences").upsert(row)).error).toBeNull();
}

describe("a rental that changes its state", () => {
  it("is told in the same transaction, in its boutique's turn, and reminded of on the morning before", async () => {
    const { rental } = await confirmed();
    const jobs = await jobsOf(rental);
    expect(jobs.map(({ kind }) => kind).toSorted()).toEqual(["rental_confirmed", "rental_reminder"]);
    expect(new Set(jobs.map(({ group_id }) => group_id))).toEqual(new Set([boutique.id]));
    const reminder = jobs.find(({ kind }) => kind === "rental_reminder");
    // Ten in the morning in Addis Ababa.
    expect(reminder?.start_after.toISOString()).toBe(`${day(4)}T07:00:00.000Z`);
    const gown = await makeVariant(world.sql, boutique);
    const bride = await world.asCustomer();
    const other = await hold(bride, gown.id, period(5, 6));
    await bride.client.rpc("cancel_rental", { rental_id: other.id });
    expect((await jobsOf(other)).map(({ kind }) => kind)).toEqual(["rental_cancelled"]);
  });

  it("is told for kinds that there are, and every call in sql/ names one", async () => {
    const functions = await world.sql<{ source: string }[]>`
      select prosrc as source from pg_proc where pronamespace::regnamespace::text in ('public', 'private')`;
    const called = functions.flatMap(({ source }) =>
      [...source.matchAll(/private\.notify\('(\w+)'/g)].map(([, kind]) => kind),
    );
    expect(called.length).toBeGreaterThan(2);
    expect(kinds.map(({ name }) => name)).toEqual(expect.arrayContaining(called));
  });

  it("that is told of as nobody has written down becomes a dead letter that says so", async () => {
    const { rental } = await confirmed();
    await expect(run("rental_exploded", rental)).rejects.toThrow(PermanentFailure);
    await expect(run("rental_exploded", rental)).rejects.toThrow('There is no notification "rental_exploded".');
  });
});

describe("a notification", () => {
  it("comes once by mail and once in the front end, however many jobs there are at once", async () => {
    const { bride, rental } = await confirmed();
    await Promise.all(Array.from({ length: 5 }, () => run("rental_confirmed", rental)));
    await run("rental_confirmed", rental);
    expect(out.mails.map(({ to, subject }) => [to, subject])).toEqual([[bride.email, "Confirmed: Genet"]]);
    expect(await shown(bride)).toMatchObject([
      { kind: "rental_confirmed", topic: "bookings", data: { rental_id: rental.id }, read_at: null },
    ]);
    expect([...(await messages(rental))]).toMatchObject([
      { channel: "email", state: "sent", attempts: 1 },
      { channel: "in_app", state: "sent", attempts: 1 },
    ]);
  });

  it("comes again on another occasion", async () => {
    const { rental } = await confirmed();
    await run("rental_confirmed", rental);
    const payload = { kind: "rental_confirmed", subject_id: rental.id, occasion: "moved-2" };
    await deliverNotification.run(payload, jobContext(world, out), {} as JobWithMetadata<unknown>);
    expect(new Set(out.mails.map(({ key }) => key)).size).toBe(2);
  });

  it("is not told when it is not true any more", async () => {
    const { bride, rental } = await confirmed();
    await bride.client.rpc("cancel_rental", { rental_id: rental.id });
    await run("rental_confirmed", rental);
    await run("rental_reminder", rental);
    expect(out.mails).toEqual([]);
    expect(await messages(rental)).toHaveLength(0);
    await run("rental_cancelled", rental);
    expect(out.mails).toHaveLength(1);
  });

  it("comes by SMS to the number that somebody agreed to, and no further once that number has changed", async () => {
    const { bride, rental } = await confirmed();
    await bride.client.from("profiles").update({ phone: "+251911234567" }).eq("id", bride.id);
    await run("rental_confirmed", rental);
    expect(out.texts).toEqual([]);
    await bride.client.from("notification_settings").upsert({ user_id: bride.id, sms_consent: true });
    await run("rental_reminder", rental);
    expect(out.texts).toMatchObject([{ to: "+251911234567", body: expect.stringContaining("Genet") }]);
    await bride.client.from("profiles").update({ phone: "+251922222222" }).eq("id", bride.id);
    await bride.client.rpc("cancel_rental", { rental_id: rental.id });
    await run("rental_cancelled", rental);
    expect(out.texts).toHaveLength(1);
  });
});

describe("what somebody has switched off", () => {
  it("is suppressed, and stays so when she switches it on again", async () => {
    const { bride, rental } = await confirmed();
    await wish(bride, "reminders", "email", false);
    await wish(bride, "reminders", "in_app", false);
    await run("rental_reminder", rental);
    await wish(bride, "reminders", "email", true);
    await run("rental_reminder", rental);
    expect(out.mails).toEqual([]);
    expect(await shown(bride)).toEqual([]);
    expect([...(await messages(rental))]).toMatchObject([
      { channel: "email", state: "suppressed", attempts: 0, last_error: "Not wanted: reminders by email." },
      { channel: "in_app", state: "suppressed", attempts: 0 },
    ]);
  });

  it("can be no mail about her own bookings: that comes always", async () => {
    const { bride, rental } = await confirmed();
    const off = { user_id: bride.id, topic: "bookings", channel: "email", enabled: false } as const;
    expect((await bride.client.from("notification_preferences").upsert(off)).error?.code).toBe("23514");
    await wish(bride, "bookings", "in_app", false);
    await quiet(bride, 60);
    await run("rental_confirmed", rental);
    expect(out.mails).toHaveLength(1);
    expect(out.mails[0]?.headers).toEqual({});
    expect(await shown(bride)).toEqual([]);
  });

  it("is also mail to an address that has given mail back, but not to the next one", async () => {
    const { bride, rental } = await confirmed();
    await run("rental_confirmed", rental);
    await world.sql`
      update private.messages set state = 'bounced' where send_key = ${`rental_confirmed:${rental.id}:${bride.id}`}`;
    await run("rental_reminder", rental);
    expect(
      [...(await messages(rental))].find(({ template, channel }) => `${template}${channel}` === "rental_reminderemail"),
    ).toMatchObject({ state: "suppressed", last_error: expect.stringContaining("come back") });
    await bride.client.rpc("cancel_rental", { rental_id: rental.id });
    await run("rental_cancelled", rental);
    expect(out.mails.map(({ subject }) => subject)).toEqual(["Confirmed: Genet", "Cancelled: Genet"]);
    const [row] = await world.sql`
      select private.gives_mail_back(private.recipient_hash(${bride.email.toUpperCase()})) as old,
        private.gives_mail_back(private.recipient_hash(${`new-${bride.email}`})) as new`;
    expect(row).toEqual({ old: true, new: false });
  });
});

describe("quiet hours", () => {
  it("put a reminder off to their end, by one job, and then it comes", async () => {
    const { bride, rental } = await confirmed();
    await quiet(bride, 60);
    const before = (await jobsOf(rental)).length;
    await Promise.all([run("rental_reminder", rental, { groupId: boutique.id }), run("rental_reminder", rental)]);
    expect(out.mails).toEqual([]);
    // What is shown disturbs nobody.
    expect(await shown(bride)).toHaveLength(1);
    const jobs = await jobsOf(rental);
    expect(jobs).toHaveLength(before + 1);
    const minutes = ((jobs.at(-1)?.start_after.getTime() ?? 0) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(58);
    expect(minutes).toBeLessThan(61);
    const [queued] = await messages(rental);
    expect(queued).toMatchObject({ state: "queued", attempts: 0 });
    expect(
      await world.sql`select from private.unsent_messages() where reference like ${`%${rental.id}%`}`,
    ).toHaveLength(0);

    await world.sql`update public.notification_settings set quiet_from = null, quiet_until = null where user_id = ${bride.id}`;
    await run("rental_reminder", rental);
    expect(out.mails.map(({ subject }) => subject)).toEqual(["Soon: Genet"]);
    expect(await shown(bride)).toHaveLength(1);
  });

  it("do not hold back a reminder of which it is too late", async () => {
    const { rental } = await confirmed();
    await world.sql`update public.rentals set period = daterange(${day(-3)}, ${day(2)}) where id = ${rental.id}`;
    await run("rental_reminder", rental);
    expect(out.mails).toEqual([]);
  });
});

describe("a message that does not leave", () => {
  it("does not keep the others back, is tried again, and is seen until it has left", async () => {
    const { bride, rental } = await confirmed();
    const unsent = () => world.sql`
      select source, template, attempts, last_error from private.unsent_messages(interval '0') where reference like ${`%${rental.id}%`}`;
    out.fail = { mail: new Error("451 greylisted") };
    await expect(run("rental_confirmed", rental)).rejects.toThrow("451 greylisted");
    expect(await shown(bride)).toHaveLength(1);
    expect([...(await unsent())]).toEqual([
      { source: "message", template: "rental_confirmed", attempts: 1, last_error: "451 greylisted" },
    ]);
    expect(await world.sql`select from private.failed_messages where user_id = ${bride.id}`).toHaveLength(1);
    out.fail = {};
    await run("rental_confirmed", rental, { retryCount: 1 });
    expect(out.mails).toHaveLength(1);
    expect(await unsent()).toHaveLength(0);
    expect(await world.sql`select from private.failed_messages where user_id = ${bride.id}`).toHaveLength(0);
  });

  it("for good makes the job a dead letter, is not tried by its repetition, and again by a new job", async () => {
    const { bride, rental } = await confirmed();
    out.fail = { mail: new PermanentFailure("550 no such user") };
    await expect(run("rental_confirmed", rental)).rejects.toThrow(PermanentFailure);
    expect([...(await messages(rental))]).toMatchObject([
      { channel: "email", state: "failed", final: true, last_error: "550 no such user" },
      { channel: "in_app", state: "sent" },
    ]);
    expect(
      await world.sql`select from private.unsent_messages(interval '0') where reference like ${`%${rental.id}%`}`,
    ).toHaveLength(0);
    expect(await world.sql`select from private.failed_messages where user_id = ${bride.id}`).toHaveLength(1);
    out.fail = {};
    await run("rental_confirmed", rental, { retryCount: 1 });
    expect(out.mails).toEqual([]);
    await run("rental_confirmed", rental, { retryCount: 0 });
    expect(out.mails).toHaveLength(1);
  });

  it("for good by one channel is still worth the repetition of another", async () => {
    const { bride, rental } = await confirmed();
    await bride.client.from("profiles").update({ phone: "+251911234567" }).eq("id", bride.id);
    await bride.client.from("notification_settings").upsert({ user_id: bride.id, sms_consent: true });
    out.fail = { sms: new PermanentFailure("no mobile phone"), mail: new Error("451 later") };
    const failure = await run("rental_confirmed", rental).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(PermanentFailure);
    expect(failure).toMatchObject({ message: "451 later" });
  });

  it("because nobody ran its job is seen as well", async () => {
    const { rental } = await confirmed();
    const unsent = () => world.sql`
      select template from private.unsent_messages() where source = 'job' and reference in (
        select id::text from pgboss.job where data ->> 'subject_id' = ${rental.id})`;
    expect(await unsent()).toHaveLength(0);
    await world.sql`
      update pgboss.job set start_after = now() - interval '16 minutes'
      where data ->> 'subject_id' = ${rental.id} and data ->> 'kind' = 'rental_confirmed'`;
    expect([...(await unsent())]).toEqual([{ template: "rental_confirmed" }]);
    const set = (state: string, minutesAgo: number) => world.sql`
      update pgboss.job set state = ${state}, start_after = now() + interval '1 hour', started_on = now() - ${minutesAgo} * interval '1 minute'
      where data ->> 'subject_id' = ${rental.id} and data ->> 'kind' = 'rental_confirmed'`;
    await set("retry", 5);
    expect(await unsent()).toHaveLength(0);
    await set("retry", 20);
    expect(await unsent()).toHaveLength(1);
    await set("completed", 20);
    expect(await unsent()).toHaveLength(0);
  });
});
