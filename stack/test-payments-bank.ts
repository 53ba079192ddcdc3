import { randomUUID } from "node:crypto";
import type {
  ChargeRequest,
  RefundAnswer,
  RefundRequest,
  SessionAnswer,
  SessionInput,
  TestEvent,
} from "../functions/_shared/payments/test-protocol.ts";
import type { Refund, Session, TestPaymentsStore } from "./test-payments-store.ts";
import { Timers } from "./test-payments-timers.ts";
import type { TestWebhooks } from "./test-payments-webhooks.ts";

/** A definite no of the test provider. */
export class BankRefusal extends Error {
  readonly status: 404 | 409;
  readonly code: string;

  constructor(status: 404 | 409, code: string, message: string) {
    super(message);
    this.name = "BankRefusal";
    this.status = status;
    this.code = code;
  }
}

/** What was chosen on the page. */
export interface Choice extends Pick<Session, "webhook" | "seconds" | "refunds"> {
  readonly action: "pay" | "pay_slowly" | "fail" | "cancel";
  /** Later charges of the method that is saved are declined. */
  readonly declines: boolean;
}

/** The bank of the test provider: keeps what was paid, held, released and refunded. Nothing of it is money. */
export class TestBank {
  readonly #store: TestPaymentsStore;
  readonly #webhooks: TestWebhooks;
  readonly #origin: () => string;
  readonly #timers = new Timers();

  /** @param origin address of the pages */
  constructor(store: TestPaymentsStore, webhooks: TestWebhooks, origin: () => string) {
    this.#store = store;
    this.#webhooks = webhooks;
    this.#origin = origin;
  }

  /** Goes on with what an earlier run has left. */
  start(): void {
    for (const session of Object.values(this.#store.state.sessions)) this.#arm(session);
    for (const refund of Object.values(this.#store.state.refunds)) this.#armRefund(refund);
  }

  stop(): void {
    this.#timers.stop();
  }

  async open(input: SessionInput): Promise<SessionAnswer> {
    const known = this.#store.state.sessions[input.reference];
    if (known !== undefined) {
      const isSame = known.page !== null && known.amount === input.amount && known.currency === input.currency;
      if (!isSame) throw new BankRefusal(409, "reference_used", "This reference is of another payment already.");
      return this.#answer(known);
    }
    const session = this.#add(input, randomUUID());
    await this.#store.save();
    return this.#answer(session);
  }

  /** Charges a saved method: taken at once, or declined. */
  async charge({ saved_method, ...input }: ChargeRequest): Promise<SessionAnswer> {
    const known = this.#store.state.sessions[input.reference];
    if (known !== undefined) {
      const isSame = known.page === null && known.amount === input.amount && known.currency === input.currency;
      if (!isSame) throw new BankRefusal(409, "reference_used", "This reference is of another payment already.");
      return this.#answer(known);
    }
    const method = this.#store.state.methods[saved_method];
    if (method === undefined) throw new BankRefusal(409, "method_unknown", "There is no such saved method.");
    const { webhook_url, declines } = method;
    const shared = {
      customer: null,
      return_url: webhook_url,
      webhook_url,
      capture: "automatic",
      save_method: false,
    } as const;
    const session = this.#add({ ...input, ...shared, expires_at: new Date().toISOString() }, null);
    session.saved_method = saved_method;
    if (declines) Object.assign(session, { state: "failed", reason: "The card was declined." });
    else this.#take(session);
    void this.#tell(session);
    await this.#store.save();
    return this.#answer(session);
  }

  async find(reference: string): Promise<SessionAnswer> {
    return this.#answer(await this.#current(this.#store.state.sessions[reference]));
  }

  /** The session of a page. */
  page(page: string): Promise<Session> {
    return this.#current(Object.values(this.#store.state.sessions).find((session) => session.page === page));
  }

  async close(reference: string): Promise<SessionAnswer> {
    const session = await this.#current(this.#store.state.sessions[reference]);
    if (session.state === "open" && session.settles_at === null) await this.#expire(session, "The page was closed.");
    return this.#answer(session);
  }

  /** Does what was chosen on the page. Resolves when the browser may go back. */
  async choose(session: Session, { action, declines, ...choice }: Choice): Promise<void> {
    if (session.state !== "open" || session.settles_at !== null) return;
    Object.assign(session, choice);
    if (action === "fail" || action === "cancel") {
      session.state = "failed";
      session.reason = action === "fail" ? "The card was declined." : "The customer has cancelled.";
    } else {
      if (session.save_method) {
        session.saved_method = `tpm_${randomUUID()}`;
        this.#store.state.methods[session.saved_method] = { webhook_url: session.webhook_url, declines };
      }
      if (action === "pay_slowly") session.settles_at = Date.now() + session.seconds * 1000;
      else this.#take(session);
    }
    const told = session.settles_at === null ? this.#tell(session) : this.#arm(session);
    if (session.webhook === "before_return") await told;
    await this.#store.save();
  }

  async capture(paymentId: string, amount: number): Promise<SessionAnswer> {
    const session = this.#payment(paymentId);
    if (session.state === "succeeded" && session.taken === amount) return this.#answer(session);
    if (session.state !== "authorised") throw new BankRefusal(409, "not_held", "Nothing is held for this payment.");
    if (amount > session.taken) throw new BankRefusal(409, "too_much", "That is more than is held.");
    session.taken = amount;
    session.state = "succeeded";
    void this.#tell(session);
    await this.#store.save();
    return this.#answer(session);
  }

  async release(paymentId: string): Promise<SessionAnswer> {
    const session = this.#payment(paymentId);
    if (session.state === "released") return this.#answer(session);
    if (session.state !== "authorised") throw new BankRefusal(409, "not_held", "Nothing is held for this payment.");
    session.state = "released";
    void this.#tell(session);
    await this.#store.save();
    return this.#answer(session);
  }

  async refund({ id, payment_id, amount, currency, reason }: RefundRequest): Promise<RefundAnswer> {
    const known = this.#store.state.refunds[id];
    if (known !== undefined) {
      if (known.payment_id === payment_id && known.amount === amount) return refundAnswerOf(known);
      throw new BankRefusal(409, "reference_used", "This id is of another refund already.");
    }
    const session = this.#payment(payment_id);
    const refused = this.#refusal(session, amount, currency);
    const state = refused === undefined ? session.refunds : "refused";
    const refund: Refund = {
      ...{ id, provider_refund_id: `trf_${randomUUID()}`, reference: session.reference, payment_id },
      ...{ state, amount, currency, reason: refused ?? (state === "refused" ? "The bank refuses it." : reason) },
      settles_at: state === "pending" ? Date.now() + session.seconds * 1000 : null,
    };
    this.#store.state.refunds[id] = refund;
    this.#armRefund(refund);
    void this.#tellRefund(session, refund);
    await this.#store.save();
    return refundAnswerOf(refund);
  }

  findRefund(id: string): RefundAnswer {
    const refund = this.#store.state.refunds[id];
    if (refund === undefined) throw new BankRefusal(404, "not_found", "There is no such refund.");
    return refundAnswerOf(refund);
  }

  #add(input: Omit<SessionInput, "customer"> & Pick<Session, "customer">, page: string | null): Session {
    const session: Session = {
      ...input,
      ...{ page, state: "open", taken: 0, payment_id: null, saved_method: null, reason: null },
      ...{ settles_at: null, webhook: "at_once", seconds: 0, refunds: "paid" },
    };
    this.#store.state.sessions[input.reference] = session;
    return session;
  }

  #take(session: Session): void {
    session.state = session.capture === "manual" ? "authorised" : "succeeded";
    session.taken = session.amount;
    session.payment_id = `tpay_${randomUUID()}`;
  }

  async #current(session: Session | undefined): Promise<Session> {
    if (session === undefined) throw new BankRefusal(404, "not_found", "There is no such payment.");
    const isOver = Date.parse(session.expires_at) <= Date.now();
    if (session.state === "open" && session.settles_at === null && isOver) {
      await this.#expire(session, "The page was open for too long.");
    }
    return session;
  }

  async #expire(session: Session, reason: string): Promise<void> {
    Object.assign(session, { state: "expired", reason });
    void this.#tell(session);
    await this.#store.save();
  }

  #payment(paymentId: string): Session {
    const session = Object.values(this.#store.state.sessions).find((candidate) => candidate.payment_id === paymentId);
    if (session === undefined) throw new BankRefusal(404, "not_found", "There is no such payment.");
    return session;
  }

  #refusal(session: Session, amount: number, currency: string): string | undefined {
    if (session.state !== "succeeded") return "Nothing was taken for this payment.";
    if (currency !== session.currency) return `The payment is in ${session.currency}.`;
    if (amount > session.taken - this.#refunded(session)) return "That is more than is left of the payment.";
    return undefined;
  }

  #refunded(session: Session): number {
    return Object.values(this.#store.state.refunds)
      .filter(({ reference, state }) => reference === session.reference && state !== "refused")
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  #arm(session: Session): void {
    if (session.settles_at === null) return;
    this.#timers.at(session.settles_at, async () => {
      session.settles_at = null;
      this.#take(session);
      await this.#tell(session);
      await this.#store.save();
    });
  }

  #armRefund(refund: Refund): void {
    if (refund.settles_at === null) return;
    this.#timers.at(refund.settles_at, async () => {
      Object.assign(refund, { state: "paid", settles_at: null });
      await this.#tellRefund(this.#payment(refund.payment_id), refund);
      await this.#store.save();
    });
  }

  /**
   * Sends the news of a session in the way that was chosen for it. Called before the change is saved, so that both are in the
   * file or neither is: the news is put down before anything is waited for.
   */
  async #tell(session: Session): Promise<void> {
    const { state, webhook, webhook_url, seconds } = session;
    if (webhook === "never" || state === "open") return;
    const event: TestEvent = { type: `payment.${state}`, data: this.#answer(session) };
    const failed: TestEvent = {
      type: "payment.failed",
      data: { ...event.data, state: "failed", payment_id: null, saved_method: null, reason: "The card was declined." },
    };
    const events =
      webhook === "twice"
        ? [event, event]
        : webhook === "out_of_order" && state !== "failed"
          ? [failed, event]
          : [event];
    await this.#webhooks.send(webhook_url, events, webhook === "late" ? seconds * 1000 : 0);
  }

  async #tellRefund({ webhook, webhook_url }: Session, refund: Refund): Promise<void> {
    if (webhook === "never") return;
    await this.#webhooks.send(webhook_url, [{ type: `refund.${refund.state}`, data: refundAnswerOf(refund) }]);
  }

  #answer(session: Session): SessionAnswer {
    const { reference, state, currency, payment_id, saved_method } = session;
    const isTaken = session.taken > 0;
    return {
      ...{ reference, state, currency, payment_id },
      amount: isTaken ? session.taken : session.amount,
      amount_refunded: this.#refunded(session),
      method: isTaken ? "test_card" : null,
      saved_method: isTaken ? saved_method : null,
      reason: session.settles_at === null ? session.reason : "The payment is being processed.",
      checkout_url: session.page === null ? null : `${this.#origin()}/checkout/${session.page}`,
    };
  }
}

function refundAnswerOf({ settles_at: _, ...refund }: Refund): RefundAnswer {
  return refund;
}
