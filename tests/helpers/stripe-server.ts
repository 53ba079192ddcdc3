import { createHmac, randomBytes } from "node:crypto";
import type { PaymentProvider } from "../../functions/_shared/payments/provider.ts";
import { stripeProvider } from "../../functions/_shared/payments/stripe.ts";
import type { Answer, ReceivedRequest } from "./local-server.ts";
import { ProviderServer, type SignedRequest } from "./provider-server.ts";
import { at, type FormObject, parseForm, textsAt } from "./stripe-form.ts";

interface StripeCharge {
  readonly id: string;
  readonly amount: number;
  amount_captured: number;
  amount_refunded: number;
  captured: boolean;
}

interface StripeIntent {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly capture_method: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly setup_future_usage: string | null;
  readonly customer: string | null;
  status: string;
  payment_method: string | null;
  charge: StripeCharge | null;
  last_payment_error: Readonly<Record<string, string>> | null;
}

interface StripeSession {
  readonly id: string;
  readonly params: FormObject;
  readonly created: number;
  status: "open" | "complete" | "expired";
  intent: string | null;
}

interface StripeRefund {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly metadata: Readonly<Record<string, string>>;
  status: string;
  failure_reason: string | null;
}

const id = (prefix: string) => `${prefix}_${randomBytes(12).toString("hex")}`;
const failure = (status: number, type: string, message: string, more: object = {}): Answer => ({
  status,
  json: { error: { type, message, ...more } },
});
const invalid = (message: string, code?: string, param?: string) =>
  failure(code === "resource_missing" ? 404 : 400, "invalid_request_error", message, { code, param });
const ok = (json: unknown): Answer => ({ status: 200, json });

/** Speaks what Stripe documents of Checkout sessions, payment intents, refunds, idempotency keys and webhooks. */
export class StripeServer {
  readonly secretKey = `sk_test_${randomBytes(12).toString("hex")}`;
  readonly webhookSecret = `whsec_${randomBytes(16).toString("hex")}`;
  readonly sessions = new Map<string, StripeSession>();
  readonly intents = new Map<string, StripeIntent>();
  readonly refunds = new Map<string, StripeRefund>();
  /** Refuses refunds with this code. */
  refuseRefunds: string | undefined;
  /** The status of the next refunds. */
  refundStatus = "succeeded";
  /** Declines charges of saved methods with this code. */
  decline: string | undefined;
  /** Accounts in India have no search. */
  hasSearch = true;
  readonly #idempotent = new Map<string, { request: string; answer: Answer }>();
  #server: ProviderServer | undefined;

  static async open(): Promise<StripeServer> {
    const stripe = new StripeServer();
    stripe.#server = await ProviderServer.start((request) => stripe.#answer(request));
    return stripe;
  }

  get server(): ProviderServer {
    if (this.#server === undefined) throw new Error("not open");
    return this.#server;
  }

  provider(timeoutMs = 5_000): PaymentProvider {
    const { secretKey, webhookSecret } = this;
    return stripeProvider({ secretKey, webhookSecret }, { url: this.server.url, timeoutMs });
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Forgets idempotency keys, as Stripe does after a day. */
  forgetKeys(): void {
    this.#idempotent.clear();
  }

  /** Takes a card on a page; `declined` lets the customer try again, `processing` is a bank that takes its time. */
  pay(sessionId: string, outcome: "paid" | "declined" | "processing" = "paid"): StripeIntent {
    const page = this.sessions.get(sessionId);
    if (page === undefined) throw new Error(`no session ${sessionId}`);
    const known = page.intent === null ? undefined : this.intents.get(page.intent);
    const intent = known ?? this.#intentOf(page.params);
    page.intent = intent.id;
    if (outcome === "declined") {
      intent.status = "requires_payment_method";
      intent.last_payment_error = { code: "card_declined", decline_code: "insufficient_funds", message: "Declined." };
      return intent;
    }
    page.status = "complete";
    if (outcome === "processing") intent.status = "processing";
    else this.#take(intent);
    return intent;
  }

  /** What a bank says in the end of a payment that was processing. */
  settle(intentId: string, isPaid: boolean): StripeIntent {
    const intent = this.#intent(intentId);
    if (isPaid) this.#take(intent);
    else
      Object.assign(intent, {
        status: "requires_payment_method",
        last_payment_error: { code: "payment_intent_payment_attempt_failed" },
      });
    return intent;
  }

  /** An event with an object as the API gives it. */
  webhook(type: string, object: unknown, sentAt = new Date(), eventId = id("evt")): SignedRequest {
    const event = {
      id: eventId,
      object: "event",
      api_version: "2026-10-28.endive",
      type,
      livemode: false,
      data: { object },
    };
    return this.sign(JSON.stringify(event, undefined, 2), sentAt);
  }

  sign(text: string, sentAt = new Date(), secret = this.webhookSecret): SignedRequest {
    const seconds = Math.floor(sentAt.getTime() / 1000);
    const v1 = createHmac("sha256", secret).update(`${seconds}.${text}`).digest("hex");
    return { headers: new Headers({ "stripe-signature": `t=${seconds},v0=unused,v1=${v1}` }), body: Buffer.from(text) };
  }

  /** A session, an intent, a charge or a refund as events have them: nothing is expanded. */
  objectOf(objectId: string): unknown {
    const page = this.sessions.get(objectId);
    if (page !== undefined) return this.#sessionJson(page, false);
    const intent = this.intents.get(objectId);
    if (intent !== undefined) return this.#intentJson(intent, false);
    const refund = this.refunds.get(objectId);
    if (refund !== undefined) return { ...refund, object: "refund" };
    for (const owner of this.intents.values()) if (owner.charge?.id === objectId) return this.#chargeJson(owner);
    throw new Error(`no object ${objectId}`);
  }

  #answer(request: ReceivedRequest): Answer {
    const { method, headers, body } = request;
    const [path = "", query = ""] = request.path.split("?");
    if (headers["authorization"] !== `Bearer ${this.secretKey}`) {
      const key = String(headers["authorization"] ?? "").slice(7);
      return failure(401, "invalid_request_error", `Invalid API Key provided: ${key}`);
    }
    if (headers["stripe-version"] !== "2026-10-28.endive") return invalid("Invalid Stripe API version");
    if (method === "GET") return this.#get(path, parseForm(query));
    const key = headers["idempotency-key"];
    const known = typeof key === "string" ? this.#idempotent.get(key) : undefined;
    const asked = `${method} ${path} ${body}`;
    if (known !== undefined && known.request !== asked) {
      return failure(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used with the same parameters.",
      );
    }
    const answer = known?.answer ?? this.#post(path, parseForm(body));
    if (typeof key === "string") this.#idempotent.set(key, { request: asked, answer });
    return answer;
  }

  #get(path: string, query: FormObject): Answer {
    const [, , kind, idOrMore = "", more = ""] = path.split("/");
    if (kind === "payment_intents" && idOrMore === "search") return this.#search(at(query, "query") ?? "");
    if (kind === "refunds" && idOrMore === "") {
      const data = [...this.refunds.values()].filter((refund) => refund.payment_intent === at(query, "payment_intent"));
      return ok({ object: "list", has_more: false, data });
    }
    const page = this.sessions.get(more);
    if (kind === "checkout" && page !== undefined) return ok(this.#sessionJson(page, true));
    const intent = this.intents.get(idOrMore);
    if (kind === "payment_intents" && intent !== undefined) return ok(this.#intentJson(intent, true));
    const refund = this.refunds.get(idOrMore);
    if (kind === "refunds" && refund !== undefined) return ok(refund);
    return invalid(`No such object: '${more || idOrMore}'`, "resource_missing", "id");
  }

  #post(path: string, form: FormObject): Answer {
    const [, , kind, idOrMore = "", more = "", last = ""] = path.split("/");
    if (path === "/v1/checkout/sessions") return this.#createSession(form);
    if (path === "/v1/payment_intents") return this.#charge(form);
    if (path === "/v1/refunds") return this.#refund(form);
    if (kind === "checkout" && last === "expire") return this.#expire(more);
    const intent = this.intents.get(idOrMore);
    if (intent === undefined) return invalid(`No such payment_intent: '${idOrMore}'`, "resource_missing", "intent");
    return more === "capture" ? this.#capture(intent, Number(at(form, "amount_to_capture"))) : this.#cancel(intent);
  }

  #createSession(form: FormObject): Answer {
    const price = at(form, "line_items", "0", "price_data", "unit_amount");
    if (at(form, "mode") !== "payment") return invalid("Missing required param: mode.", "parameter_missing", "mode");
    if (!(Number(price) > 0))
      return invalid("Invalid integer", "parameter_invalid_integer", "line_items[0][price_data][unit_amount]");
    const seconds = Number(at(form, "expires_at") ?? Number.NaN) - Date.now() / 1000;
    if (seconds < 30 * 60 || seconds > 24 * 3_600)
      return invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours.", undefined, "expires_at");
    if ((at(form, "client_reference_id") ?? "").length > 200)
      return invalid("Too long", undefined, "client_reference_id");
    const page: StripeSession = { id: id("cs_test"), params: form, created: Date.now(), status: "open", intent: null };
    this.sessions.set(page.id, page);
    return ok(this.#sessionJson(page, false));
  }

  #expire(sessionId: string): Answer {
    const page = this.sessions.get(sessionId);
    if (page === undefined) return invalid(`No such checkout.session: '${sessionId}'`, "resource_missing", "session");
    if (page.status !== "open") return invalid('Only Checkout Sessions with a status in ["open"] can be expired.');
    page.status = "expired";
    return ok(this.#sessionJson(page, false));
  }

  /** A charge of a saved method, as `off_session` and `confirm` make it one. */
  #charge(form: FormObject): Answer {
    const [amount, currency = "", customer = "", method = ""] = [
      Number(at(form, "amount")),
      at(form, "currency"),
      at(form, "customer"),
      at(form, "payment_method"),
    ];
    const isKnown = [...this.intents.values()].some(
      (saved) => saved.customer === customer && saved.payment_method === method,
    );
    if (!isKnown) return invalid(`No such PaymentMethod: '${method}'`, "resource_missing", "payment_method");
    if (at(form, "off_session") !== "true" || at(form, "confirm") !== "true") return invalid("Not off-session.");
    const intent = this.#add({
      amount,
      currency,
      customer,
      metadata: textsAt(form, "metadata"),
      capture_method: "automatic",
      setup_future_usage: null,
    });
    intent.payment_method = method;
    if (this.decline === undefined) {
      this.#take(intent);
      return ok(this.#intentJson(intent, true));
    }
    const isWanted = this.decline === "authentication_required";
    const error = {
      code: isWanted ? this.decline : "card_declined",
      decline_code: this.decline,
      message: "Your card was declined.",
    };
    Object.assign(intent, { status: "requires_payment_method", last_payment_error: error });
    return failure(402, "card_error", error.message, { ...error, payment_intent: this.#intentJson(intent, false) });
  }

  #capture(intent: StripeIntent, amount: number): Answer {
    if (intent.status !== "requires_capture" || intent.charge === null) return this.#unexpected(intent);
    if (amount > intent.amount)
      return invalid("The amount to capture is more than the amount authorized.", "amount_too_large");
    const { charge } = intent;
    // The rest is given back, and counted so.
    Object.assign(charge, { captured: true, amount_captured: amount, amount_refunded: intent.amount - amount });
    intent.status = "succeeded";
    return ok(this.#intentJson(intent, true));
  }

  #cancel(intent: StripeIntent): Answer {
    if (intent.status === "succeeded" || intent.status === "canceled") return this.#unexpected(intent);
    if (intent.charge !== null) intent.charge.amount_refunded = intent.charge.amount;
    intent.status = "canceled";
    return ok(this.#intentJson(intent, true));
  }

  #refund(form: FormObject): Answer {
    const intent = this.intents.get(at(form, "payment_intent") ?? "");
    const amount = Number(at(form, "amount"));
    if (intent?.charge == null) return invalid("No such payment_intent", "resource_missing", "payment_intent");
    if (this.refuseRefunds !== undefined) return invalid("This charge cannot be refunded.", this.refuseRefunds);
    const { charge } = intent;
    if (intent.status !== "succeeded" || amount > charge.amount - charge.amount_refunded) {
      return invalid("Refund amount is greater than unrefunded amount on charge.", "amount_too_large", "amount");
    }
    charge.amount_refunded += amount;
    const metadata = textsAt(form, "metadata");
    const common = { amount, currency: intent.currency, payment_intent: intent.id, metadata, failure_reason: null };
    const refund = { id: id("re"), status: this.refundStatus, ...common };
    this.refunds.set(refund.id, refund);
    return ok({ ...refund, object: "refund" });
  }

  #search(query: string): Answer {
    if (!this.hasSearch) return invalid("Search is not available for your account.");
    const [, reference] = /^metadata\["reference"\]:"([\w-]+)"$/.exec(query) ?? [];
    const data = [...this.intents.values()].filter(({ metadata }) => metadata["reference"] === reference);
    return ok({ object: "search_result", has_more: false, data: data.map((intent) => this.#intentJson(intent, true)) });
  }

  #unexpected({ status }: StripeIntent): Answer {
    return invalid(`This PaymentIntent has a status of ${status}.`, "payment_intent_unexpected_state");
  }

  #intent(intentId: string): StripeIntent {
    const intent = this.intents.get(intentId);
    if (intent === undefined) throw new Error(`no intent ${intentId}`);
    return intent;
  }

  #intentOf(params: FormObject): StripeIntent {
    const line = ["line_items", "0", "price_data"];
    return this.#add({
      amount: Number(at(params, ...line, "unit_amount")),
      currency: at(params, ...line, "currency") ?? "",
      customer: at(params, "customer_creation") === "always" ? id("cus") : null,
      metadata: textsAt(params, "payment_intent_data", "metadata"),
      capture_method: at(params, "payment_intent_data", "capture_method") ?? "automatic",
      setup_future_usage: at(params, "payment_intent_data", "setup_future_usage") ?? null,
    });
  }

  #add(
    given: Pick<
      StripeIntent,
      "amount" | "currency" | "customer" | "metadata" | "capture_method" | "setup_future_usage"
    >,
  ) {
    const rest = { status: "requires_payment_method", payment_method: null, charge: null, last_payment_error: null };
    const intent: StripeIntent = { id: id("pi"), ...given, ...rest };
    this.intents.set(intent.id, intent);
    return intent;
  }

  #take(intent: StripeIntent): void {
    const isHeld = intent.capture_method === "manual";
    const { amount } = intent;
    intent.status = isHeld ? "requires_capture" : "succeeded";
    intent.payment_method ??= id("pm");
    intent.last_payment_error = null;
    intent.charge = {
      id: id("ch"),
      amount,
      captured: !isHeld,
      amount_captured: isHeld ? 0 : amount,
      amount_refunded: 0,
    };
  }

  #sessionJson(page: StripeSession, isExpanded: boolean) {
    const { params } = page;
    const intent = page.intent === null ? undefined : this.#intent(page.intent);
    return {
      ...{ id: page.id, object: "checkout.session", status: page.status, mode: "payment" },
      url: page.status === "open" ? `https://checkout.stripe.com/c/pay/${page.id}` : null,
      payment_status: intent?.status === "succeeded" ? "paid" : "unpaid",
      client_reference_id: at(params, "client_reference_id") ?? null,
      metadata: textsAt(params, "metadata"),
      amount_total: Number(at(params, "line_items", "0", "price_data", "unit_amount")),
      currency: at(params, "line_items", "0", "price_data", "currency"),
      payment_intent: intent === undefined ? null : isExpanded ? this.#intentJson(intent, true) : intent.id,
    };
  }

  #intentJson(intent: StripeIntent, isExpanded: boolean): object {
    const { charge, ...rest } = intent;
    return {
      ...rest,
      object: "payment_intent",
      amount_received: intent.status === "succeeded" ? (charge?.amount_captured ?? 0) : 0,
      amount_capturable: intent.status === "requires_capture" ? intent.amount : 0,
      latest_charge: charge === null ? null : isExpanded ? this.#chargeJson(intent) : charge.id,
    };
  }

  #chargeJson({ charge, id: payment_intent, currency, metadata }: StripeIntent): object {
    const method = { type: "card", card: { brand: "visa", last4: "4242" } };
    return { ...charge, object: "charge", payment_intent, currency, metadata, payment_method_details: method };
  }
}
