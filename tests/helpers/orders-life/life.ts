import type { TransactionSql } from "postgres";
import { expect } from "vitest";
import type { Life } from "../lives.ts";
import { factsOf } from "../orders-model/facts.ts";
import * as after from "./after-payment.ts";
import * as before from "./before-payment.ts";
import { Both } from "./both.ts";
import * as back from "./coming-back.ts";
import type { Command } from "./commands.ts";
import { findings, storedFacts } from "./facts.ts";
import type { Shop } from "./shop.ts";

type Deed = (both: Both, command: Command) => Promise<string>;

const deeds: Readonly<Record<string, Deed>> = {
  add: before.add,
  change: before.change,
  remove: (both, command) => before.change(both, { ...command, quantity: 0 }),
  checkout: before.order,
  lapse: before.lapse,
  expire: before.expireHold,
  pay: before.pay,
  "pay late": before.pay,
  record: before.record,
  cancel: before.callOff,
  fulfil: after.send,
  deliver: after.deliver,
  "hand over": after.handOverRental,
  "give back": after.takeRentalBack,
  "inspect rental": after.lookAtRental,
  edit: after.change,
  pass: after.pass,
  complete: after.completeAll,
  return: back.request,
  exchange: back.request,
  answer: back.answer,
  receive: back.receive,
  inspect: back.inspect,
  "cancel return": back.callReturnOff,
  courtesy: back.courtesy,
  "pay back": back.payBack,
};

/** Deeds that touch no order. */
const ofCarts: readonly string[] = ["add", "change", "remove"];

/** A life of carts and orders, in the database and in the model. */
export class OrdersLife implements Life<Command> {
  readonly #both: Both;
  #hasTouchedOrders = false;

  constructor(sql: TransactionSql, shop: Shop) {
    this.#both = new Both(sql, shop);
  }

  async do(command: Command): Promise<string> {
    const deed = deeds[command.does];
    if (deed === undefined) throw new Error(`${command.does} is no command.`);
    const outcome = await deed(this.#both, command);
    this.#hasTouchedOrders = outcome !== "skip" && !ofCarts.includes(command.does);
    return outcome;
  }

  async compare(): Promise<void> {
    const { sql, shop, market } = this.#both;
    expect(await storedFacts(sql, shop)).toEqual(factsOf(market));
    if (this.#hasTouchedOrders) expect(await findings(sql)).toEqual([]);
  }
}
