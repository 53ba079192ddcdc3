import { randomUUID } from "node:crypto";
import { chargePayment } from "../../functions/_shared/jobs/charge-payment.ts";
import { closePayment } from "../../functions/_shared/jobs/close-payment.ts";
import { lookUpPayment } from "../../functions/_shared/jobs/look-up-payment.ts";
import { paymentEvent } from "../../functions/_shared/jobs/payment-event.ts";
import { reconcilePayments } from "../../functions/_shared/jobs/reconcile-payments.ts";
import { settleDeposit } from "../../functions/_shared/jobs/settle-deposit.ts";
import { transferRefund } from "../../functions/_shared/jobs/transfer-refund.ts";
import {
  type PaymentAccounts,
  paymentAccounts,
  readPaymentSettings,
} from "../../functions/_shared/payments/accounts.ts";
import type { StartedPayment } from "../../functions/payments/start.ts";
import { FunctionServer } from "./function-server.ts";
import { runJob, webhookMasterKey } from "./run-job.ts";
import { type OpenTestPayments, openTestPayments } from "./test-payments.ts";
import type { Person, World } from "./world.ts";

const masterKey = "a master key of payments in tests, 32+";
const shop = "https://shop.example/payments/done";

/** A world with the functions in Deno, and the test provider of payments. */
export class Paying {
  readonly world: World;
  readonly server: FunctionServer;
  readonly bank: OpenTestPayments;
  readonly accounts: PaymentAccounts;
  /** Variables that the functions have. */
  readonly variables: Readonly<Record<string, string>>;

  private constructor(
    world: World,
    server: FunctionServer,
    bank: OpenTestPayments,
    variables: Readonly<Record<string, string>>,
  ) {
    this.world = world;
    this.server = server;
    this.bank = bank;
    this.variables = variables;
    this.accounts = paymentAccounts(readPaymentSettings(variables));
  }

  /** @param more variables of other providers */
  static async open(world: World, more: Readonly<Record<string, string>> = {}): Promise<Paying> {
    const bank = await openTestPayments();
    const variables = {
      TEST_PAYMENTS_URL: bank.url,
      TEST_PAYMENTS_SECRET: bank.secret,
      PAYMENTS_MASTER_KEY: masterKey,
      WEBHOOK_MASTER_KEY: webhookMasterKey,
      ...more,
    };
    return new Paying(world, await FunctionServer.open(world, variables), bank, variables);
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.bank.close();
  }

  /** Calls a function as a front end does. */
  call(path: string, person: Person | undefined, init: { method?: string; body?: unknown } = {}): Promise<Response> {
    return fetch(`${this.server.origin}/functions/v1${path}`, {
      method: init.method ?? "POST",
      headers: {
        apikey: this.world.keys.publishable,
        "content-type": "application/json",
        ...(person === undefined ? {} : { authorization: `Bearer ${person.accessToken}` }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      redirect: "manual",
    });
  }

  start(
    person: Person | undefined,
    paymentId: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<Response> {
    const body = { payment_id: paymentId, provider: "test", return_url: shop, ...more };
    return this.call("/payments/start", person, { body });
  }

  async started(
    person: Person,
    paymentId: string,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<StartedPayment> {
    const response = await this.start(person, paymentId, more);
    if (!response.ok) throw new Error(`/payments/start answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as StartedPayment;
  }

  /** What the browser does when the customer presses Pay, up to the shop: where it ends. */
  async payOnPage(checkoutUrl: string, fields: Readonly<Record<string, string>> = {}): Promise<URL> {
    const back = await this.bank.choose(checkoutUrl, fields);
    const onward = await fetch(back.headers.get("location") ?? "", { redirect: "manual" });
    return new URL(onward.headers.get("location") ?? "");
  }

  /** The one payment of an order group that is open, or the last. */
  async paymentOf(groupId: string): Promise<{ id: string; state: string; amount: number; method: string | null }> {
    const [row] = await this.world.sql<{ id: string; state: string; amount: number; method: string | null }[]>`
      select id, state, amount::float8 as amount, method from public.payments where group_id = ${groupId} and purpose = 'checkout'
      order by created_at desc limit 1`;
    if (row === undefined) throw new Error("The group has no payment.");
    return row;
  }

  async attempt(id: string) {
    const [row] = await this.world.sql`
      select state, received_amount::float8 as received_amount, received_currency, failure, provider_payment_id, next_look_up_at
      from public.payment_attempts where id = ${id}`;
    return row;
  }

  /** Works on everything that a worker would find now; jobs that fail stay, as they would. */
  async work(): Promise<void> {
    const queues = {
      "payment.close": closePayment,
      "payment.event": paymentEvent,
      "payment.look_up": lookUpPayment,
      "refund.transfer": transferRefund,
      "deposit.settle": settleDeposit,
      "payment.charge": chargePayment,
    };
    const { sql } = this.world;
    for (let found = true; found; ) {
      found = false;
      for (const [name, queue] of Object.entries(queues)) {
        const jobs = await sql<{ id: string; data: Record<string, string> }[]>`
          update pgboss.job set state = 'active' where name = ${name} and state = 'created' and start_after <= now() returning id, data`;
        for (const { id, data } of jobs) {
          found = true;
          const state = await runJob(this.world, queue, data, { payments: this.accounts }).then(
            () => "completed",
            () => "failed",
          );
          await sql`update pgboss.job set state = ${state} where id = ${id}`;
        }
      }
    }
  }

  /** Time passes: everything that is to be asked about is asked about. */
  async reconcile(): Promise<void> {
    const { sql } = this.world;
    await sql`update public.payment_attempts set next_look_up_at = now() where next_look_up_at is not null`;
    await sql`update public.refund_transfers set next_look_up_at = now() where next_look_up_at is not null`;
    await runJob(this.world, reconcilePayments, {});
    await this.work();
  }
}

/** A reference that no other test has. */
export const receipt = (): string => `R-${randomUUID()}`;
