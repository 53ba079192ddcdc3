import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyRow } from "../helpers/every-row.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period, type VariantFixture } from "../helpers/fixtures.ts";
import { hold } from "../helpers/rentals.ts";
import { deliveriesTo, type Endpoint, jobsOf, makeEndpoint } from "../helpers/webhooks.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let manager: Person;
let bride: Person;
let endpoint: Endpoint;
const url = "https://shop.example/hook";

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique, { garments: 10 });
  [manager, bride] = await Promise.all([world.asStaff(boutique.id, "manager"), world.asCustomer("Selam")]);
  endpoint = await makeEndpoint(manager, boutique.id, url);
});
afterAll(() => world.close());

const create = (person: Person, change: Partial<{ boutique_id: string; url: string; event_types: string[] }> = {}) =>
  person.client.rpc("create_webhook_endpoint", {
    boutique_id: boutique.id,
    url,
    event_types: ["*"],
    description: "",
    ...change,
  });

/** Everything that can be asked about an endpoint. */
const calls: readonly (readonly [name: string, call: (person: Person) => PromiseLike<{ error: unknown }>])[] = [
  ["update_webhook_endpoint", ({ client }) => client.rpc("update_webhook_endpoint", { endpoint_id: endpoint.id })],
  ["delete_webhook_endpoint", ({ client }) => client.rpc("delete_webhook_endpoint", { endpoint_id: endpoint.id })],
  [
    "rotate_webhook_secret",
    ({ client }) => client.rpc("rotate_webhook_secret", { endpoint_id: endpoint.id, overlap_hours: 0 }),
  ],
  ["show_webhook_secret", ({ client }) => client.rpc("show_webhook_secret", { endpoint_id: endpoint.id })],
  ["send_test_webhook", ({ client }) => client.rpc("send_test_webhook", { endpoint_id: endpoint.id })],
  [
    "replay_webhook_deliveries",
    ({ client }) => client.rpc("replay_webhook_deliveries", { ...all(), states: ["dead"] }),
  ],
];
const all = () => ({
  endpoint_id: endpoint.id,
  from_time: new Date(Date.now() - 3_600_000).toISOString(),
  until_time: new Date(Date.now() + 3_600_000).toISOString(),
});

describe("those who do not manage the boutique", () => {
  it("see no endpoint, event, delivery or attempt of it", async () => {
    await hold(bride, gown.id, period(5, 6));
    const rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
    const stylist = await world.asStaff(boutique.id, "stylist");
    for (const person of [rival, stylist, bride]) {
      for (const table of ["webhook_endpoints", "webhook_events", "webhook_deliveries", "webhook_attempts"] as const) {
        expect((await person.client.from(table).select()).data, table).toEqual([]);
      }
    }
    const anon = await world.asAnon().from("webhook_endpoints").select();
    expect(anon.error).toMatchObject({ code: "42501" });
  });

  it.each(calls)("are told by %s that there is no such endpoint, and change nothing", async (_name, call) => {
    const rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
    const stylist = await world.asStaff(boutique.id, "stylist");
    const before = await everyRow(world.sql);
    for (const person of [rival, stylist, bride]) {
      expect((await call(person)).error).toMatchObject({ code: "PT404", hint: "endpoint_not_found" });
    }
    expect(await everyRow(world.sql)).toEqual(before);
  });

  it("make no endpoint for it and replay no delivery of it", async () => {
    const rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
    const [delivery] = await deliveriesTo(world, endpoint);
    for (const person of [rival, bride]) {
      expect((await create(person)).error).toMatchObject({ code: "PT403", hint: "not_allowed" });
      const replay = await person.client.rpc("replay_webhook_delivery", { delivery_id: delivery?.id ?? "" });
      expect(replay.error).toMatchObject({ code: "PT404", hint: "delivery_not_found" });
    }
  });
});

describe("an endpoint", () => {
  it.each([
    "https://shop.example",
    "https://shop.example:8443/a/b?c=d",
    "https://93.184.216.34/hook",
    "https://[2606:4700::1111]/hook",
    "HTTPS://Shop.Example/Hook",
    "http://localhost:3000/hook",
    "http://127.0.0.1:3000",
    "http://[::1]:3000/",
  ])("may be at %s", async (address) => {
    const shop = await makeBoutique(world.sql);
    const chief = await world.asStaff(shop.id, "manager");
    expect((await create(chief, { boutique_id: shop.id, url: address })).data?.url).toBe(address);
  });

  it.each([
    "",
    "shop.example",
    "http://shop.example/",
    "http://localhost.shop.example/",
    "ftp://shop.example/",
    "javascript:alert(1)",
    "https://",
    "https:///hook",
    "https://user:password@shop.example/",
    "https://user@shop.example/",
    "https://shop.example/#part",
    "https://shop.example\\@10.0.0.1/",
    "https://shop.example/a b",
    "https://shop.example/\r\nhost: other",
    "https://shöp.example/",
    "https://shop.example:99999999/",
    ` ${url}`,
    `${url}?${"x".repeat(2000)}`,
  ])("is refused at %j", async (address) => {
    const { error } = await create(manager, { url: address });
    expect(error).toMatchObject({ code: "PT400", hint: "invalid_url", message: expect.stringContaining("https") });
    // Whoever writes past the function is held by the table.
    const past = world.sql`
      insert into public.webhook_endpoints (boutique_id, url, event_types) values (${boutique.id}, ${address}, '{*}')`;
    await expect(past).rejects.toMatchObject({ code: "23514" });
  });

  it.each([[[]], [["rental.flown"]], [["rental.held", "nothing"]], [["RENTAL.HELD"]], [[""]], [["webhook.*"]]])(
    "is refused for types that are none: %j",
    async (event_types) => {
      const { error } = await create(manager, { event_types });
      expect(error).toMatchObject({ code: "PT400", hint: "invalid_event_types" });
      expect(error?.message).toContain("webhook_event_types()");
      const past = world.sql`
        insert into public.webhook_endpoints (boutique_id, url, event_types) values (${boutique.id}, ${url}, ${event_types})`;
      await expect(past).rejects.toMatchObject({ code: "23514" });
    },
  );

  it("is changed in what is given, and keeps the rest", async () => {
    const made = await makeEndpoint(manager, boutique.id, url, ["rental.held"]);
    const change = (values: object) =>
      manager.client.rpc("update_webhook_endpoint", { endpoint_id: made.id, ...values });
    await world.sql`update public.webhook_endpoints set failing_since = now(), gone_since = now() where id = ${made.id}`;
    expect((await change({ description: "The till" })).data).toMatchObject({
      url,
      event_types: ["rental.held"],
      description: "The till",
      enabled: true,
      failing_since: expect.any(String),
    });
    const moved = await change({ url: "https://new.example/", event_types: ["*"] });
    expect(moved.data).toMatchObject({ description: "The till", failing_since: null, gone_since: null });
    expect((await change({ enabled: false })).data).toMatchObject({ disabled_reason: "No reason was given." });
    expect((await change({ enabled: false, reason: "x" })).error?.code).toBe("23514");
    expect((await manager.client.rpc("delete_webhook_endpoint", { endpoint_id: made.id })).error).toBeNull();
  });

  it("is one of twenty at most, also when they are made at once", async () => {
    const shop = await makeBoutique(world.sql);
    const chief = await world.asStaff(shop.id, "manager");
    const made = await Promise.all(Array.from({ length: 25 }, () => create(chief, { boutique_id: shop.id })));
    const refused = made.filter(({ error }) => error !== null);
    expect(refused.map(({ error }) => error?.hint)).toEqual(Array(5).fill("too_many_endpoints"));
  });

  it("is in the audit log, with who did what, and without the ups and downs of its receiver", async () => {
    const made = await makeEndpoint(manager, boutique.id, url);
    await manager.client.rpc("show_webhook_secret", { endpoint_id: made.id });
    await world.sql`update public.webhook_endpoints set failing_since = now(), told_at = now() where id = ${made.id}`;
    await manager.client.rpc("delete_webhook_endpoint", { endpoint_id: made.id });
    const log = await world.sql`
      select action, actor_id, new from public.audit_log
      where table_name = 'webhook_endpoints' and row_key ->> 'id' = ${made.id} order by id`;
    expect([...log]).toEqual([
      { action: "insert", actor_id: manager.id, new: expect.objectContaining({ url }) },
      { action: "update", actor_id: manager.id, new: { secret_shown_at: expect.any(String) } },
      { action: "delete", actor_id: manager.id, new: null },
    ]);
  });

  it("of a suspended boutique can be looked at and not changed", async () => {
    const shop = await makeBoutique(world.sql);
    const chief = await world.asStaff(shop.id, "manager");
    const made = await makeEndpoint(chief, shop.id, url);
    await world.sql`update public.boutiques set status = 'suspended' where id = ${shop.id}`;
    expect((await chief.client.from("webhook_endpoints").select("id")).data).toEqual([{ id: made.id }]);
    const { error } = await chief.client.rpc("send_test_webhook", { endpoint_id: made.id });
    expect(error?.hint).toBe("endpoint_not_found");
  });
});

describe("a test", () => {
  it("goes to the one endpoint, whatever it listens to", async () => {
    const deaf = await makeEndpoint(manager, boutique.id, url, ["order.paid"]);
    const before = (await deliveriesTo(world, endpoint)).length;
    const { data, error } = await manager.client.rpc("send_test_webhook", { endpoint_id: deaf.id });
    expect(error).toBeNull();
    expect(data).toMatchObject({ endpoint_id: deaf.id, state: "pending", attempts: 0 });
    expect((await deliveriesTo(world, deaf)).map(({ type }) => type)).toEqual(["webhook.test"]);
    expect(await jobsOf(world, data?.id ?? "")).toHaveLength(1);
    expect(await deliveriesTo(world, endpoint)).toHaveLength(before);
  });

  it("may be asked for ten times, and then once a minute", async () => {
    const chief = await world.asStaff(boutique.id, "manager");
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      statuses.push((await chief.client.rpc("send_test_webhook", { endpoint_id: endpoint.id })).status);
    }
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
  });

  it("is refused for an endpoint that is disabled", async () => {
    const made = await makeEndpoint(manager, boutique.id, url);
    await manager.client.rpc("update_webhook_endpoint", { endpoint_id: made.id, enabled: false });
    const { error } = await manager.client.rpc("send_test_webhook", { endpoint_id: made.id });
    expect(error).toMatchObject({ code: "PT409", hint: "endpoint_disabled" });
  });
});

describe("a rotation", () => {
  it.each([-1, 169, 10_000])("is refused with an overlap of %i hours", async (overlap_hours) => {
    const { error } = await manager.client.rpc("rotate_webhook_secret", { endpoint_id: endpoint.id, overlap_hours });
    expect(error).toMatchObject({ code: "PT400", hint: "invalid_overlap" });
  });
});

describe("a replay", () => {
  it("of one that is on its way leaves it, twice at once starts it once", async () => {
    const made = await makeEndpoint(manager, boutique.id, url, ["rental.held"]);
    await hold(bride, gown.id, period(8, 9));
    const [delivery] = await deliveriesTo(world, made);
    const id = delivery?.id ?? "";
    const replay = () => manager.client.rpc("replay_webhook_delivery", { delivery_id: id });
    expect((await replay()).data).toMatchObject({ id, state: "pending" });
    expect(await jobsOf(world, id)).toHaveLength(1);
    await world.sql`
      update public.webhook_deliveries set state = 'dead', next_attempt_at = null, reason = 'Given up.' where id = ${id}`;
    await Promise.all([replay(), replay(), replay()]);
    expect(await jobsOf(world, id)).toHaveLength(2);
  });

  it("of many takes those of the time and the states that are asked for, 500 at a time", async () => {
    const made = await makeEndpoint(manager, boutique.id, url, ["rental.lost"]);
    await world.sql`
      with made as (
        insert into public.webhook_events (boutique_id, type, subject_table, subject_id, sequence, payload, occurred_at)
        select ${boutique.id}, 'rental.lost', 'rentals', gen_random_uuid(), 1, '{}', now() from generate_series(1, 620)
        returning id
      )
      insert into public.webhook_deliveries (boutique_id, event_id, endpoint_id, state, reason, delivered_at, created_at)
      select ${boutique.id}, m.id, ${made.id}, (case when row_number() over () > 600 then 'delivered' else 'dead' end)::public.webhook_delivery_state,
        'Given up.', now(), now() - row_number() over () * interval '1 second' from made m`;
    const replay = (from_time: string, states: ("dead" | "delivered")[]) =>
      manager.client.rpc("replay_webhook_deliveries", { ...all(), endpoint_id: made.id, from_time, states });
    const first = await replay(all().from_time, ["dead"]);
    expect(first.data).toEqual({ replayed: 500, next_from: expect.any(String) });
    const next = String((first.data as { next_from: string }).next_from);
    expect((await replay(next, ["dead"])).data).toEqual({ replayed: 100, next_from: null });
    expect((await replay(all().from_time, ["dead"])).data).toEqual({ replayed: 0, next_from: null });
    const states = await world.sql`
      select state, count(*)::integer from public.webhook_deliveries where endpoint_id = ${made.id} group by state order by state`;
    expect([...states]).toEqual([
      { state: "pending", count: 600 },
      { state: "delivered", count: 20 },
    ]);
  });

  it.each([
    ["a time that runs backwards", { from_time: "2027-01-02", until_time: "2027-01-01" }, "invalid_period"],
    ["no states", { states: [] }, "invalid_states"],
    ["states that are on their way", { states: ["pending" as const] }, "invalid_states"],
  ])("is refused with %s", async (_what, change, hint) => {
    const { error } = await manager.client.rpc("replay_webhook_deliveries", { ...all(), states: ["dead"], ...change });
    expect(error).toMatchObject({ code: "PT400", hint });
  });
});
