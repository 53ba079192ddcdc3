import type { Command } from "./commands.ts";
import {
  anotherVeil,
  aRing,
  buys,
  dress,
  handsAllOver,
  pays,
  rented,
  rentedLater,
  ring,
  sendsAll,
  twoVeils,
} from "./words.ts";

/** What is met when goods leave, and when orders are changed before they do. */

/** What was added is paid before anything leaves; what is added and taken out again is paid back when it is paid nevertheless. */
const editedAfterThePayment: readonly Command[] = [
  ...buys(0, twoVeils, ring),
  pays,
  { does: "edit", which: 0, item: 0, quantity: 0, variant: anotherVeil, how: "add" },
  sendsAll,
  { does: "edit", which: 0, item: 8, quantity: 0, how: "remove" },
  { does: "pay late", which: 0 },
  { does: "edit", which: 0, item: 0, quantity: 1, how: "fewer" },
  { does: "edit", which: 0, item: 0, quantity: 0, how: "more" },
  { does: "record", which: 0, how: "manager" },
  { does: "fulfil", which: 0, how: "pickup", item: 0, quantity: 0 },
  { does: "fulfil", which: 0, how: "pickup", item: 0, quantity: 2 },
  { does: "edit", which: 0, item: 0, quantity: 0, how: "remove" },
  { does: "edit", which: 0, item: 4, quantity: 0, how: "remove" },
  { does: "cancel", which: 3, how: "staff" },
  handsAllOver,
  { does: "edit", which: 0, item: 0, quantity: 0, variant: aRing, how: "add" },
  pays,
  handsAllOver,
  ...buys(1, dress),
  pays,
  { does: "edit", which: 4, item: 0, quantity: 0, how: "more" },
];

const rentals: readonly Command[] = [
  ...buys(0, rented, rentedLater),
  pays,
  { does: "fulfil", which: 0, how: "pickup", item: 0, quantity: 0 },
  ...buys(1, rented),
  pays,
  { does: "hand over", which: 0, item: 1 },
  { does: "edit", which: 0, item: 0, quantity: 0, variant: anotherVeil, how: "add" },
  { does: "hand over", which: 0, item: 0 },
  pays,
  { does: "hand over", which: 0, item: 0 },
  { does: "hand over", which: 0, item: 1 },
  { does: "inspect rental", which: 0, item: 0 },
  { does: "give back", which: 0, item: 0 },
  { does: "inspect rental", which: 0, item: 0 },
  handsAllOver,
  { does: "hand over", which: 0, item: 1 },
  { does: "complete" },
  { does: "give back", which: 0, item: 1 },
  { does: "inspect rental", which: 0, item: 1 },
  { does: "pass", which: 0, days: 15 },
  { does: "complete" },
];

export const livesAfterPayment: readonly (readonly Command[])[] = [editedAfterThePayment, rentals];
