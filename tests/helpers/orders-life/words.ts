import type { Command } from "./commands.ts";

/**
 * Words of the lives that are told beforehand. `which`, `item` and `variant` name with every fourth number the next of those that
 * are fit: 0 the first, 4 the second.
 */

/** What somebody puts into her cart, by its place among the wishes. */
export const veil = 0;
export const twoVeils = 1;
export const ring = 2;
export const couture = 3;
export const rented = 4;
export const rentedOverlapping = 5;
export const rentedLater = 6;
export const dress = 7;
export const shoes = 8;
export const tiara = 10;

/** The variant that is added or exchanged for, among those of the boutique of the order. */
export const anotherVeil = 0;
export const aRing = 4;
export const aCouture = 8;
export const aDress = 12;
export const ofTheOtherBoutique = 11;

export const buys = (who: number, ...items: readonly number[]): Command[] => [
  ...items.map((item) => ({ does: "add", who, item })),
  { does: "checkout", who },
];
export const pays: Command = { does: "pay", which: 0 };
export const sendsAll: Command = { does: "fulfil", which: 0, how: "delivery" };
export const handsAllOver: Command = { does: "fulfil", which: 0, how: "pickup" };
export const arrives: readonly Command[] = [
  { does: "receive", which: 0, item: 0 },
  { does: "inspect", which: 0, item: 0, how: "restock" },
];
