import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { actAs } from "../helpers/act-as.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { hold, reserve } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boss: PgBoss;
let boutique: BoutiqueFixture;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  boss = new PgBoss({
    connectionString: world.databaseUrl,
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
    useListenNotify: true,
  });
  await boss.start();
  boutique = await makeBoutique(world.sql);
  bride = await world.asCustomer("Selam");
});
afterAll(async () => {
  await boss.stop({ graceful: false });
  await world.close();
});

/** The jobs about a rental. */
function jobsOf(rentalId: string) {
  return world.sql`
    select name, data, state, start_after from pgboss.job where data ->> 'rental_id' = ${rentalId} order by name`;
}

describe("reserving", () => {
  it("enqueues the mail for now and the expiry for the end of the hold", async () => {
    const gown = await makeVariant(world.sql, boutique);
    const rental = await hold(bride, gown.id, period(5, 6));
    const data = { rental_id: rental.id };
    expect(await jobsOf(rental.id)).toMatchObject([
      { name: "mail.rental_reserved", data, state: "created", start_after: new Date(rental.created_at) },
      { name: "rental.expire_hold", data, state: "created", start_after: new Date(rental.held_until ?? 0) },
    ]);
  });

  it("leaves no job behind when its transaction is rolled back, and both when it commits", async () => {
    const gown = await makeVariant(world.sql, boutique);
    let id = "";
    const reserveIn = (end: () => void) =>
      world.sql.begin(async (sql) => {
        await actAs(sql, bride);
        const [rental] = await sql<{ id: string }[]>`
          select id from public.reserve_rental(${gown.id}, ${period(5, 6)}, 'in a transaction')`;
        id = rental?.id ?? "";
        await sql`reset role`;
        expect(await sql`select from pgboss.job where data ->> 'rental_id' = ${id}`).toHaveLength(2);
        end();
      });
    const change = new Error("changed her mind");
    await expect(
      reserveIn(() => {
        throw change;
      }),
    ).rejects.toBe(change);
    expect(await jobsOf(id)).toHaveLength(0);
    expect(await world.sql`select from public.rentals where id = ${id}`).toHaveLength(0);

    await reserveIn(() => undefined);
    expect(await jobsOf(id)).toHaveLength(2);
  });

  it("enqueues nothing when it is refused, nor when it is repeated", async () => {
    const gown = await makeVariant(world.sql, boutique);
    await hold(bride, gown.id, period(5, 6), "once");
    const before = await world.sql`select id from pgboss.job`;
    expect((await reserve(bride, gown.id, period(5, 6), "once")).error).toBeNull();
    expect((await reserve(bride, gown.id, period(5, 6), "other")).error).toMatchObject({ hint: "not_available" });
    expect((await world.sql`select id from pgboss.job`).length).toBe(before.length);
  });
});

/** Every column of a job but its id; times as seconds after it was made, unless they were given. */
async function columnsOf(jobId: string | null): Promise<Record<string, unknown>> {
  const [row] = await world.sql<{ columns: Record<string, unknown> }[]>`
    select to_jsonb(j) - array['id', 'created_on', 'start_after', 'keep_until'] || jsonb_build_object(
      'kept_for', extract(epoch from j.keep_until - j.start_after),
      'starts', case when j.start_after = j.created_on then '"at once"'::jsonb else to_jsonb(j.start_after) end) as columns
    from pgboss.job j where j.id = ${jobId}`;
  return row?.columns ?? {};
}

async function enqueue(queue: string, payload: object, options: object): Promise<string | null> {
  const [row] = await world.sql<{ id: string | null }[]>`
    select private.enqueue(${queue}, ${JSON.stringify(payload)}::text::jsonb, ${world.sql.json({ ...options })}) as id`;
  return row?.id ?? null;
}

describe("private.enqueue", () => {
  const later = new Date(Date.now() + 3_600_000);
  const payload = { rental_id: crypto.randomUUID() };

  it.each([
    ["without options", {}, {}],
    ["with a later start", { start_after: later.toISOString() }, { startAfter: later }],
    ["with a priority", { priority: 7 }, { priority: 7 }],
    ["in a group", { group: "a boutique" }, { group: { id: "a boutique" } }],
    ["with a singleton key", { singleton_key: "one" }, { singletonKey: "one" }],
    [
      "with all of them",
      { start_after: later.toISOString(), priority: -1, singleton_key: "two" },
      { startAfter: later, priority: -1, singletonKey: "two" },
    ],
  ])("writes what pg-boss itself writes, %s", async (_case, ours, theirs) => {
    for (const queue of ["mail.rental_reserved", "rental.expire_hold"]) {
      const enqueued = await columnsOf(await enqueue(queue, payload, ours));
      expect(enqueued).toEqual(await columnsOf(await boss.send(queue, payload, theirs)));
      expect(enqueued).toMatchObject({ name: queue, data: payload, state: "created" });
      expect(Object.keys(enqueued).length).toBeGreaterThan(25);
    }
  });

  it.each([
    ["mail.nobody", {}, "unknown.dead", 'There is no queue "mail.nobody".'],
    ["rental.expire_hold", {}, "rental.expire_hold.dead", "needs rental_id, of type uuid"],
    ["rental.expire_hold", { rental_id: null }, "rental.expire_hold.dead", "needs rental_id, of type uuid"],
    ["rental.expire_hold", { rental_id: "5" }, "rental.expire_hold.dead", "needs rental_id, of type uuid"],
    ["rental.expire_hold", { ...payload, price: 5 }, "rental.expire_hold.dead", "has no member price"],
    ["rental.expire_hold", [], "rental.expire_hold.dead", "has to be an object"],
  ])("makes a dead letter with the reason of what %s does not take: %j", async (queue, wrong, dead, reason) => {
    const id = await enqueue(queue, wrong, {});
    const [letter] = await world.sql`
      select name, data, state, source_name, source_output ->> 'message' as reason, keep_until > now() + interval '364 days' as kept
      from pgboss.job where id = ${id}`;
    expect(letter).toMatchObject({ name: dead, data: wrong, state: "created", source_name: queue, kept: true });
    expect(letter?.["reason"]).toContain(reason);
  });

  it("makes dead letters that pg-boss takes for its own: mended, they go back to their queue", async () => {
    const id = await enqueue("rental.expire_hold", { rental_id: "5" }, {});
    const mended = { rental_id: crypto.randomUUID() };
    await world.sql`update pgboss.job set data = ${world.sql.json(mended)} where id = ${id}`;
    expect(await boss.redrive("rental.expire_hold.dead", { ids: [id ?? ""] })).toBe(1);
    const jobs = await world.sql`
      select state, retry_limit from pgboss.job where data = ${world.sql.json(mended)} and name = 'rental.expire_hold'`;
    expect([...jobs]).toMatchObject([{ state: "created", retry_limit: 10 }]);
  });

  it("notes the request that a job came from, for the logs", async () => {
    const id = await world.sql.begin(async (sql) => {
      await sql`select set_config('request.headers', '{"x-request-id": "req-1"}', true)`;
      const [row] = await sql<
        { id: string }[]
      >`select private.enqueue('rental.expire_hold', ${sql.json(payload)}) as id`;
      return row?.id ?? "";
    });
    const [job] = await world.sql`select data from pgboss.job where id = ${id}`;
    expect(job).toEqual({ data: { ...payload, request_id: "req-1" } });
  });

  it("is not for the API roles", async () => {
    for (const role of ["anon", "authenticated", "service_role"]) {
      const [row] = await world.sql`
        select has_function_privilege(${role}, 'private.enqueue(text, jsonb, jsonb)', 'execute') as may`;
      expect(row, role).toEqual({ may: false });
    }
  });

  it("wakes the workers when the transaction commits, but not for a job of later", async () => {
    const heard: string[] = [];
    const { unlisten } = await world.sql.listen(await channel(), (queue) => void heard.push(queue));
    await world.sql.begin(async (sql) => {
      await sql`
        select private.enqueue('rental.expire_hold', ${sql.json(payload)}, ${sql.json({ start_after: later.toISOString() })})`;
      await sql`select private.enqueue('mail.rental_reserved', ${sql.json(payload)})`;
    });
    await boss.send("rental.expire_hold", {});
    // That pg-boss's own is heard shows the channel to be its own. They come in order: one for the job of later
    // would be the first.
    await vi.waitFor(() => expect(heard).toHaveLength(2), { timeout: 5_000 });
    expect(heard).toEqual(["mail.rental_reserved", "rental.expire_hold"]);
    await unlisten();
  });

  async function channel(): Promise<string> {
    const [row] = await world.sql<{ name: string }[]>`
      select 'pgboss_' || left(encode(sha224('pgboss'), 'hex'), 24) as name`;
    return row?.name ?? "";
  }
});
