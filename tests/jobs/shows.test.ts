import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { eraseAccount } from "../../functions/_shared/jobs/erase-account.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { runJob } from "../helpers/run-job.ts";
import { inHours, makeShow, type ShowOptions } from "../helpers/shows.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let friend: Person;
let manager: Person;
let stylist: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  [bride, friend, manager, stylist] = await Promise.all([
    world.asCustomer("Selam"),
    world.asCustomer("Hana"),
    world.asStaff(boutique.id, "manager"),
    world.asStaff(boutique.id, "stylist"),
  ]);
});
afterAll(() => world.close());

const show = (options: ShowOptions = {}) => makeShow(world.sql, boutique, options);
async function come(who: Person, show_id: string, party_size = 1): Promise<string> {
  const { data, error } = await who.client.rpc("rsvp_show", { show_id, party_size });
  if (error !== null) throw error;
  return data.id;
}
const leave = (who: Person, show_id: string) => who.client.rpc("cancel_rsvp", { show_id });
const move = (id: string, startsIn: number) =>
  manager.client
    .from("fashion_shows")
    .update({ starts_at: inHours(startsIn), ends_at: inHours(startsIn + 2) })
    .eq("id", id);

interface Told {
  readonly kind: string;
  readonly subject_id: string;
  readonly occasion: string;
  /** Hours from now; 0 for at once. */
  readonly in_hours: number;
}

/** What is still to be told of rows, in the order in which it was enqueued. */
const enqueued = (kind: string, ids: readonly string[]) => world.sql<Told[]>`
  select data ->> 'kind' as kind, data ->> 'subject_id' as subject_id, data ->> 'occasion' as occasion,
    greatest(0, round(extract(epoch from start_after - now()) / 3600))::int as in_hours
  from pgboss.job where name = 'notify.deliver' and data ->> 'kind' = ${kind} and data ->> 'subject_id' = any (${ids})
  order by created_on, start_after`;

/** Lets all such jobs run, twice, as a queue may; the mails that came. */
async function mailsOf(kind: string, ...ids: string[]) {
  const mails = [];
  for (const job of [...(await enqueued(kind, ids)), ...(await enqueued(kind, ids))]) {
    const { subject_id, occasion } = job;
    mails.push(...(await runJob(world, deliverNotification, { kind, subject_id, occasion })));
  }
  return mails;
}

describe("who comes to a show", () => {
  it("is told when she has seats, and when she has moved up; each once", async () => {
    const id = await show({ capacity: 1, title: "Spring 2027" });
    const [hers, waits] = [await come(bride, id), await come(friend, id)];
    expect(await mailsOf("show_confirmed", hers, waits)).toMatchObject([
      {
        to: bride.email,
        subject: expect.stringContaining("Spring 2027"),
        text: expect.stringContaining("video.example"),
      },
    ]);
    await leave(bride, id);
    expect(await mailsOf("show_promoted", hers, waits)).toMatchObject([{ to: friend.email }]);
    expect(await mailsOf("show_confirmed", hers, waits)).toEqual([]);
    const { data } = await friend.client.from("notifications").select("kind, data").eq("kind", "show_promoted");
    expect(data).toEqual([{ kind: "show_promoted", data: { rsvp_id: waits } }]);
  });

  it("is not told of seats that she has given back meanwhile", async () => {
    const id = await show();
    const hers = await come(bride, id);
    await leave(bride, id);
    expect(await mailsOf("show_confirmed", hers)).toEqual([]);
    await come(bride, id);
    expect(await mailsOf("show_confirmed", hers)).toHaveLength(1);
  });

  it("is reminded a day and an hour before, once each, and not of a show that was called off or left", async () => {
    const id = await show({ startsIn: 48, capacity: 2 });
    const [hers, other] = [await come(bride, id), await come(friend, id)];
    expect((await enqueued("show_reminder", [hers])).map(({ in_hours }) => in_hours)).toEqual([24, 47]);
    await leave(friend, id);
    const reminders = await mailsOf("show_reminder", hers, other);
    expect(reminders.map(({ to }) => to)).toEqual([bride.email, bride.email]);
    expect(await mailsOf("show_reminder", hers)).toEqual([]);
    // Who comes so late that a day before is over has one left.
    const soon = await show({ startsIn: 10 });
    const late = await come(bride, soon);
    expect((await enqueued("show_reminder", [late])).map(({ in_hours }) => in_hours)).toEqual([9]);
    await manager.client.rpc("cancel_show", { show_id: soon, reason: "No power" });
    expect(await mailsOf("show_reminder", late)).toEqual([]);
  });

  it("is told that the show has moved, and reminded of the new time alone", async () => {
    const id = await show({ startsIn: 48, capacity: 1 });
    const [hers, waits] = [await come(bride, id), await come(friend, id)];
    const before = await enqueued("show_reminder", [hers]);
    expect((await move(id, 96)).error).toBeNull();
    expect((await mailsOf("show_moved", hers, waits)).map(({ to }) => to).toSorted()).toEqual(
      [bride.email, friend.email].toSorted(),
    );
    for (const { subject_id, occasion } of before) {
      expect(await runJob(world, deliverNotification, { kind: "show_reminder", subject_id, occasion })).toEqual([]);
    }
    expect((await enqueued("show_reminder", [hers])).map(({ in_hours }) => in_hours)).toEqual([24, 47, 72, 95]);
    expect(await mailsOf("show_reminder", hers, waits)).toHaveLength(2);
    // A move that was taken over by the next one is not told: only the last is true.
    await move(id, 120);
    await move(id, 144);
    expect((await mailsOf("show_moved", hers, waits)).map(({ to }) => to)).toHaveLength(2);
  });

  it("reads why it does not take place, also when she waits", async () => {
    const id = await show({ capacity: 1 });
    const ids = [await come(bride, id), await come(friend, id)];
    await manager.client.rpc("cancel_show", { show_id: id, reason: "The hall has no power." });
    const mails = await mailsOf("show_cancelled", ...ids);
    expect(mails).toHaveLength(2);
    for (const { text } of mails) expect(text).toContain("The hall has no power.");
    expect(await mailsOf("show_promoted", ...ids)).toEqual([]);
  });

  it("reads why staff have cancelled her RSVP, each time, and nothing when she has done so herself", async () => {
    const id = await show({ capacity: 1 });
    const [hers, waits] = [await come(bride, id), await come(friend, id)];
    const take = (rsvp_id: string, reason: string) => stylist.client.rpc("cancel_guest_rsvp", { rsvp_id, reason });
    await take(hers, "You have called us.");
    expect(await mailsOf("show_rsvp_cancelled", hers, waits)).toMatchObject([
      {
        to: bride.email,
        subject: expect.stringContaining("Spring 2027"),
        text: expect.stringContaining("You have called us."),
      },
    ]);
    expect(await mailsOf("show_promoted", waits)).toMatchObject([{ to: friend.email }]);
    await come(bride, id);
    await take(hers, "The line is closed.");
    await leave(friend, id);
    expect(await mailsOf("show_rsvp_cancelled", hers, waits)).toMatchObject([
      { to: bride.email, text: expect.stringContaining("The line is closed.") },
    ]);
    const { data } = await bride.client.from("notifications").select("data").eq("kind", "show_rsvp_cancelled");
    expect(data).toEqual([{ data: { rsvp_id: hers } }, { data: { rsvp_id: hers } }]);
    // What is not told yet is not told any more to who has come back.
    await come(bride, id);
    await take(hers, "Another reason");
    await come(bride, id);
    expect(await mailsOf("show_rsvp_cancelled", hers)).toEqual([]);
  });

  it("waits with reminders for the end of her quiet hours, but hears of a cancellation at once", async () => {
    const sleeper = await world.asCustomer("Ruth");
    const now = new Date();
    const clock = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString().slice(11, 16);
    await sleeper.client
      .from("notification_settings")
      .upsert({ user_id: sleeper.id, quiet_from: clock(-2), quiet_until: clock(2), timezone: "UTC" });
    const id = await show({ startsIn: 48 });
    const hers = await come(sleeper, id);
    const [first] = await enqueued("show_reminder", [hers]);
    const telling = { kind: "show_reminder", subject_id: hers, occasion: first?.occasion ?? "" };
    expect(await runJob(world, deliverNotification, telling)).toEqual([]);
    expect((await enqueued("show_reminder", [hers])).some(({ in_hours }) => in_hours <= 2)).toBe(true);
    await manager.client.rpc("cancel_show", { show_id: id, reason: "No power" });
    expect(await mailsOf("show_cancelled", hers)).toHaveLength(1);
  });
});

describe("staff", () => {
  it("are told once of a show that nobody has finished: managers, while it is so", async () => {
    const id = await show({ state: "draft", startsIn: 24 });
    await manager.client.rpc("schedule_show", { show_id: id });
    const [job] = await enqueued("show_overdue", [id]);
    expect(job).toMatchObject({ in_hours: 38 });
    expect(await mailsOf("show_overdue", id)).toMatchObject([{ to: manager.email }]);
    expect(JSON.stringify(await enqueued("show_overdue", [id]))).not.toContain(stylist.email);
    const done = await show({ state: "draft", startsIn: 0.5 });
    await manager.client.rpc("schedule_show", { show_id: done });
    await manager.client.rpc("start_show", { show_id: done });
    await manager.client.rpc("finish_show", { show_id: done });
    expect(await enqueued("show_overdue", [done])).toHaveLength(1);
    expect(await mailsOf("show_overdue", done)).toEqual([]);
  });

  it("have every step sent to their own systems, without a name", async () => {
    const { error } = await manager.client.rpc("create_webhook_endpoint", {
      ...{ boutique_id: boutique.id, url: "https://shop.example/hook", event_types: ["*"], description: "" },
    });
    expect(error).toBeNull();
    const id = await show({ state: "draft", startsIn: 0.4, capacity: 1 });
    await manager.client.rpc("schedule_show", { show_id: id });
    await move(id, 0.5);
    await come(bride, id);
    await come(friend, id);
    await leave(bride, id);
    await manager.client.rpc("start_show", { show_id: id });
    await manager.client.rpc("finish_show", { show_id: id });
    const other = await show();
    await manager.client.rpc("cancel_show", { show_id: other, reason: "No power" });
    const events = await world.sql<{ type: string; payload: unknown }[]>`
      select type, payload from public.webhook_events where type like 'show.%' order by id`;
    expect(events.map(({ type }) => type)).toEqual([
      ...["show.scheduled", "show.rescheduled", "show.rsvp_confirmed", "show.rsvp_cancelled", "show.rsvp_confirmed"],
      ...["show.started", "show.finished", "show.cancelled"],
    ]);
    expect(JSON.stringify(events)).not.toMatch(/Selam|Hana|nexus\.test/);
  });
});

describe("who deletes her account", () => {
  it("gives her seats to those who wait, and is not named in what was", async () => {
    const leaver = await world.asCustomer("Leaver");
    const [next, past] = [await show({ capacity: 1 }), await show({ capacity: 1, startsIn: 0.4 })];
    const waiting = await come(leaver, next).then(() => come(friend, next));
    const came = await come(leaver, past);
    await stylist.client.rpc("check_in_rsvp", { rsvp_id: came });
    await manager.client.rpc("start_show", { show_id: past });
    const refused = await show({ startsIn: 960 });
    const reason = { rsvp_id: await come(leaver, refused), reason: "You have called, Leaver." };
    expect((await stylist.client.rpc("cancel_guest_rsvp", reason)).data).toMatchObject({
      cancel_reason: reason.reason,
    });
    expect((await leaver.client.rpc("delete_account")).error).toBeNull();
    const third = await show();
    expect((await leaver.client.rpc("rsvp_show", { show_id: third })).error).toMatchObject({ hint: "account_leaves" });
    await world.sql`update public.account_deletions set due_at = now() where user_id = ${leaver.id}`;
    await runJob(world, eraseAccount, { user_id: leaver.id });
    const rsvps = await world.sql`
      select r.customer_id, r.state, r.cancel_reason
      from public.show_rsvps r join public.fashion_shows s on s.id = r.show_id
      where s.id in (${past}, ${next}, ${refused}) order by s.starts_at, r.place`;
    expect([...rsvps]).toEqual([
      { customer_id: null, state: "attended", cancel_reason: null },
      { customer_id: null, state: "cancelled", cancel_reason: null },
      { customer_id: friend.id, state: "confirmed", cancel_reason: null },
      { customer_id: null, state: "cancelled", cancel_reason: null },
    ]);
    expect(await mailsOf("show_promoted", waiting)).toMatchObject([{ to: friend.email }]);
    expect((await stylist.client.rpc("show_guests", { show_id: past })).data).toMatchObject([{ name: null }]);
  });
});
