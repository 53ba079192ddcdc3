import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chapaProvider } from "../../functions/_shared/payments/chapa.ts";
import type { PaymentProvider } from "../../functions/_shared/payments/provider.ts";
import { ChapaServer } from "../helpers/chapa-server.ts";
import type { Fault } from "../helpers/provider-server.ts";
import { startInput } from "../helpers/test-payments.ts";

let chapa: ChapaServer;
let provider: PaymentProvider;
beforeAll(async () => {
  chapa = await ChapaServer.open();
  provider = chapa.provider();
});
afterEach(() => {
  chapa.server.fault = "none";
  chapa.refuseRefunds = undefined;
  chapa.refundStatus = "initiated";
});
afterAll(() => chapa?.close());

const attemptOf = ({ reference }: { reference: string }) => ({ reference, providerReference: null });
async function paid() {
  const input = startInput();
  await provider.start(input);
  const { reference: paymentId } = chapa.pay(input.reference);
  const { reference, amount, currency } = input;
  return { ...attemptOf(input), paymentId, amount, currency, reference };
}
const refundOf = (target: Awaited<ReturnType<typeof paid>>, amount = 5_050) => ({
  ...target,
  ...{ amount, refundId: randomUUID(), reason: "A button is missing" },
});

describe("a start", () => {
  it("sends what Chapa documents, in the form that it takes", async () => {
    const input = startInput({ description: "Gown “Selam” & veil, size 38: three days, with the long train" });
    const { checkoutUrl, providerReference } = await provider.start(input);
    expect([checkoutUrl, providerReference]).toEqual([expect.stringMatching(/^https:\/\/checkout\.chapa\.co\//), null]);
    const request = chapa.server.requests.at(-1);
    expect(request).toMatchObject({ method: "POST", path: "/v1/transaction/initialize" });
    expect(JSON.parse(request?.body ?? "")).toEqual({
      ...{ tx_ref: input.reference, amount: "1250.50", currency: "ETB", return_url: input.returnUrl },
      ...{ email: "selam@example.com", first_name: "Selam", last_name: "Bekele Tesfaye", phone_number: "0911234567" },
      customization: { description: "Gown Selam veil size 38 three days with the long t" },
      meta: { reference: input.reference },
    });
  });

  it.each([
    ["+251 91 123 4567", "0911234567"],
    ["0711234567", "0711234567"],
    ["00251911234567", "0911234567"],
    ["+4915112345678", undefined],
    ["911234567", undefined],
  ])("with the phone number %s sends %s", async (phone, sent) => {
    await provider.start(startInput({ customer: { email: "a@example.com", name: "Selam", phone } }));
    const { phone_number, last_name } = JSON.parse(chapa.server.requests.at(-1)?.body ?? "");
    expect([phone_number, last_name]).toEqual([sent, ""]);
  });

  it("that Chapa refuses is refused in its words, one by field too", async () => {
    const wrong = startInput({ customer: { email: "no address", name: "Selam" } });
    await expect(provider.start(wrong)).rejects.toMatchObject({
      code: "provider_refused",
      message: "Chapa answered: validation.email",
    });
    const euro = provider.start(startInput({ currency: "EUR" }));
    await expect(euro).rejects.toThrow("Chapa answered: Invalid currency, currency is not supported");
    expect(["ETB", "USD", "EUR", "KES"].map((currency) => provider.supports(currency))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("whose answer was lost is known by its reference, and needs another one", async () => {
    const input = startInput();
    chapa.server.fault = "lost";
    await expect(provider.start(input)).rejects.toMatchObject({ code: "provider_unavailable" });
    chapa.server.fault = "none";
    await expect(provider.start(input)).rejects.toMatchObject({ code: "reference_used", retryable: false });
    expect(await provider.lookUp(attemptOf(input))).toMatchObject({ state: "open" });
  });
});

describe("a look-up", () => {
  it.each([
    ["success", "succeeded"],
    ["refunded", "succeeded"],
    ["pending", "open"],
    ["failed", "failed"],
    ["failed/cancelled", "failed"],
    ["Cancelled", "failed"],
    ["reversed", "reversed"],
    ["on the moon", "unknown"],
  ])("of a transaction that is %s says %s", async (status, state) => {
    const input = startInput();
    await provider.start(input);
    chapa.pay(input.reference, status);
    expect(await provider.lookUp(attemptOf(input))).toMatchObject({ state, reference: input.reference });
  });

  it("does not say how much went back, when something did", async () => {
    const input = startInput();
    await provider.start(input);
    chapa.pay(input.reference, "refunded", null);
    expect(await provider.lookUp(attemptOf(input))).toMatchObject({
      amountRefunded: null,
      method: null,
      amount: 125_050,
    });
  });

  it("of what Chapa has forgotten is unknown", async () => {
    const target = await paid();
    chapa.forget(target.reference);
    expect(await provider.lookUp(target)).toMatchObject({ state: "unknown" });
  });

  it.each<Fault>(["wrong_form", 302, 429, 503])("answered with %s may be tried again", async (fault) => {
    const target = await paid();
    chapa.server.fault = fault;
    const before = chapa.server.requests.length;
    await expect(provider.lookUp(target)).rejects.toMatchObject({ code: "provider_unavailable" });
    expect(chapa.server.requests).toHaveLength(before + 1);
  });

  it.each<Fault>([401, 403])("answered with %i has a wrong key", async (fault) => {
    chapa.server.fault = fault;
    const error = await provider.lookUp(attemptOf(startInput())).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: "provider_misconfigured", message: expect.stringContaining(String(fault)) });
    expect(String(error)).not.toContain(chapa.secretKey);
  });

  it("shows no key that the provider's answer repeats", async () => {
    chapa.server.fault = 500;
    const error = await provider.lookUp(attemptOf(startInput())).catch((failure: unknown) => failure);
    expect(String(error)).toContain("status 500 for Bearer ***");
  });

  it("answered for another transaction is no answer", async () => {
    const [one, other] = [await paid(), await paid()];
    const transaction = chapa.transactions.get(one.reference);
    if (transaction === undefined) throw new Error("forgotten");
    chapa.transactions.set(other.reference, transaction);
    await expect(provider.lookUp(other)).rejects.toThrow("Chapa answered for another transaction.");
  });

  it("answered with an amount that is none is no answer", async () => {
    const target = await paid();
    const transaction = chapa.transactions.get(target.reference);
    if (transaction === undefined) throw new Error("forgotten");
    chapa.transactions.set(target.reference, { ...transaction, amount: "12.345" });
    await expect(provider.lookUp(target)).rejects.toMatchObject({ code: "provider_unavailable" });
  });
});

describe("a refund", () => {
  it("is asked for by Chapa's own id, with ours as its reference", async () => {
    const target = await paid();
    const wanted = refundOf(target);
    expect(await provider.refund(wanted)).toMatchObject({ state: "pending", amount: 5_050, currency: "ETB" });
    const request = chapa.server.requests.at(-1);
    expect(request?.path).toBe(`/v1/refund/${target.paymentId}`);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      ...{ reason: wanted.reason, amount: "50.50", reference: wanted.refundId },
      ...{ "meta[refund_id]": wanted.refundId, "meta[reference]": target.reference },
    });
  });

  it.each([
    ["initiated", "pending"],
    ["processing", "pending"],
    ["Refunded", "paid"],
    ["success", "paid"],
    ["failed", "refused"],
    ["reversed", "refused"],
    ["on the moon", "unknown"],
  ])("that is %s is %s", async (status, state) => {
    const wanted = refundOf(await paid());
    const { providerRefundId } = await provider.refund(wanted);
    const refund = chapa.refunds.get(providerRefundId ?? "");
    if (refund !== undefined) refund.status = status;
    expect(await provider.lookUpRefund({ ...wanted, providerRefundId })).toMatchObject({
      state,
      amount: 5_050,
      currency: "ETB",
    });
  });

  it("whose answer was lost is not made twice", async () => {
    const wanted = refundOf(await paid());
    chapa.server.fault = "lost";
    await expect(provider.refund(wanted)).rejects.toMatchObject({ code: "provider_unavailable" });
    chapa.server.fault = "none";
    expect(await provider.refund(wanted)).toMatchObject({ state: "pending", providerRefundId: null, amount: 5_050 });
    expect([...chapa.refunds.values()].filter(({ reference }) => reference === wanted.refundId)).toHaveLength(1);
    // Its own id for the refund is in the answer that was lost.
    expect(await provider.lookUpRefund({ ...wanted, providerRefundId: null })).toMatchObject({ state: "unknown" });
  });

  it("is refused in Chapa's words", async () => {
    chapa.refuseRefunds = "Insufficient balance";
    expect(await provider.refund(refundOf(await paid()))).toMatchObject({
      state: "refused",
      reason: "Chapa answered: Insufficient balance",
    });
  });
});

describe("an event", () => {
  const read = ({ headers, body }: ReturnType<ChapaServer["sign"]>) => provider.readEvent(headers, body, new Date());

  it("says which attempt to look up, and no more", async () => {
    const { reference, paymentId } = await paid();
    for (const type of ["charge.success", "charge.failed/cancelled", "charge.reversed"]) {
      expect(await read(chapa.webhook(reference, type))).toEqual({
        ...{ kind: "payment", type, reference, paymentId, payment: null },
        eventId: expect.stringMatching(new RegExp(`^${type}:[0-9a-f]{32}$`)),
      });
    }
  });

  it("of a refund says which one, if Chapa does", async () => {
    const { reference, paymentId } = await paid();
    const refundId = randomUUID();
    expect(await read(chapa.webhook(reference, "charge.refunded"))).toMatchObject({
      ...{ kind: "refund", reference, paymentId, refundId: null, refund: null },
    });
    const own = {
      event: "refund.success",
      ref_id: "RF1",
      reference: refundId,
      meta: { refund_id: refundId, reference },
    };
    expect(await read(chapa.sign(own))).toMatchObject({ kind: "refund", reference, refundId, paymentId: null });
  });

  it("of a payout is none of our business", async () => {
    const payout = { event: "payout.success", type: "Payout", reference: "MYMER3434989", amount: "2000.00" };
    expect(await read(chapa.sign(payout))).toMatchObject({ kind: "ignored", reference: null });
  });

  it("has an id of its own, the same in every delivery", async () => {
    const { reference } = await paid();
    const ids = await Promise.all(
      [
        chapa.webhook(reference),
        chapa.webhook(reference),
        // Another order of the members, as another encoder may have it.
        chapa.sign(
          Object.fromEntries(Object.entries(JSON.parse(chapa.webhook(reference).body.toString())).toReversed()),
        ),
        chapa.webhook(reference, "charge.refunded", { amount: "10.00", updated_at: "2026-08-28T10:00:00.000000Z" }),
        chapa.webhook(reference, "charge.refunded", { amount: "10.00", updated_at: "2026-08-28T11:00:00.000000Z" }),
        chapa.webhook((await paid()).reference),
      ].map(async (request) => (await read(request)).eventId),
    );
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).toBe(ids[0]);
    expect(new Set(ids.slice(2)).size).toBe(4);
  });

  it("is genuine by either header, over the body", async () => {
    const { reference } = await paid();
    const { headers, body } = chapa.webhook(reference);
    const signature = headers.get("x-chapa-signature") ?? "";
    for (const given of [{ "x-chapa-signature": signature }, { "chapa-signature": signature.toUpperCase() }]) {
      expect(await read({ headers: new Headers(given), body })).toMatchObject({ reference });
    }
    // The secret signed with itself fits any body: whoever has seen it once could write events.
    const constant = new Headers({ "chapa-signature": headers.get("chapa-signature") ?? "" });
    await expect(read({ headers: constant, body })).rejects.toMatchObject({ code: "invalid_signature" });
  });

  it("that is signed with nothing is nobody's, though no secret is set", async () => {
    const { reference } = await paid();
    const { headers, body } = chapa.sign(chapa.webhook(reference).body.toString(), "");
    const careless = chapaProvider({ secretKey: chapa.secretKey, webhookSecret: "" });
    const refused = careless.readEvent(headers, body, new Date());
    await expect(refused).rejects.toMatchObject({ code: "invalid_signature" });
  });

  it("of a charge without our reference is malformed", async () => {
    for (const content of [
      { event: "charge.success", status: "success" },
      Buffer.from([0x22, 0xff, 0x22]).toString("latin1"),
    ]) {
      await expect(read(chapa.sign(content))).rejects.toMatchObject({ code: "malformed_event" });
    }
  });
});
