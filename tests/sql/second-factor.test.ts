import postgres, { type PendingQuery, type TransactionSql } from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SUPERUSER } from "../../stack/postgres.ts";
import { withRole } from "../../stack/throwaway.ts";
import { attempt } from "../helpers/act-as.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { makeForSale, order } from "../helpers/orders.ts";
import { hold } from "../helpers/rentals.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let admin: Person;
let manager: Person;
let payment = "";
let fee = "";
let group = "";
let exception = "";
let payout = "";

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  [admin, manager] = await Promise.all([world.asAdmin(), world.asStaff(boutique.id, "manager")]);
  const bride = await world.asCustomer("Selam");
  const veil = await makeForSale(world.sql, boutique, { stock: 1, price: 10_000 });
  ({ id: group } = await order(bride, [{ variantId: veil.id }]));
  const rental = await hold(bride, (await makeVariant(world.sql, boutique)).id, period(30, 33));
  const id = async (row: PendingQuery<{ id: string }[]>) => (await row)[0]?.id ?? "";
  payment = await id(world.sql`select id from public.payments where group_id = ${group}`);
  fee = await id(world.sql`
    insert into public.payments (purpose, rental_id, boutique_id, customer_id, amount, currency, due_at)
    values ('rental_fee', ${rental.id}, ${boutique.id}, ${bride.id}, 500, 'ETB', now()) returning id`);
  exception = await id(world.sql`
    insert into public.payment_exceptions (kind, boutique_id, provider)
    values ('disputed', ${boutique.id}, 'test') returning id`);
  payout = await id(world.sql`
    insert into public.payouts (boutique_id, amount, currency) values (${boutique.id}, 100, 'ETB') returning id`);
});
afterAll(() => world.close());

type Act = (sql: TransactionSql) => Promise<unknown>;
/** What moves money, or decides over a boutique, when an admin does it. */
const acts = {
  set_boutique_status: (sql: TransactionSql) =>
    sql`select public.set_boutique_status(${boutique.id}, 'suspended', 'A reason')`,
  set_commission: (sql: TransactionSql) => sql`select public.set_commission(${boutique.id}, 500, 'Agreed')`,
  cancel_payout: (sql: TransactionSql) => sql`select public.cancel_payout(${payout}, 'A reason')`,
  issue_gift_card: (sql: TransactionSql) => sql`select public.issue_gift_card(null, 5000, 'ETB', null, '')`,
  waive_payment: (sql: TransactionSql) => sql`select public.waive_payment(${fee}, 'A gift')`,
  record_payment: (sql: TransactionSql) => sql`select public.record_payment(${group}, 'cash', 'R-1', 10000, 'ETB')`,
  take_payment: (sql: TransactionSql) => sql`select public.take_payment(${payment}, 'cash', 'R-1', 10000, 'ETB')`,
  resolve_payment_exception: (sql: TransactionSql) =>
    sql`select public.resolve_payment_exception(${exception}, 'handled', 'By hand')`,
  "a discount of the marketplace": (sql: TransactionSql) =>
    sql`insert into public.discounts (code, name, kind, percent_basis_points) values ('ALL', 'All', 'percent', 1000)`,
} satisfies Readonly<Record<string, Act>>;

/** Does something in a session whose token has this assurance level, and says which error came of it. */
async function refusal(person: Person, aal: "aal1" | "aal2", act: Act) {
  return await attempt(world.sql, person, async (sql) => {
    await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub: person.id, role: "authenticated", aal })}, true)`;
    await act(sql);
  }).then(
    () => undefined,
    ({ code, hint, message }: { code: string; hint?: string; message: string }) => `${code} ${hint}: ${message}`,
  );
}

describe("where the Auth server has no second factors", () => {
  it.each(Object.entries(acts))("an admin needs none: %s", async (_name, act) => {
    expect(await refusal(admin, "aal1", act)).toBeUndefined();
  });
});

describe("where it has them", () => {
  beforeAll(async () => {
    const root = postgres(withRole(world.databaseUrl, SUPERUSER), { max: 1 });
    await root`create table auth.mfa_factors (user_id uuid not null, status text not null)`;
    await root`grant all on auth.mfa_factors to postgres`;
    await root.end();
  });

  it.each(Object.entries(acts))("an admin confirms the session first: %s", async (_name, act) => {
    expect(await refusal(admin, "aal1", act)).toMatch(/^PT403 second_factor_required: /);
    expect(await refusal(admin, "aal2", act)).toBeUndefined();
  });

  it("says whether she has one to confirm with", async () => {
    const act = acts.set_boutique_status;
    expect(await refusal(admin, "aal1", act)).toContain("Set up a second factor first");
    await world.sql`insert into auth.mfa_factors values (${admin.id}, 'unverified')`;
    expect(await refusal(admin, "aal1", act)).toContain("Set up a second factor first");
    await world.sql`update auth.mfa_factors set status = 'verified'`;
    expect(await refusal(admin, "aal1", act)).toContain("Confirm this session");
  });

  it("asks nobody for it who acts for a boutique, an admin neither", async () => {
    const issue = (sql: TransactionSql) => sql`select public.issue_gift_card(${boutique.id}, 5000, null, null, '')`;
    expect(await refusal(manager, "aal1", issue)).toBeUndefined();
    expect(await refusal(manager, "aal1", acts.waive_payment)).toBeUndefined();
    await world.sql`insert into public.boutique_members (boutique_id, user_id, role) values (${boutique.id}, ${admin.id}, 'manager')`;
    expect(await refusal(admin, "aal1", acts.waive_payment)).toBeUndefined();
  });
});
