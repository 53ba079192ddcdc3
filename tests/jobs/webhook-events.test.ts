import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expireHold } from "../../functions/_shared/jobs/expire-hold.ts";
import { offerWaitlist } from "../../functions/_shared/jobs/offer-waitlist.ts";
import { sweepWebhooks } from "../../functions/_shared/jobs/sweep-webhooks.ts";
import { root } from "../../stack/paths.ts";
import { actAs } from "../helpers/act-as.ts";
import { everyRow } from "../helpers/every-row.ts";
import { bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import {
  type BoutiqueFixture,
  day,
  makeBoutique,
  makeVariant,
  period,
  type VariantFixture,
} from "../helpers/fixtures.ts";
import { endHold, hold } from "../helpers/rentals.ts";
import { runJob } from "../helpers/run-job.ts";
import type { EventBody } from "../helpers/webhook-receiver.ts";
import { deliveriesTo, jobsOf, makeEndpoint } from "../helpers/webhooks.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let gown: VariantFixture;
let manager: Person;
let bride: Person;
const url = "https://shop.example/hook";

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  gown = await makeVariant(world.sql, boutique, { garments: 20, pricePerDay: 15_000, deposit: 70_000 });
  [manager, bride] = await Promise.all([world.asStaff(boutique.id, "manager"), world.asCustomer("Selam")]);
});
afterAll(() => world.close());

/** The events about a row, in their order. */
async function eventsAbout(subjectId: string): Promise<EventBody[]> {
  const rows = await world.sql<{ payload: EventBody }[]>`
    select payload from public.webhook_events where subject_id = ${subjectId} order by sequence`;
  return rows.map(({ payload }) => payload);
}

describe("when nobody listens", () => {
  it("writes nothing", async () => {
    const before = await everyRow(world.sql);
    const rental = await hold(bride, gown.id, period(5, 6));
    const after = await everyRow(world.sql);
    for (const table of ["webhook_events", "webhook_deliveries", "private.webhook_sequences"]) {
      expect([table, after[table]]).toEqual([table, before[table]]);
    }
    expect(await eventsAbout(rental.id)).toEqual([]);
  });
});

describe("the life of a rental", () => {
  it("is told state by state, in order, with ids and plain facts", async () => {
    await makeEndpoint(manager, boutique.id, url);
    const rental = await hold(bride, gown.id, period(5, 6));
    await manager.client.rpc("confirm_rental", { rental_id: rental.id });
    await manager.client.rpc("confirm_rental", { rental_id: rental.id });
    await bride.client.rpc("cancel_rental", { rental_id: rental.id });
    const events = await eventsAbout(rental.id);
    expect(events.map(({ type, sequence }) => [type, sequence])).toEqual([
      ["rental.held", 1],
      ["rental.reserved", 2],
      ["rental.cancelled", 3],
    ]);
    expect(events[0]).toEqual({
      id: expect.any(String),
      type: "rental.held",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      boutique_id: boutique.id,
      subject: { table: "rentals", id: rental.id },
      sequence: 1,
      data: {
        rental_id: rental.id,
        state: "held",
        customer_id: bride.id,
        variant_id: gown.id,
        garment_id: rental.garment_id,
        first_day: day(5),
        last_day: day(6),
        held_until: expect.any(String),
        price: 30_000,
        deposit: 70_000,
        currency: "ETB",
      },
    });
    expect(Date.parse(String(events[0]?.data["held_until"]))).toBe(Date.parse(rental.held_until ?? ""));
    expect(JSON.stringify(events)).not.toMatch(/Selam|@nexus\.test/);
  });

  it("ends with rental.expired when the hold ends", async () => {
    const rental = await hold(bride, gown.id, period(5, 6));
    await endHold(world.sql, rental);
    await runJob(world, expireHold, { rental_id: rental.id });
    await runJob(world, expireHold, { rental_id: rental.id });
    expect((await eventsAbout(rental.id)).map(({ type }) => type)).toEqual(["rental.held", "rental.expired"]);
  });

  it("leaves an event and its job if and only if it was committed", async () => {
    const rental = await hold(bride, gown.id, period(5, 6));
    const undo = new Error("undo");
    await expect(
      world.sql.begin(async (sql) => {
        await actAs(sql, bride);
        await sql`select public.cancel_rental(${rental.id})`;
        await sql`reset role`;
        expect(await sql`select from public.webhook_events where subject_id = ${rental.id}`).toHaveLength(2);
        throw undo;
      }),
    ).rejects.toBe(undo);
    expect(await eventsAbout(rental.id)).toHaveLength(1);
    await bride.client.rpc("cancel_rental", { rental_id: rental.id });
    expect((await eventsAbout(rental.id)).map(({ type, sequence }) => [type, sequence])).toEqual([
      ["rental.held", 1],
      ["rental.cancelled", 2],
    ]);
    const deliveries = await world.sql<{ id: string }[]>`
      select d.id from public.webhook_deliveries d join public.webhook_events v on v.id = d.event_id
      where v.subject_id = ${rental.id}`;
    for (const { id } of deliveries) {
      expect(await jobsOf(world, id)).toMatchObject([{ group_id: boutique.id }]);
    }
  });
});

describe("the life of a fitting", () => {
  let salon: Salon;
  let chief: Person;
  let shop: BoutiqueFixture;
  const at = (hour: number) => `${day(6)}T${String(hour - 3).padStart(2, "0")}:00:00Z`;
  beforeEach(async () => {
    shop = await makeBoutique(world.sql);
    salon = await makeSalon(world.sql, shop, { opens: "09:00", closes: "11:00" });
    chief = await world.asStaff(shop.id, "manager");
    await makeEndpoint(chief, shop.id, url);
  });

  it("is told step by step, with its gowns", async () => {
    const veil = await makeVariant(world.sql, shop);
    const [garment] = await world.sql<{ id: string }[]>`
      select id from public.garments where variant_id = ${veil.id} limit 1`;
    const garmentIds = [garment?.id ?? ""];
    const fitting = await bookFitting(bride, shop, salon, { startsAt: at(9), garmentIds });
    await bride.client.rpc("reschedule_fitting", { appointment_id: fitting.id, starts_at: at(10) });
    await bride.client.rpc("cancel_fitting", { appointment_id: fitting.id });
    await bride.client.rpc("cancel_fitting", { appointment_id: fitting.id });
    const events = await eventsAbout(fitting.id);
    expect(events.map(({ type, sequence }) => [type, sequence])).toEqual([
      ["fitting.booked", 1],
      ["fitting.rescheduled", 2],
      ["fitting.cancelled", 3],
    ]);
    expect(events[0]).toMatchObject({ subject: { table: "appointments", id: fitting.id } });
    expect(events[0]?.data).toEqual({
      fitting_id: fitting.id,
      state: "booked",
      customer_id: bride.id,
      location_id: shop.locationId,
      starts_at: `${day(6)}T06:00:00.000000Z`,
      ends_at: `${day(6)}T07:00:00.000000Z`,
      garment_ids: garmentIds,
    });
    expect(events[1]?.data).toMatchObject({ starts_at: `${day(6)}T07:00:00.000000Z` });
    expect(JSON.stringify(events)).not.toMatch(/Selam|@nexus\.test/);
  });

  it("ends with who has come and who has not, and a correction of it", async () => {
    const fitting = await bookFitting(bride, shop, salon, { startsAt: at(9) });
    await world.sql`
      update public.appointments set during = tstzrange(now() - interval '1 hour', now()) where id = ${fitting.id}`;
    for (const attended of [false, true, true]) {
      const { error } = await chief.client.rpc("close_fitting", { appointment_id: fitting.id, attended });
      expect(error).toBeNull();
    }
    const types = (await eventsAbout(fitting.id)).map(({ type }) => type);
    expect(types).toEqual(["fitting.booked", "fitting.rescheduled", "fitting.missed", "fitting.completed"]);
  });

  it("begins when an offer is accepted: the offer is no event, nor is its end", async () => {
    const owner = await world.asCustomer("Booked");
    const [first, second] = [
      await bookFitting(owner, shop, salon, { startsAt: at(9) }),
      await bookFitting(owner, shop, salon, { startsAt: at(10) }),
    ];
    const offers: string[] = [];
    for (const taken of [first, second]) {
      const waits = await world.asCustomer();
      await waits.client.rpc("join_waitlist", {
        location_id: shop.locationId,
        service_id: salon.serviceId,
        from_date: day(6),
        to_date: day(6),
        garment_ids: [],
      });
      await chief.client.rpc("cancel_fitting", { appointment_id: taken.id });
      await runJob(world, offerWaitlist, { location_id: shop.locationId });
      const { data } = await waits.client.from("appointments").select("id").single();
      const id = data?.id ?? "";
      offers.push(id);
      const answer = taken === first ? "accept_fitting_offer" : "cancel_fitting";
      expect((await waits.client.rpc(answer, { appointment_id: id })).error).toBeNull();
    }
    expect((await eventsAbout(offers[0] ?? "")).map(({ type }) => type)).toEqual(["fitting.booked"]);
    expect(await eventsAbout(offers[1] ?? "")).toEqual([]);
  });
});

describe("an endpoint", () => {
  it("is sent the types that it listens to, of its own boutique", async () => {
    const shop = await makeBoutique(world.sql);
    const veil = await makeVariant(world.sql, shop);
    const chief = await world.asStaff(shop.id, "manager");
    const cancelled = await makeEndpoint(chief, shop.id, url, ["rental.cancelled", "order.paid"]);
    const all = await makeEndpoint(chief, shop.id, url, ["*"]);
    const other = await makeEndpoint(manager, boutique.id, url, ["rental.lost"]);
    const rental = await hold(bride, veil.id, period(5, 6));
    await bride.client.rpc("cancel_rental", { rental_id: rental.id });
    const types = async (endpoint: { id: string }) => (await deliveriesTo(world, endpoint)).map(({ type }) => type);
    expect(await types(cancelled)).toEqual(["rental.cancelled"]);
    expect(await types(all)).toEqual(["rental.held", "rental.cancelled"]);
    expect(await types(other)).toEqual([]);
  });

  it("hears of the suspension and the return of its boutique", async () => {
    const shop = await makeBoutique(world.sql);
    const [chief, admin] = [await world.asStaff(shop.id, "manager"), await world.asAdmin()];
    const endpoint = await makeEndpoint(chief, shop.id, url, ["boutique.suspended", "boutique.activated"]);
    for (const status of ["suspended", "active"] as const) {
      const { error } = await admin.client.rpc("set_boutique_status", {
        boutique_id: shop.id,
        status,
        reason: "Complaints",
      });
      expect(error).toBeNull();
    }
    const types = (await deliveriesTo(world, endpoint)).map(({ type }) => type);
    expect(types).toEqual(["boutique.suspended", "boutique.activated"]);
  });
});

describe("sequence numbers", () => {
  it("have no gap and no double when many emit about one subject at once, and some change their mind", async () => {
    const subject = crypto.randomUUID();
    const connections = 12;
    const pool = postgres(world.databaseUrl, { max: connections, onnotice: () => undefined });
    let waiting = 0;
    let open: () => void = () => undefined;
    const barrier = new Promise<void>((resolve) => (open = resolve));
    await Promise.all(
      Array.from({ length: connections }, (_, n) =>
        pool
          .begin(async (sql) => {
            await sql`select 1`;
            waiting += 1;
            if (waiting === connections) open();
            await barrier;
            await sql`select private.emit_event(${boutique.id}, 'order.paid', 'orders', ${subject}, ${sql.json({ n })})`;
            if (n % 3 === 0) throw new Error("changed my mind");
          })
          .catch((error: Error) => expect(error.message).toBe("changed my mind")),
      ),
    );
    await pool.end();
    expect((await eventsAbout(subject)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("are in the order of the events' times", async () => {
    const rows = await world.sql`
      select from public.webhook_events a join public.webhook_events b using (boutique_id, subject_table, subject_id)
      where a.sequence < b.sequence and a.occurred_at > b.occurred_at`;
    expect(rows).toHaveLength(0);
  });
});

describe("the list of types", () => {
  it("has every state of a rental, every type that sql/ emits, and an example for each", async () => {
    const { data, error } = await manager.client.rpc("webhook_event_types");
    expect(error).toBeNull();
    const types = data?.map(({ type }) => type) ?? [];
    expect(new Set(types).size).toBe(types.length);
    const states = await world.sql<{ state: string }[]>`
      select unnest(enum_range(null::public.rental_state))::text as state`;
    expect(types).toEqual(expect.arrayContaining(states.map(({ state }) => `rental.${state}`)));
    for (const { type, example, description } of data ?? []) {
      expect([type, typeof example, description.length > 10]).toEqual([type, "object", true]);
    }
  });

  it("is in the documentation, word for word", async () => {
    const page = readFileSync(join(root, "docs/webhooks.md"), "utf8");
    const rows = await world.sql<{ type: string; description: string }[]>`
      select type, description from private.webhook_event_types()`;
    for (const { type, description } of rows) expect(page).toContain(`| \`${type}\` | ${description}`);
  });
});

describe("the job that sweeps", () => {
  it("sends on what has lost its job, and leaves what is on its way", async () => {
    const endpoint = await makeEndpoint(manager, boutique.id, url, ["rental.held"]);
    for (let n = 0; n < 2; n += 1) await hold(bride, gown.id, period(8, 9));
    const [lost, waiting] = await deliveriesTo(world, endpoint);
    const ids = [lost?.id ?? "", waiting?.id ?? ""];
    await world.sql`delete from pgboss.job where data ->> 'delivery_id' = any (${ids})`;
    await world.sql`
      update public.webhook_deliveries set next_attempt_at = now() - interval '2 hours' where id = ${ids[0] ?? ""}`;
    await runJob(world, sweepWebhooks, {});
    await runJob(world, sweepWebhooks, {});
    expect(await jobsOf(world, ids[0] ?? "")).toHaveLength(1);
    expect(await jobsOf(world, ids[1] ?? "")).toHaveLength(0);
  });

  it("removes attempts after 30 days and events after 90; numbers go on", async () => {
    const rental = await hold(bride, gown.id, period(5, 6));
    await world.sql`
      insert into public.webhook_attempts (delivery_id, n, boutique_id, url, started_at, duration_ms, request_headers, error)
      select d.id, s.n, d.boutique_id, ${url}, now() - s.n * interval '20 days', 5, '{}', 'ECONNREFUSED'
      from public.webhook_deliveries d join public.webhook_events v on v.id = d.event_id
      cross join generate_series(1, 2) s (n) where v.subject_id = ${rental.id}`;
    const numbers = async () =>
      (
        await world.sql<{ n: number }[]>`
          select distinct a.n from public.webhook_attempts a
          join public.webhook_deliveries d on d.id = a.delivery_id
          join public.webhook_events v on v.id = d.event_id where v.subject_id = ${rental.id} order by a.n`
      ).map(({ n }) => n);
    expect(await numbers()).toEqual([1, 2]);
    await runJob(world, sweepWebhooks, {});
    expect(await numbers()).toEqual([1]);

    await world.sql`
      update public.webhook_events set occurred_at = now() - interval '91 days' where subject_id = ${rental.id}`;
    await runJob(world, sweepWebhooks, {});
    expect(await eventsAbout(rental.id)).toEqual([]);
    await bride.client.rpc("cancel_rental", { rental_id: rental.id });
    expect((await eventsAbout(rental.id)).map(({ sequence }) => sequence)).toEqual([2]);
  });
});
