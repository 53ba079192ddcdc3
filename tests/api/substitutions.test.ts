import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rentalChangedMail } from "../../functions/_shared/jobs/rental-changed-mail.ts";
import { watchReturns } from "../../functions/_shared/jobs/watch-returns.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, utc, type VariantFixture } from "../helpers/fixtures.ts";
import { fate, hold, type Rental, reserve, spanOf, steps } from "../helpers/rentals.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

const { day, period } = utc;

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let next: Person;
let staff: Person;
let gown: VariantFixture;
/** Of the bride, who has the gown and should have brought it back; and of the next, whose days begin tomorrow. */
let out: Rental;
let rental: Rental;

beforeAll(async () => {
  world = await World.create({ connections: 25 });
  bride = await world.asCustomer("Selam");
  next = await world.asCustomer("Hannah");
});
afterAll(() => world.close());

const { handOver, giveBack, inspect, lose } = steps(() => staff);
const watch = () => runJob(world, watchReturns, {});

async function reserved(variant: VariantFixture, days: string, person: Person): Promise<Rental> {
  const held = await hold(person, variant.id, days);
  const { data, error } = await staff.client.rpc("confirm_rental", { rental_id: held.id });
  if (error !== null) throw error;
  return data;
}

/** Lets a rental that is out have ended yesterday, so that its time runs out with this day. */
async function makeOverdue({ id, allocation_id }: Rental): Promise<void> {
  await world.sql`
    update public.rentals set period = daterange(${day(-3)}, ${day(-1)}, '[]') where id = ${id}`;
  await world.sql`
    update public.allocations set during = tstzrange(${day(-3)}::date, ${day(0)}::date) where id = ${allocation_id}`;
}

beforeEach(async () => {
  boutique = await makeBoutique(world.sql, { timezone: "UTC" });
  staff = await world.asStaff(boutique.id, "stylist");
  gown = await makeVariant(world.sql, boutique);
  out = await reserved(gown, period(0, 0), bride);
  rental = await reserved(gown, period(1, 2), next);
  await handOver(out);
  await makeOverdue(out);
});

const proposals = async (of = rental) =>
  (await staff.client.from("substitution_proposals").select().eq("rental_id", of.id).order("id")).data ?? [];
const candidates = async () => {
  const { data } = await staff.client
    .from("substitution_candidates")
    .select("garment_id, rank, match, proposal:substitution_proposals!inner(rental_id, state)")
    .eq("proposal.rental_id", rental.id)
    .order("rank");
  return (data ?? []).map(({ garment_id, match }) => [garment_id, match]);
};
const accept = (proposal_id: string, garment_id: string, person = staff) =>
  person.client.rpc("accept_substitution", { proposal_id, garment_id });
const dismiss = (proposal_id: string) => staff.client.rpc("dismiss_substitution", { proposal_id });

async function branch(): Promise<BoutiqueFixture> {
  const [location] = await world.sql<{ id: string }[]>`
    insert into public.locations (boutique_id, name, city, country, timezone)
    values (${boutique.id}, 'Branch', 'Adama', 'ET', 'UTC') returning id`;
  return { ...boutique, locationId: location?.id ?? "" };
}

/** One more piece of a variant. */
async function piece(variant: VariantFixture, at = boutique): Promise<string> {
  const [garment] = await world.sql<{ id: string }[]>`
    insert into public.garments (boutique_id, variant_id, location_id, serial)
    values (${at.id}, ${variant.id}, ${at.locationId}, ${crypto.randomUUID()}) returning id`;
  return garment?.id ?? "";
}

/** The only open proposal, after the job. */
async function opened(): Promise<string> {
  await watch();
  const open = (await proposals()).filter(({ state }) => state === "open");
  expect(open).toHaveLength(1);
  return open[0]?.id ?? "";
}

describe("the watch over returns", () => {
  it("keeps an overdue gown taken, as far as the next booking, and proposes another for that", async () => {
    await watch();
    const span = await spanOf(world.sql, out);
    expect(span?.until.toISOString()).toBe(`${day(1)}T00:00:00.000Z`);
    expect(await proposals()).toMatchObject([
      { reason: "overdue", state: "open", garment_id: rental.garment_id, cause_rental_id: out.id },
    ]);
    await watch();
    expect(await proposals()).toHaveLength(1);
  });

  it("keeps a gown taken day after day when nobody waits for it", async () => {
    await staff.client.rpc("cancel_rental", { rental_id: rental.id });
    await watch();
    const span = await spanOf(world.sql, out);
    expect(span?.until.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect(await proposals()).toEqual([]);
    expect((await reserve(next, gown.id, period(0, 0))).error).toMatchObject({ hint: "not_available" });
  });

  it("does not trouble a booking that is far ahead, nor one after a gown that is not late", async () => {
    const far = await makeVariant(world.sql, boutique);
    const late = await reserved(far, period(0, 0), bride);
    const later = await reserved(far, period(9, 10), next);
    await handOver(late);
    await makeOverdue(late);
    const good = await makeVariant(world.sql, boutique);
    const inTime = await reserved(good, period(0, 0), bride);
    const after = await reserved(good, period(1, 2), next);
    await handOver(inTime);
    await watch();
    expect(await proposals(later)).toEqual([]);
    expect(await proposals(after)).toEqual([]);
  });

  it("proposes another when the gown is back, but not inspected when the next time has come", async () => {
    await giveBack(out);
    // Her day has come: the next rental begins with this day.
    await world.sql`
      update public.allocations set during = tstzrange(${day(-3)}::date, ${day(0)}::date) where id = ${out.allocation_id}`;
    await world.sql`
      update public.allocations set during = tstzrange(${day(0)}::date, ${day(2)}::date) where id = ${rental.allocation_id}`;
    await watch();
    expect(await proposals()).toMatchObject([{ reason: "not_inspected", cause_rental_id: out.id }]);
    await inspect(out, { outcome: "ok", condition: "good" });
    expect(await proposals()).toMatchObject([{ state: "withdrawn" }]);
  });

  it("withdraws what is not needed any more: she cancels, or the gown comes back well", async () => {
    await opened();
    await next.client.rpc("cancel_rental", { rental_id: rental.id });
    expect(await proposals()).toMatchObject([{ state: "withdrawn" }]);
  });

  it("asks again for nothing that was dismissed, but for another reason", async () => {
    const proposal = await opened();
    expect((await dismiss(proposal)).data).toMatchObject({ state: "dismissed", decided_by: staff.id });
    expect((await dismiss(proposal)).error).toBeNull();
    await watch();
    expect(await proposals()).toHaveLength(1);
    await lose(out);
    expect(await proposals()).toMatchObject([{ state: "dismissed" }, { state: "open", reason: "lost" }]);
  });

  it("finds a hold that was confirmed after its gown was lost", async () => {
    const held = await hold(next, gown.id, period(20, 21));
    await lose(out);
    await staff.client.rpc("confirm_rental", { rental_id: held.id });
    expect(await proposals(held)).toEqual([]);
    await watch();
    expect(await proposals(held)).toMatchObject([{ reason: "lost", cause_rental_id: out.id, state: "open" }]);
  });
});

describe("the candidates", () => {
  it("are the same gown here, then elsewhere, then what is alike in the same size, nearest price first", async () => {
    const elsewhere = await branch();
    const [category] = await world.sql<{ id: string }[]>`
      insert into public.categories (slug, name) values (${`c-${boutique.slug}`}, 'Gowns') returning id`;
    const dear = await makeVariant(world.sql, boutique, { pricePerDay: 15_000 });
    const near = await makeVariant(world.sql, boutique, { pricePerDay: 11_000 });
    const stranger = await makeVariant(world.sql, boutique);
    const hidden = await makeVariant(world.sql, boutique, { status: "draft" });
    const large = await makeVariant(world.sql, boutique);
    await world.sql`update public.product_variants set size = '48' where id = ${large.id}`;
    const alike = [gown, dear, near, hidden, large].map(({ productId }) => productId);
    await world.sql`update public.products set category_id = ${category?.id ?? ""} where id = any(${alike})`;
    const far = await piece(gown, elsewhere);
    const here = await piece(gown);
    const broken = await piece(gown);
    await world.sql`update public.garments set condition = 'damaged' where id = ${broken}`;
    const taken = await piece(gown);
    await world.sql`
      insert into public.allocations (resource_id, boutique_id, during, kind, state)
      values (${taken}, ${boutique.id}, tstzrange(${day(2)}::date, ${day(3)}::date), 'show', 'confirmed')`;
    await opened();
    expect(await candidates()).toEqual([
      [here, "same_variant"],
      [far, "same_variant_elsewhere"],
      [near.garmentIds[0], "similar"],
      [dear.garmentIds[0], "similar"],
    ]);
    expect(stranger.garmentIds).toHaveLength(1);
  });

  it("are looked up anew as long as nobody has decided", async () => {
    await opened();
    expect(await candidates()).toEqual([]);
    const late = await piece(gown);
    await watch();
    expect(await candidates()).toEqual([[late, "same_variant"]]);
  });
});

describe("accept_substitution", () => {
  it("moves the rental, gives the old time back, and tells the bride", async () => {
    const similar = await makeVariant(world.sql, boutique, { name: "Meskel", pricePerDay: 20_000 });
    const [designer] = await world.sql<{ id: string }[]>`
      insert into public.designers (slug, label) values (${`d-${boutique.slug}`}, 'Atelier') returning id`;
    await world.sql`
      update public.products set designer_id = ${designer?.id ?? ""} where id = any(${[gown.productId, similar.productId]})`;
    const proposal = await opened();
    const [substitute = ""] = similar.garmentIds;
    const { data, error } = await accept(proposal, substitute);
    expect(error).toBeNull();
    expect(data).toMatchObject({
      id: rental.id,
      garment_id: substitute,
      variant_id: similar.id,
      period: rental.period,
      price: rental.price,
      state: "reserved",
    });
    expect(await fate(world.sql, data as Rental)).toEqual({ rental: "reserved", allocation: "confirmed" });
    const [old] = await world.sql`select state from public.allocations where id = ${rental.allocation_id}`;
    expect(old).toEqual({ state: "released" });
    // The late gown stays taken all the same.
    expect((await spanOf(world.sql, out))?.until.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect(await proposals()).toMatchObject([{ state: "accepted", substitute_id: substitute, decided_by: staff.id }]);

    const jobs = await world.sql`
      select data ->> 'rental_id' as id from pgboss.job where name = 'mail.rental_changed' and data ->> 'rental_id' = ${rental.id}`;
    expect(jobs).toHaveLength(1);
    const mails = await runJob(world, rentalChangedMail, { rental_id: rental.id });
    expect(mails).toMatchObject([{ to: next.email, subject: "A change to your rental: Meskel" }]);
    expect(await runJob(world, rentalChangedMail, { rental_id: rental.id })).toEqual([]);
    const { data: events } = await next.client
      .from("rental_events")
      .select("kind, garment_id")
      .eq("rental_id", rental.id);
    expect(events).toEqual([{ kind: "substituted", garment_id: substitute }]);
  });

  it("changes nothing when it is repeated, and refuses another garment afterwards", async () => {
    const pieces = [await piece(gown), await piece(gown)];
    const proposal = await opened();
    const first = await accept(proposal, pieces[0] ?? "");
    expect((await accept(proposal, pieces[0] ?? "")).data).toEqual(first.data);
    expect((await accept(proposal, pieces[1] ?? "")).error).toMatchObject({ code: "PT409", hint: "invalid_state" });
    expect((await dismiss(proposal)).error).toMatchObject({ hint: "invalid_state" });
  });

  it("refuses a garment that was taken meanwhile, and then gives another", async () => {
    const pieces = [await piece(gown), await piece(gown)];
    const proposal = await opened();
    await world.sql`
      insert into public.allocations (resource_id, boutique_id, during, kind, state)
      values (${pieces[0] ?? ""}, ${boutique.id}, tstzrange(${day(1)}::date, ${day(2)}::date), 'repair', 'confirmed')`;
    expect((await accept(proposal, pieces[0] ?? "")).error).toMatchObject({ code: "PT409", hint: "not_available" });
    expect(await fate(world.sql, rental)).toEqual({ rental: "reserved", allocation: "confirmed" });
    expect((await accept(proposal, pieces[1] ?? "")).error).toBeNull();
  });

  it("refuses what is not of the proposal, and people who are not of the boutique", async () => {
    const own = await piece(gown);
    const proposal = await opened();
    const unlike = await makeVariant(world.sql, boutique);
    expect((await accept(proposal, unlike.garmentIds[0] ?? "")).error).toMatchObject({ hint: "candidate_not_found" });
    for (const person of [next, await world.asStaff((await makeBoutique(world.sql)).id, "owner")]) {
      expect((await accept(proposal, own, person)).error).toMatchObject({ code: "PT404", hint: "proposal_not_found" });
    }
    expect((await next.client.from("substitution_proposals").select()).data).toEqual([]);
  });

  it("and ten brides who want the same garment at that moment leave one winner", async () => {
    for (let round = 0; round < 4; round += 1) {
      const spare = await piece(gown);
      const proposal = await opened();
      const brides = await Promise.all(Array.from({ length: 10 }, (_, n) => world.asCustomer(`bride ${n}`)));
      const [accepted, ...taken] = await Promise.all([
        accept(proposal, spare),
        ...brides.map((person) => reserve(person, gown.id, period(1, 2))),
      ]);
      const won = [accepted, ...taken].filter(({ error }) => error === null);
      // When the substitution wins, the old gown is free for one of the others, unless its own bride still has it.
      expect(won.length).toBe(1);
      for (const { error } of [accepted, ...taken]) if (error !== null) expect(error.hint).toBe("not_available");
      const [overlaps] = await world.sql`
        select count(*)::int as n from public.allocations a join public.allocations b
          on b.resource_id = a.resource_id and b.id > a.id and b.during && a.during and b.state <> 'released'
        where a.state <> 'released' and a.boutique_id = ${boutique.id}`;
      expect(overlaps).toEqual({ n: 0 });
      if (accepted?.error === null) break;
    }
  });

  it("is done once when staff accept different garments at the same moment", async () => {
    const pieces = await Promise.all(Array.from({ length: 6 }, () => piece(gown)));
    const proposal = await opened();
    const results = await Promise.all(pieces.map((id) => accept(proposal, id)));
    expect(results.filter(({ error }) => error === null)).toHaveLength(1);
    expect(results.filter(({ error }) => error?.hint === "invalid_state")).toHaveLength(5);
    const live = await world.sql`
      select from public.allocations where source_id = ${rental.id} and state <> 'released'`;
    expect(live).toHaveLength(1);
  });
});

describe("a gown that goes to repair", () => {
  it("is in repair as far as the next booking, and further once that has another gown", async () => {
    const spare = await piece(gown);
    await giveBack(out);
    await inspect(out, { outcome: "repair", condition: "damaged", repair_until: `${day(8)}T00:00:00Z` });
    const repairs = () => world.sql<{ until: string }[]>`
      select upper(during)::date::text as until from public.allocations
      where resource_id = ${out.garment_id} and kind = 'repair' and state <> 'released' order by during`;
    expect([...(await repairs())]).toEqual([{ until: day(1) }]);
    const [proposal] = await proposals();
    expect(proposal).toMatchObject({ reason: "repair", state: "open" });
    expect((await accept(proposal?.id ?? "", spare)).error).toBeNull();
    expect([...(await repairs())]).toEqual([{ until: day(1) }, { until: day(8) }]);
  });
});

describe("a gown that a manager retires", () => {
  it("is replaced for whoever was promised it", async () => {
    const manager = await world.asStaff(boutique.id, "manager");
    await manager.client.from("garments").update({ retired_at: new Date().toISOString() }).eq("id", rental.garment_id);
    expect(await proposals()).toMatchObject([{ reason: "retired", state: "open" }]);
  });
});
