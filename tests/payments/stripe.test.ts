import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { PaymentProvider } from "../../functions/_shared/payments/provider.ts";
import type { Fault } from "../helpers/provider-server.ts";
import { parseForm } from "../helpers/stripe-form.ts";
import { StripeServer } from "../helpers/stripe-server.ts";
import { startInput } from "../helpers/test-payments.ts";

let stripe: StripeServer;
let provider: PaymentProvider;
beforeAll(async () => {
  stripe = await StripeServer.open();
  provider = stripe.provider();
});
afterEach(() => {
  Object.assign(stripe, { refuseRefunds: undefined, refundStatus: "succeeded", decline: undefined, hasSearch: true });
  stripe.server.fault = "none";
  stripe.server.only = undefined;
});
afterAll(() => stripe?.close());

async function begin(overrides: Parameters<typeof startInput>[0] = {}) {
  const input = startInput({ currency: "USD", ...overrides });
  const { providerReference } = await provider.start(input);
  if (providerReference === null) throw new Error("no session");
  const { reference, amount, currency } = input;
  return { input, session: providerReference, attempt: { reference, providerReference, amount, currency } };
}
async function paid(overrides: Parameters<typeof startInput>[0] = {}) {
  const { session, attempt } = await begin(overrides);
  return { ...attempt, session, paymentId: stripe.pay(session).id };
}
const refundOf = (target: Awaited<ReturnType<typeof paid>>, amount = 5_050) => ({
  ...target,
  ...{ amount, refundId: randomUUID(), reason: "A button is missing" },
});
const lastForm = () => parseForm(stripe.server.requests.at(-1)?.body ?? "");
const keyOf = (index = -1) => stripe.server.requests.at(index)?.headers["idempotency-key"];

describe("a start", () => {
  it("opens a Checkout session that knows our reference, once", async () => {
    const { input, session } = await begin();
    expect(keyOf()).toBe(`start-${input.reference}`);
    expect(lastForm()).toEqual({
      ...{ mode: "payment", client_reference_id: input.reference, customer_email: "selam@example.com" },
      line_items: {
        0: {
          quantity: "1",
          price_data: { currency: "usd", unit_amount: "125050", product_data: { name: input.description } },
        },
      },
      ...{ success_url: input.returnUrl, cancel_url: input.returnUrl, metadata: { reference: input.reference } },
      payment_intent_data: {
        metadata: { reference: input.reference, origin: "checkout" },
        ...{ description: input.description, capture_method: "automatic" },
      },
      expires_at: String(Math.floor(input.expiresAt.getTime() / 1000)),
    });
    expect((await provider.start(input)).providerReference).toBe(session);
  });

  it("may hold, on cards alone, and may keep the card", async () => {
    await begin({ capture: "manual", saveMethod: true });
    expect(lastForm()).toMatchObject({
      ...{ payment_method_types: { 0: "card" }, customer_creation: "always" },
      payment_intent_data: { capture_method: "manual", setup_future_usage: "off_session" },
    });
  });

  it.each([
    ["five minutes", 5 * 60_000],
    ["two days", 48 * 3_600_000],
    ["the past", -1_000],
  ])("for %s has no end of its own", async (_name, milliseconds) => {
    await begin({ expiresAt: new Date(Date.now() + milliseconds) });
    expect(lastForm()).not.toHaveProperty("expires_at");
  });

  it.each([
    ["JPY", 5_000, "5000"],
    ["KWD", 1_230, "1230"],
    ["ISK", 5_000, "500000"],
  ])("in %s of %i minor units asks for %s", async (currency, amount, unit_amount) => {
    const { attempt, session } = await begin({ currency, amount });
    expect(lastForm()).toMatchObject({ line_items: { 0: { price_data: { unit_amount } } } });
    stripe.pay(session);
    expect(await provider.lookUp(attempt)).toMatchObject({ amount, currency });
  });

  it("of an amount that Stripe cannot count is refused, and not sent", async () => {
    const before = stripe.server.requests.length;
    const start = provider.start(startInput({ currency: "KWD", amount: 1_234 }));
    await expect(start).rejects.toMatchObject({ code: "provider_refused", message: expect.stringContaining("KWD") });
    expect(stripe.server.requests).toHaveLength(before);
  });

  it("whose answer was lost is the same session again", async () => {
    const input = startInput({ currency: "USD" });
    const before = stripe.sessions.size;
    stripe.server.fault = "lost";
    await expect(provider.start(input)).rejects.toMatchObject({ code: "provider_unavailable" });
    stripe.server.fault = "none";
    const { providerReference } = await provider.start(input);
    expect(stripe.sessions.size).toBe(before + 1);
    expect(stripe.sessions.has(providerReference ?? "")).toBe(true);
  });
});

describe("a look-up", () => {
  it("finds by our reference what was paid, when the name of the session was lost", async () => {
    const target = await paid();
    const found = await provider.lookUp({ ...target, providerReference: null });
    expect(found).toMatchObject({ state: "succeeded", paymentId: target.paymentId, method: "card" });
    // Its answer was lost before anybody had the page.
    const { attempt } = await begin();
    expect(await provider.lookUp({ ...attempt, providerReference: null })).toMatchObject({ state: "unknown" });
    stripe.hasSearch = false;
    expect(await provider.lookUp({ ...target, providerReference: null })).toMatchObject({ state: "unknown" });
  });

  it("of a declined card is open, for the customer may take another one", async () => {
    const { attempt, session } = await begin();
    stripe.pay(session, "declined");
    expect(await provider.lookUp(attempt)).toMatchObject({ state: "open", reason: "insufficient_funds" });
    stripe.pay(session);
    expect(await provider.lookUp(attempt)).toMatchObject({ state: "succeeded" });
  });

  it("of a bank that takes its time is open, until it has paid or refused", async () => {
    for (const isPaid of [true, false]) {
      const { attempt, session } = await begin();
      const { id } = stripe.pay(session, "processing");
      expect(await provider.lookUp(attempt)).toMatchObject({ state: "open", reason: "processing" });
      stripe.settle(id, isPaid);
      expect(await provider.lookUp(attempt)).toMatchObject({ state: isPaid ? "succeeded" : "failed" });
    }
  });

  it("of a page that was closed after a declined card is expired", async () => {
    const { attempt, session } = await begin();
    stripe.pay(session, "declined");
    expect(await provider.close(attempt)).toMatchObject({ state: "expired" });
  });

  it.each<Fault>(["wrong_form", 302, 429, 503])("answered with %s may be tried again", async (fault) => {
    const target = await paid();
    stripe.server.fault = fault;
    const before = stripe.server.requests.length;
    await expect(provider.lookUp(target)).rejects.toMatchObject({ code: "provider_unavailable" });
    expect(stripe.server.requests).toHaveLength(before + 1);
  });

  it("shows no key that Stripe's answer repeats", async () => {
    const target = await paid();
    for (const fault of [401, 403, 500] as const) {
      stripe.server.fault = fault;
      const error = await provider.lookUp(target).catch(String);
      expect(error).toContain("ProviderError");
      expect(error).not.toContain(stripe.secretKey);
    }
  });
});

describe("what is held", () => {
  it("is captured once, also when the answer was lost and the key is forgotten", async () => {
    const target = await paid({ capture: "manual" });
    stripe.server.fault = "lost";
    await expect(provider.capture(target)).rejects.toMatchObject({ code: "provider_unavailable" });
    stripe.server.fault = "none";
    stripe.forgetKeys();
    expect(await provider.capture(target)).toMatchObject({ state: "succeeded", amount: target.amount });
  });

  it("is released once, likewise", async () => {
    const target = await paid({ capture: "manual" });
    stripe.server.fault = "lost";
    await expect(provider.release(target)).rejects.toMatchObject({ code: "provider_unavailable" });
    stripe.server.fault = "none";
    stripe.forgetKeys();
    expect(await provider.release(target)).toMatchObject({ state: "released" });
  });
});

describe("a refund", () => {
  it("names ours, and is made once by it, also after the key is forgotten", async () => {
    const wanted = refundOf(await paid());
    const first = await provider.refund(wanted);
    expect(keyOf()).toBe(`refund-${wanted.refundId}`);
    expect(lastForm()).toEqual({
      ...{ payment_intent: wanted.paymentId, amount: "5050", reason: "requested_by_customer" },
      metadata: { refund_id: wanted.refundId, reference: wanted.reference, reason: wanted.reason },
    });
    stripe.forgetKeys();
    expect(await provider.refund(wanted)).toEqual(first);
    expect(await provider.lookUp(wanted)).toMatchObject({ amountRefunded: 5_050 });
  });

  it("whose answer was lost is made once", async () => {
    const wanted = refundOf(await paid());
    Object.assign(stripe.server, { fault: "lost", only: /^POST/ });
    await expect(provider.refund(wanted)).rejects.toMatchObject({ code: "provider_unavailable" });
    stripe.server.fault = "none";
    expect(await provider.lookUpRefund({ ...wanted, providerRefundId: null })).toMatchObject({ state: "paid" });
    expect(await provider.refund(wanted)).toMatchObject({ state: "paid", amount: 5_050 });
    expect(await provider.lookUp(wanted)).toMatchObject({ amountRefunded: 5_050 });
  });

  it.each([
    ["succeeded", "paid"],
    ["pending", "pending"],
    ["requires_action", "pending"],
    ["failed", "refused"],
    ["canceled", "refused"],
    ["on the moon", "unknown"],
  ])("that is %s is %s", async (status, state) => {
    stripe.refundStatus = status;
    const wanted = refundOf(await paid());
    expect(await provider.refund(wanted)).toMatchObject({ state });
    for (const providerRefundId of [null, [...stripe.refunds.keys()].at(-1) ?? ""]) {
      expect(await provider.lookUpRefund({ ...wanted, providerRefundId })).toMatchObject({
        state,
        refundId: wanted.refundId,
      });
    }
  });

  it("is refused with Stripe's code and words", async () => {
    stripe.refuseRefunds = "charge_disputed";
    expect(await provider.refund(refundOf(await paid()))).toMatchObject({
      state: "refused",
      reason: "Stripe answered charge_disputed: This charge cannot be refunded.",
    });
  });
});

describe("a charge of a saved card", () => {
  async function saved() {
    const target = await paid({ saveMethod: true });
    const payment = await provider.lookUp(target);
    if (payment.state !== "succeeded" || payment.savedMethod === null) throw new Error("not saved");
    const { reference, amount, description } = startInput();
    return { reference, amount, description, currency: "USD", savedMethod: payment.savedMethod };
  }
  const charge = (input: Awaited<ReturnType<typeof saved>>) => provider.charge?.(input);

  it("is made while the customer is away", async () => {
    const input = await saved();
    expect(await charge(input)).toMatchObject({ state: "succeeded", providerReference: expect.stringMatching(/^pi_/) });
    expect(keyOf()).toBe(`charge-${input.reference}`);
    expect(lastForm()).toMatchObject({
      ...{ off_session: "true", confirm: "true", currency: "usd", amount: String(input.amount) },
      ...{ metadata: { reference: input.reference, origin: "charge" } },
      automatic_payment_methods: { enabled: "true", allow_redirects: "never" },
    });
  });

  it.each(["insufficient_funds", "authentication_required"])("that is declined with %s has failed", async (code) => {
    stripe.decline = code;
    const input = await saved();
    const failed = await charge(input);
    expect(failed).toMatchObject({ state: "failed", reason: code, paymentId: failed?.providerReference });
    const { reference } = input;
    // It stays so, by every name.
    for (const providerReference of [failed?.providerReference ?? "", null]) {
      expect(await provider.lookUp({ reference, providerReference })).toMatchObject({ state: "failed", reason: code });
    }
    expect(await charge(input)).toEqual(failed);
  });

  it("whose answer was lost is made once, also after the key is forgotten", async () => {
    const input = await saved();
    const before = stripe.intents.size;
    // The search comes first and is answered, a minute behind: it does not find the charge yet.
    stripe.hasSearch = false;
    Object.assign(stripe.server, { fault: "lost", only: /^POST/ });
    await expect(charge(input)).rejects.toMatchObject({ code: "provider_unavailable" });
    stripe.server.fault = "none";
    expect(await charge(input)).toMatchObject({ state: "succeeded" });
    Object.assign(stripe, { hasSearch: true });
    stripe.forgetKeys();
    expect(await charge(input)).toMatchObject({ state: "succeeded" });
    expect(stripe.intents.size).toBe(before + 1);
  });
});

describe("an event", () => {
  const read = ({ headers, body }: ReturnType<StripeServer["sign"]>, now = new Date()) =>
    provider.readEvent(headers, body, now);

  it.each(["checkout.session.completed", "checkout.session.async_payment_succeeded"])(
    "%s says what to look up",
    async (type) => {
      const { reference, session, paymentId } = await paid();
      expect(await read(stripe.webhook(type, stripe.objectOf(session)))).toEqual({
        ...{ kind: "payment", type, reference, paymentId, payment: null, eventId: expect.stringMatching(/^evt_/) },
      });
    },
  );

  it("checkout.session.expired and .async_payment_failed say it all", async () => {
    const { session, attempt } = await begin();
    const object = stripe.objectOf(session);
    const { reference } = attempt;
    expect(await read(stripe.webhook("checkout.session.expired", object))).toMatchObject({
      payment: { state: "expired", reference },
    });
    const failed = await read(stripe.webhook("checkout.session.async_payment_failed", object));
    expect(failed).toMatchObject({ payment: { state: "failed", reference } });
  });

  it("payment_intent.succeeded and .amount_capturable_updated say it all", async () => {
    for (const [capture, type, state] of [
      ["automatic", "payment_intent.succeeded", "succeeded"],
      ["manual", "payment_intent.amount_capturable_updated", "authorised"],
    ] as const) {
      const { reference, paymentId, amount } = await paid({ capture, saveMethod: true });
      expect(await read(stripe.webhook(type, stripe.objectOf(paymentId)))).toMatchObject({
        ...{ kind: "payment", reference, paymentId },
        payment: { state, amount, currency: "USD", savedMethod: expect.stringMatching(/^cus_\w+\/pm_\w+$/) },
      });
    }
  });

  it("payment_intent.payment_failed leaves a page open, and ends a charge", async () => {
    const { session } = await begin();
    const object = stripe.objectOf(stripe.pay(session, "declined").id);
    const type = "payment_intent.payment_failed";
    expect(await read(stripe.webhook(type, object))).toMatchObject({
      payment: { state: "open", reason: "insufficient_funds" },
    });
    const ours = { ...Object(object), metadata: { reference: "r", origin: "charge" } };
    expect(await read(stripe.webhook(type, ours))).toMatchObject({ payment: { state: "failed", reference: "r" } });
  });

  it("payment_intent.canceled is looked up, for it does not say whether something was held", async () => {
    const { reference, paymentId } = await paid({ capture: "manual" });
    const event = await read(stripe.webhook("payment_intent.canceled", stripe.objectOf(paymentId)));
    expect(event).toMatchObject({ kind: "payment", reference, paymentId, payment: null });
  });

  it("refund.updated and refund.failed say it all, charge.refunded whose payment it was", async () => {
    const wanted = refundOf(await paid());
    const { providerRefundId } = await provider.refund(wanted);
    const { refundId, reference, paymentId } = wanted;
    const object = Object(stripe.objectOf(providerRefundId ?? ""));
    for (const [type, status, state] of [
      ["refund.created", "pending", "pending"],
      ["refund.updated", "succeeded", "paid"],
      ["charge.refund.updated", "succeeded", "paid"],
      ["refund.failed", "failed", "refused"],
    ] as const) {
      const failure_reason = status === "failed" ? "expired_or_canceled_card" : null;
      expect(await read(stripe.webhook(type, { ...object, status, failure_reason }))).toMatchObject({
        ...{ kind: "refund", refundId, reference, paymentId },
        refund: { state, amount: 5_050, currency: "USD", providerRefundId, reason: failure_reason },
      });
    }
    const charge = stripe.objectOf(stripe.intents.get(paymentId)?.charge?.id ?? "");
    const event = await read(stripe.webhook("charge.refunded", charge));
    expect(event).toMatchObject({ kind: "refund", reference, paymentId, refundId: null, refund: null });
  });

  it("charge.dispute.created has the payment, the amount and the reason", async () => {
    const { paymentId } = await paid();
    const dispute = { id: "du_1", amount: 5_050, currency: "usd", reason: "fraudulent", payment_intent: paymentId };
    expect(await read(stripe.webhook("charge.dispute.created", dispute))).toMatchObject({
      ...{ kind: "dispute", reference: null, paymentId },
      dispute: { disputeId: "du_1", amount: 5_050, currency: "USD", reason: "fraudulent" },
    });
  });

  it("of somebody else's payment has no reference", async () => {
    const { paymentId } = await paid();
    const object = { ...Object(stripe.objectOf(paymentId)), metadata: {} };
    const event = await read(stripe.webhook("payment_intent.succeeded", object));
    expect(event).toMatchObject({ kind: "payment", reference: null, payment: null, paymentId });
  });

  it("of a kind that we know and a form that we do not is malformed; others are ignored", async () => {
    for (const type of [
      "payment_intent.succeeded",
      "checkout.session.completed",
      "refund.updated",
      "charge.dispute.created",
    ]) {
      await expect(read(stripe.webhook(type, { id: 5 }))).rejects.toMatchObject({ code: "malformed_event" });
    }
    const { session } = await begin();
    for (const [type, object] of [
      ["customer.created", { id: "cus_1" }],
      ["checkout.session.renamed", stripe.objectOf(session)],
    ] as const) {
      expect(await read(stripe.webhook(type, object))).toMatchObject({ kind: "ignored", type });
    }
  });

  it("may be signed with two keys, while one replaces the other", async () => {
    const { paymentId } = await paid();
    const { headers, body } = stripe.webhook("payment_intent.succeeded", stripe.objectOf(paymentId));
    const header = headers.get("stripe-signature") ?? "";
    const both = new Headers({ "stripe-signature": header.replace(",v1=", `,v1=${"0".repeat(64)},v1=`) });
    expect(await read({ headers: both, body })).toMatchObject({ paymentId });
  });

  it("may not have two times: an old one that is signed beside a new one that is not", async () => {
    const { paymentId } = await paid();
    const sentAt = new Date(Date.now() - 3_600_000);
    const { headers, body } = stripe.webhook("payment_intent.succeeded", stripe.objectOf(paymentId), sentAt);
    const header = headers.get("stripe-signature") ?? "";
    const now = Math.floor(Date.now() / 1000);
    for (const forged of [`t=${now},${header}`, `${header},t=${now}`, header.replace(/t=\d+/, `t=${now}`)]) {
      const refused = read({ headers: new Headers({ "stripe-signature": forged }), body });
      await expect(refused, forged).rejects.toMatchObject({ code: "invalid_signature" });
    }
    await expect(read({ headers, body })).rejects.toMatchObject({ code: "stale_timestamp" });
  });
});
