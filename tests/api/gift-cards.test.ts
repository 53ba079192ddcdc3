import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { fillCart, letHoldEnd, makeForSale, pay } from "../helpers/orders.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let manager: Person;
let admin: Person;
let names = 0;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  boutique = await makeBoutique(world.sql);
  manager = await world.asStaff(boutique.id, "manager");
  admin = await world.asAdmin();
});
afterAll(() => world.close());
beforeEach(async () => {
  names += 1;
  bride = await world.asCustomer(`Bride ${names}`);
});

async function issue(amount: number, by = manager, boutiqueId: string | null = boutique.id) {
  const { data, error } = await by.client.rpc("issue_gift_card", {
    boutique_id: boutiqueId as string,
    amount,
    ...(boutiqueId === null ? { currency: "ETB" } : {}),
  });
  if (error !== null) throw error;
  return { id: data.gift_card_id ?? "", code: data.code ?? "" };
}

async function buy(price: number, codes: readonly string[], person = bride, shop = boutique) {
  const veil = await makeForSale(world.sql, shop, { stock: 9, price });
  const cartId = await fillCart(person, [{ variantId: veil.id }]);
  return person.client.rpc("checkout", { cart_id: cartId, idempotency_key: randomUUID(), gift_card_codes: [...codes] });
}

const balance = async (code: string) => (await bride.client.rpc("gift_card_balance", { code })).data?.balance;
const orderOf = async (groupId = "") =>
  (
    await world.sql<{ id: string; state: string; refunded: number }[]>`
    select id, state, refunded_total::int as refunded from public.orders where group_id = ${groupId}`
  )[0];
const nothingIsWrong = async () =>
  expect(await world.sql`select * from private.order_check() union all select * from private.ledger_check()`).toEqual(
    [],
  );

describe("a gift card", () => {
  it("is issued with a code that is shown once and kept nowhere, and asked about in any form", async () => {
    const { id, code } = await issue(5_000);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    expect(await balance(` ${code.toLowerCase().replaceAll("-", " ")}`)).toBe(5_000);
    const plain = code.replaceAll("-", "");
    const [row] = await world.sql`
      select to_jsonb(c)::text || coalesce((select string_agg(to_jsonb(a)::text, '') from public.audit_log a where a.row_key ->> 'id' = c.id::text), '') as text
      from public.gift_cards c where c.id = ${id}`;
    expect(row?.["text"]).not.toContain(plain);
    expect(row?.["text"]).not.toContain(code);
    const { data } = await manager.client.from("gift_cards").select("last_four, balance").eq("id", id).single();
    expect(data).toEqual({ last_four: code.slice(-4), balance: 5_000 });
  });

  it("pays for part of an order; the rest is due, and what is left stays on it", async () => {
    const { code } = await issue(300);
    const { data } = await buy(1_000, [code]);
    expect(data).toMatchObject({ total: 1_000, gift_card_total: 300, amount_due: 700, paid_at: null });
    expect(await balance(code)).toBe(0);
    await pay(world.sql, data?.id ?? "");
    expect(await orderOf(data?.id)).toMatchObject({ state: "paid" });
    const other = await issue(5_000);
    await buy(1_200, [other.code]);
    expect(await balance(other.code)).toBe(3_800);
    await nothingIsWrong();
  });

  it("that pays for all of it makes the order paid at once", async () => {
    const { code } = await issue(1_000);
    const { data } = await buy(1_000, [code]);
    expect(data).toMatchObject({ amount_due: 0, paid_at: expect.any(String) });
    expect(await orderOf(data?.id)).toMatchObject({ state: "paid" });
    await nothingIsWrong();
  });

  it("of a boutique pays for nothing of another; one of the marketplace for all", async () => {
    const other = await makeBoutique(world.sql);
    const mine = await issue(1_000);
    const anywhere = await issue(1_000, admin, null);
    const { data } = await buy(1_500, [mine.code, anywhere.code], bride, other);
    expect(data).toMatchObject({ gift_card_total: 1_000, amount_due: 500 });
    expect([await balance(mine.code), await balance(anywhere.code)]).toEqual([1_000, 0]);
    const both = await issue(1_000, admin, null);
    // The boutique's own is spent first.
    await buy(1_500, [both.code, mine.code]);
    expect([await balance(mine.code), await balance(both.code)]).toEqual([0, 500]);
  });

  it("is never spent twice, when several tabs order at once", async () => {
    const { id, code } = await issue(1_000);
    const brides = await Promise.all([1, 2, 3, 4, 5].map((n) => world.asCustomer(`Tab ${n}`)));
    const answers = await Promise.all(brides.map((person) => buy(400, [code], person)));
    const spent = answers.map(({ data }) => data?.gift_card_total ?? 0).toSorted();
    expect(spent.reduce((sum, each) => sum + each, 0)).toBe(1_000);
    for (const { error } of answers) {
      if (error !== null) expect(error).toMatchObject({ code: "PT409", hint: "gift_card_not_usable" });
    }
    const [card] = await world.sql`select balance from public.gift_cards where id = ${id}`;
    expect(card).toEqual({ balance: "0" });
    await expect(
      world.sql`insert into public.gift_card_entries (gift_card_id, kind, change, order_id)
        select ${id}, 'redeemed', -1, id from public.orders limit 1`,
    ).rejects.toMatchObject({ code: "23514" });
    await nothingIsWrong();
  });

  it.each([
    ["blocked", "update public.gift_cards set blocked_at = now()"],
    ["expired", "update public.gift_cards set expires_at = now() - interval '1 second'"],
    ["empty", "update public.gift_cards set balance = 0"],
  ])("that is %s is refused at checkout, which says why", async (problem, statement) => {
    const { id, code } = await issue(1_000);
    await world.sql.unsafe(`${statement} where id = $1`, [id]);
    const { error } = await buy(500, [code]);
    expect(error).toMatchObject({ code: "PT409", hint: "gift_card_not_usable" });
    expect(JSON.parse(error?.details ?? "")).toEqual({ last_four: code.slice(-4), problem });
    await world.sql`update public.gift_cards set balance = 1000 where id = ${id}`;
  });

  it("that does not exist is refused without its code in the answer", async () => {
    const { error } = await buy(500, ["1234-5678-9ABC-DEFG"]);
    expect(error).toMatchObject({ code: "PT404", hint: "gift_card_not_found", details: '{"last_four": "DEFG"}' });
  });

  it.each([[0], [-5], [1_000_000_000_001]])("is not issued for %i", async (amount) => {
    await expect(issue(amount)).rejects.toMatchObject({ code: "PT400", hint: "invalid_gift_card" });
  });
});

describe("money that goes back", () => {
  it("goes to the card when nobody pays the rest in time; a late payment is paid back alone", async () => {
    const { code } = await issue(300);
    const { data } = await buy(1_000, [code]);
    await letHoldEnd(world.sql, data?.id ?? "");
    await world.sql`select private.expire_order_hold(${data?.id ?? ""})`;
    expect(await balance(code)).toBe(300);
    await pay(world.sql, data?.id ?? "");
    expect(await orderOf(data?.id)).toMatchObject({ state: "cancelled", refunded: 700 });
    expect(await balance(code)).toBe(300);
  });

  it("goes to the card first, at once, and the rest the way it came", async () => {
    const { code } = await issue(300);
    const { data } = await buy(1_000, [code]);
    await pay(world.sql, data?.id ?? "");
    const order = await orderOf(data?.id);
    expect((await bride.client.rpc("cancel_order", { order_id: order?.id ?? "" })).error).toBeNull();
    const { data: refunds } = await bride.client
      .from("refunds")
      .select("amount, to_gift_cards, state")
      .eq("order_id", order?.id ?? "");
    expect(refunds).toEqual([{ amount: 1_000, to_gift_cards: 300, state: "due" }]);
    expect(await balance(code)).toBe(300);
    await nothingIsWrong();
  });

  it("of an order that a card paid wholly is on the card again, and nothing is due", async () => {
    const { code } = await issue(1_000);
    const { data } = await buy(1_000, [code]);
    const order = await orderOf(data?.id);
    await bride.client.rpc("cancel_order", { order_id: order?.id ?? "" });
    const { data: refunds } = await bride.client
      .from("refunds")
      .select("amount, to_gift_cards, state")
      .eq("order_id", order?.id ?? "");
    expect(refunds).toEqual([{ amount: 1_000, to_gift_cards: 1_000, state: "paid" }]);
    expect(await balance(code)).toBe(1_000);
    await nothingIsWrong();
  });

  it("of an order that is called off before it is paid is on the card again", async () => {
    const { code } = await issue(300);
    const { data } = await buy(1_000, [code]);
    const order = await orderOf(data?.id);
    await bride.client.rpc("cancel_order", { order_id: order?.id ?? "" });
    expect(await balance(code)).toBe(300);
    await nothingIsWrong();
  });
});
