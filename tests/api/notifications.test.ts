import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prune } from "../../functions/_shared/jobs/prune.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

async function told(person: Person, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 1; n <= count; n += 1) {
    const [row] = await world.sql<{ id: string }[]>`
      insert into public.notifications (user_id, topic, kind, title, body)
      values (${person.id}, 'bookings', 'test', ${`Number ${n}`}, '') returning id`;
    ids.push(row?.id ?? "");
  }
  // Within one millisecond their order is chance.
  return ids.toSorted();
}

const unread = async ({ client }: Person) =>
  (await client.from("notifications").select("*", { count: "exact", head: true }).is("read_at", null)).count;

describe("notifications", () => {
  it("are read page by page, newest first, and marked up to the one that was seen", async () => {
    const person = await world.asCustomer();
    const ids = await told(person, 5);
    const page = await person.client.from("notifications").select("id").order("id", { ascending: false }).limit(2);
    expect(page.data?.map(({ id }) => id)).toEqual(ids.slice(3).toReversed());
    const next = await person.client
      .from("notifications")
      .select("id")
      .order("id", { ascending: false })
      .lt("id", ids[3] ?? "")
      .limit(2);
    expect(next.data?.map(({ id }) => id)).toEqual(ids.slice(1, 3).toReversed());

    expect(await unread(person)).toBe(5);
    const { error } = await person.client
      .from("notifications")
      .update({ read_at: "now" })
      .lte("id", ids[2] ?? "")
      .is("read_at", null);
    expect(error).toBeNull();
    expect(await unread(person)).toBe(2);
  });

  it("keep their words, and are made and removed by nobody", async () => {
    const person = await world.asCustomer();
    const [id = ""] = await told(person, 1);
    const { client } = person;
    expect((await client.from("notifications").update({ title: "Other" }).eq("id", id)).error?.code).toBe("42501");
    expect((await client.from("notifications").delete().eq("id", id)).error?.code).toBe("42501");
    const row = { user_id: person.id, topic: "news", kind: "x", title: "x", body: "" } as const;
    expect((await client.from("notifications").insert(row)).error?.code).toBe("42501");
  });
});

describe("consent to SMS", () => {
  it("is noted with its time, which nobody writes, and ends with the number", async () => {
    const { id, client } = await world.asCustomer();
    const settings = async () =>
      (await client.from("notification_settings").select("sms_consent, sms_consented_at").single()).data;
    await client.from("notification_settings").upsert({ user_id: id, sms_consent: true });
    const first = await settings();
    expect(Math.abs(Date.now() - Date.parse(first?.sms_consented_at ?? ""))).toBeLessThan(60_000);
    await client
      .from("notification_settings")
      .upsert({ user_id: id, sms_consent: true, timezone: "Africa/Addis_Ababa" });
    expect(await settings()).toEqual(first);
    const forged = await client
      .from("notification_settings")
      .update({ sms_consented_at: "2020-01-01" })
      .eq("user_id", id);
    expect(forged.error?.code).toBe("42501");
    await client.from("profiles").update({ phone: "+251911234567" }).eq("id", id);
    expect(await settings()).toEqual({ sms_consent: false, sms_consented_at: null });
  });
});

describe("housekeeping", () => {
  it("removes what is old, in steps, and nothing else", async () => {
    const person = await world.asCustomer();
    const [fresh = "", oldUnread = "", oldRead = "", ancient = ""] = await told(person, 4);
    const age = (id: string, days: number, read: boolean) => world.sql`
      update public.notifications set created_at = now() - ${days} * interval '1 day', read_at = case when ${read} then now() end
      where id = ${id}`;
    await age(fresh, 179, true);
    await age(oldUnread, 399, false);
    await age(oldRead, 181, true);
    await age(ancient, 401, false);
    await world.sql`
      insert into private.messages (send_key, channel, template, created_at) values
        ('young', 'email', 'x', now() - interval '399 days'), ('old', 'email', 'x', now() - interval '401 days')`;
    await world.sql`
      insert into private.idempotency_keys (user_id, operation, key, request, created_at)
      select ${person.id}, 'x', n::text, '{}', now() - n * interval '1 day' from generate_series(1, 60) n`;
    const [step] = await world.sql`select private.prune(20) as removed`;
    expect(step).toEqual({ removed: "23" });
    await runJob(world, prune, {});
    const left = await world.sql`
      select array(select id from public.notifications where user_id = ${person.id} order by id) as notifications,
        array(select send_key from private.messages) as messages,
        (select max(key::integer) from private.idempotency_keys where user_id = ${person.id}) as oldest_key`;
    expect(left[0]).toEqual({ notifications: [fresh, oldUnread], messages: ["young"], oldest_key: 29 });
    const [again] = await world.sql`select private.prune() as removed`;
    expect(again).toEqual({ removed: "0" });
  });
});
