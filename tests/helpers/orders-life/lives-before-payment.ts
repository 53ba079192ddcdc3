import type { Command } from "./commands.ts";
import {
  aRing,
  buys,
  couture,
  dress,
  ofTheOtherBoutique,
  pays,
  rented,
  rentedOverlapping,
  ring,
  shoes,
  tiara,
  twoVeils,
  veil,
} from "./words.ts";

/** What is met before the payment, with it and instead of it. */

const carts: readonly Command[] = [
  { does: "add", who: 0, item: veil },
  { does: "remove", who: 0, which: 0 },
  { does: "checkout", who: 0 },
  { does: "add", who: 0, item: shoes },
  { does: "change", who: 0, which: 0, quantity: 2 },
  { does: "checkout", who: 0 },
  ...buys(1, rented),
  ...buys(2, rentedOverlapping, rentedOverlapping),
];

/** Two brides want the last ring: the first does not pay in time, and pays when the second has it. */
const tooLate: readonly Command[] = [
  ...buys(0, ring, ring),
  ...buys(1, ring),
  { does: "lapse", which: 0 },
  { does: "checkout", who: 1 },
  pays,
];

/** A gown to keep and one for some days; the first is lost to a rival, and the second cannot be both when the money comes late. */
const oneGownForTwoLines: readonly Command[] = [
  ...buys(0, couture, rented),
  { does: "lapse", which: 0 },
  ...buys(1, couture),
  pays,
];

/** Two lines of one order want the same ring when the money comes late: neither takes it from the other. */
const oneRingForTwoLines: readonly Command[] = [
  ...buys(0, ring),
  { does: "edit", which: 0, item: 0, quantity: 0, variant: aRing, how: "add" },
  { does: "lapse", which: 0 },
  ...buys(1, ring),
  pays,
];

const partOfAGroup: readonly Command[] = [
  ...buys(0, veil, shoes),
  { does: "record", which: 0, how: "manager" },
  { does: "cancel", which: 0, how: "customer" },
  { does: "record", which: 0, how: "cashier" },
  { does: "record", which: 0, how: "cashier" },
];

/** The money comes late: one order is revived, the other paid back. */
const revivedInPart: readonly Command[] = [
  ...buys(0, ring, ring, shoes),
  { does: "lapse", which: 0 },
  { does: "expire", which: 0 },
  ...buys(1, ring),
  { does: "pay late", which: 0 },
];

const allCalledOff: readonly Command[] = [
  ...buys(0, veil, shoes),
  { does: "cancel", which: 0, how: "staff" },
  { does: "cancel", which: 0, how: "customer" },
  { does: "pay late", which: 0 },
];

const cancelledForAFee: readonly Command[] = [
  ...buys(0, veil, ring),
  pays,
  { does: "pass", which: 0, days: 2 },
  { does: "cancel", which: 0, how: "customer" },
  ...buys(1, dress),
  pays,
  { does: "cancel", which: 0, how: "staff" },
];

const editedBeforeThePayment: readonly Command[] = [
  ...buys(0, twoVeils, tiara),
  { does: "edit", which: 0, item: 0, quantity: 1, how: "fewer" },
  { does: "edit", which: 0, item: 0, quantity: 0, how: "remove" },
  { does: "edit", which: 0, item: 0, quantity: 2, how: "more" },
  { does: "edit", which: 0, item: 0, quantity: 0, variant: ofTheOtherBoutique, how: "add" },
  { does: "edit", which: 0, item: 0, quantity: 0, variant: aRing, how: "swap" },
  { does: "edit", which: 0, item: 0, quantity: 2, variant: aRing, how: "add" },
  pays,
];

export const livesBeforePayment: readonly (readonly Command[])[] = [
  carts,
  tooLate,
  oneGownForTwoLines,
  oneRingForTwoLines,
  partOfAGroup,
  revivedInPart,
  allCalledOff,
  cancelledForAFee,
  editedBeforeThePayment,
];
