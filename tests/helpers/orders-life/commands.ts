import fc from "fast-check";

/** What is done in a random life. Rows are named by numbers, taken modulo how many there are. */

export interface Command {
  readonly does: string;
  readonly who?: number;
  readonly which?: number;
  /** An item among those of what is named by `which`: a line, a shipment, a return, a refund. */
  readonly item?: number;
  readonly variant?: number;
  readonly quantity?: number;
  readonly how?: string;
  readonly days?: number;
}

const n = (max: number) => fc.integer({ min: 0, max });
const which = n(40);
const item = n(20);
const who = n(2);
const variant = n(23);
const quantity = n(2);

const order: fc.Arbitrary<Command[]> = fc
  .record({ customer: who, items: fc.array(n(10), { minLength: 1, maxLength: 3 }) })
  .map(({ customer, items }) => [
    ...items.map((wish) => ({ does: "add", who: customer, item: wish })),
    { does: "checkout", who: customer },
  ]);
const paid = fc.constant<Command[]>([{ does: "pay", which: 0 }]);
const sent = fc.constant<Command[]>([{ does: "fulfil", which: 0, how: "pickup" }]);
/** Somebody buys something; mostly it leaves at once. */
const purchase = fc.oneof(chain(order, paid), { weight: 2, arbitrary: chain(order, paid, sent) });

const staff = fc.constantFrom("customer", "staff");
const add = one("add", { who, item: n(10) });
const checkout = one("checkout", { who });
const lapse = one("lapse", { which });
const request = one("return", { which, item, quantity, how: staff });
const exchange = one("exchange", { which, item, quantity, how: staff, variant });
const answer = one("answer", { which, item, how: fc.constantFrom("approve", "approve", "reject") });
const receive = one("receive", { which, item });
const verdicts = ["restock", "restock", "damaged", "missing", "some missing", "for less", "for too much"];
const inspect = one("inspect", { which, item, how: fc.constantFrom(...verdicts) });
const handOver = one("hand over", { which, item });
const giveBack = one("give back", { which, item });
const inspectRental = one("inspect rental", { which, item });
const payLate = one("pay late", { which });
const pay = one("pay", { which });
const expire = one("expire", { which });
const edit = one("edit", {
  which,
  item,
  quantity,
  variant,
  how: fc.constantFrom("fewer", "more", "remove", "add", "swap"),
});

/** One deed, or several that are likely to be about the same thing. */
const deeds = fc.oneof(
  { weight: 4, arbitrary: purchase },
  { weight: 2, arbitrary: order },
  { weight: 2, arbitrary: add },
  { weight: 1, arbitrary: one("change", { who, which, quantity }) },
  { weight: 1, arbitrary: one("remove", { who, which }) },
  { weight: 2, arbitrary: checkout },
  { weight: 3, arbitrary: pay },
  { weight: 1, arbitrary: payLate },
  { weight: 1, arbitrary: lapse },
  { weight: 1, arbitrary: expire },
  { weight: 2, arbitrary: chain(order, lapse, order, expire, payLate) },
  { weight: 2, arbitrary: chain(order, edit, lapse, order, pay) },
  { weight: 2, arbitrary: one("record", { which, how: fc.constantFrom("manager", "cashier") }) },
  { weight: 2, arbitrary: one("cancel", { which, how: staff }) },
  { weight: 2, arbitrary: one("pass", { which, days: fc.constantFrom(2, 15, 45) }) },
  { weight: 3, arbitrary: one("fulfil", { which, how: fc.constantFrom("delivery", "pickup") }) },
  { weight: 3, arbitrary: one("fulfil", { which, how: fc.constantFrom("delivery", "pickup"), item, quantity }) },
  { weight: 2, arbitrary: one("deliver", { which, item }) },
  { weight: 1, arbitrary: handOver },
  { weight: 2, arbitrary: chain(handOver, giveBack, inspectRental) },
  { weight: 6, arbitrary: edit },
  { weight: 2, arbitrary: request },
  { weight: 2, arbitrary: exchange },
  { weight: 2, arbitrary: answer },
  { weight: 2, arbitrary: receive },
  { weight: 2, arbitrary: inspect },
  { weight: 3, arbitrary: chain(request, receive, inspect) },
  { weight: 3, arbitrary: chain(exchange, answer, receive, inspect) },
  { weight: 1, arbitrary: one("cancel return", { which, item, how: staff }) },
  { weight: 2, arbitrary: one("courtesy", { which, how: fc.constantFrom("little", "all", "too much") }) },
  { weight: 1, arbitrary: one("pay back", { which, item }) },
  { weight: 2, arbitrary: one("complete") },
);

/** Something is bought at first, or there would be little to live for. */
export const life: fc.Arbitrary<Command[]> = chain(
  fc.array(purchase, { minLength: 2, maxLength: 4, size: "max" }).map((purchases) => purchases.flat()),
  fc.array(deeds, { minLength: 10, maxLength: 20, size: "max" }).map((chains) => chains.flat()),
);

function one(does: string, more: Record<string, fc.Arbitrary<unknown>> = {}): fc.Arbitrary<Command[]> {
  return fc.record({ does: fc.constant(does), ...more }).map((command) => [command as Command]);
}

function chain(...links: readonly fc.Arbitrary<Command[]>[]): fc.Arbitrary<Command[]> {
  return fc.tuple(...links).map((commands) => commands.flat());
}
