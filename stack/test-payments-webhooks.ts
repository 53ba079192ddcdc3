import { randomUUID } from "node:crypto";
import { testEventHeaders } from "../functions/_shared/payments/test-events.ts";
import type { TestEvent } from "../functions/_shared/payments/test-protocol.ts";
import type { Delivery, TestPaymentsStore } from "./test-payments-store.ts";
import { Timers } from "./test-payments-timers.ts";

/** After these many failures nobody waits for the receiver any more. */
const ATTEMPTS = 12;

/** Signs and sends the test provider's events, and sends them again while the receiver is down. */
export class TestWebhooks {
  readonly #store: TestPaymentsStore;
  readonly #secret: string;
  readonly #retryMs: number;
  readonly #timers = new Timers();
  readonly #stopped = new AbortController();

  /** @param retryMs wait before the second attempt; it doubles with each, up to a minute */
  constructor(store: TestPaymentsStore, secret: string, retryMs: number) {
    this.#store = store;
    this.#secret = secret;
    this.#retryMs = retryMs;
  }

  /** Goes on with what an earlier run has left. */
  start(): void {
    for (const delivery of this.#store.state.deliveries) this.#arm(delivery);
  }

  stop(): void {
    this.#stopped.abort();
    this.#timers.stop();
  }

  /**
   * Sends events in this order; an event that is in it twice goes out twice.
   *
   * @returns resolves when the first attempt is over, if it is due now
   */
  async send(url: string, events: readonly TestEvent[], delayMs = 0): Promise<void> {
    const ids = new Map(events.map((event) => [event, `evt_${randomUUID()}`]));
    const messages = events.map((event) => ({ id: ids.get(event) ?? "", body: JSON.stringify(event) }));
    const delivery = { id: randomUUID(), url, messages, due: Date.now() + delayMs, attempts: 0 };
    this.#store.state.deliveries.push(delivery);
    await this.#store.save();
    if (delayMs > 0) this.#arm(delivery);
    else await this.#attempt(delivery);
  }

  #arm(delivery: Delivery): void {
    this.#timers.at(delivery.due, () => this.#attempt(delivery));
  }

  async #attempt(delivery: Delivery): Promise<void> {
    for (let message = delivery.messages[0]; message !== undefined; message = delivery.messages[0]) {
      if (this.#stopped.signal.aborted) return;
      if (!(await this.#post(delivery.url, message))) {
        // Stopped meanwhile: the next run sends it.
        if (this.#stopped.signal.aborted) return;
        delivery.attempts += 1;
        if (delivery.attempts >= ATTEMPTS) break;
        delivery.due = Date.now() + Math.min(this.#retryMs * 2 ** (delivery.attempts - 1), 60_000);
        await this.#store.save();
        this.#arm(delivery);
        return;
      }
      delivery.messages.shift();
      await this.#store.save();
    }
    const { deliveries } = this.#store.state;
    deliveries.splice(deliveries.indexOf(delivery), 1);
    await this.#store.save();
  }

  async #post(url: string, { id, body }: Delivery["messages"][number]): Promise<boolean> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...testEventHeaders(this.#secret, id, body, new Date()) },
        body,
        redirect: "manual",
        signal: AbortSignal.any([AbortSignal.timeout(10_000), this.#stopped.signal]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}
