import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { PaymentProvider, ProviderPayment } from "../../functions/_shared/payments/provider.ts";
import { providerNames } from "../../functions/_shared/payments/provider.ts";
import { ProviderError } from "../../functions/_shared/payments/provider-error.ts";
import { freePort } from "../../stack/ports.ts";
import { type CommonFault, openDriver, type ProviderDriver } from "../helpers/provider-drivers.ts";
import { startInput } from "../helpers/test-payments.ts";

/** What every provider has in common: whoever uses the one can use the others. */
describe.each(providerNames)("%s", (name) => {
  let driver: ProviderDriver;
  let provider: PaymentProvider;
  beforeAll(async () => {
    driver = await openDriver[name]();
    provider = driver.provider();
  });
  afterEach(async () => {
    await driver.misbehave("none");
    driver.refuseRefunds(false);
  });
  afterAll(() => driver?.close());

  async function begin(overrides: Parameters<typeof startInput>[0] = {}) {
    const input = startInput(overrides);
    const started = await provider.start(input);
    const attempt = { reference: input.reference, providerReference: started.providerReference };
    return { input, started, attempt };
  }
  async function paid(overrides: Parameters<typeof startInput>[0] = {}) {
    const { input, started, attempt } = await begin(overrides);
    await driver.pay(input, started);
    const payment = taken(await provider.lookUp(attempt));
    const { paymentId, amount, currency } = payment;
    return { input, attempt, payment, target: { ...attempt, paymentId, amount, currency } };
  }

  describe("a payment", () => {
    it("is open when it has begun, and taken when it is paid", async () => {
      const { input, started, attempt } = await begin();
      expect(started.checkoutUrl).toMatch(/^https?:\/\//);
      expect(await provider.lookUp(attempt)).toMatchObject({ state: "open", reference: input.reference });
      await driver.pay(input, started);
      expect(await provider.lookUp(attempt)).toEqual({
        ...{ state: "succeeded", reference: input.reference, amount: input.amount, currency: input.currency },
        ...{ paymentId: expect.any(String), amountRefunded: 0, method: expect.any(String), savedMethod: null },
      });
    });

    it("is one, however often it is begun", async () => {
      const { input, started } = await begin();
      const again = await provider.start(input).catch((error: unknown) => error);
      if (again instanceof ProviderError) expect(again).toMatchObject({ code: "reference_used", retryable: false });
      else expect(again).toEqual(started);
    });

    it("of an id that was used for another is refused", async () => {
      const { input } = await begin();
      await expect(provider.start({ ...input, amount: input.amount + 1 })).rejects.toMatchObject({
        code: "reference_used",
      });
    });

    it("that nobody has begun is unknown", async () => {
      const reference = randomUUID();
      for (const providerReference of [null, "cs_test_nobody", "pi_nobody"]) {
        expect(await provider.lookUp({ reference, providerReference })).toMatchObject({ state: "unknown", reference });
      }
    });

    it("is closed for good when its page is closed, and left alone when it was paid before", async () => {
      const { attempt } = await begin();
      const closed = await provider.close(attempt);
      expect(["expired", "failed"]).toContain(closed.state);
      expect(await provider.lookUp(attempt)).toEqual(closed);
      expect(await provider.close(attempt)).toEqual(closed);
      const { attempt: done, payment } = await paid();
      expect(await provider.close(done)).toEqual(payment);
      expect(await provider.close({ reference: randomUUID(), providerReference: null })).toMatchObject({
        state: "unknown",
      });
    });

    it.each([
      ["ETB", 1],
      ["ETB", 100_000_005],
      ["USD", 29],
      ["JPY", 5_000],
      ["KWD", 1_230],
    ])("in %s of %i minor units comes back as the same", async (currency, amount) => {
      if (!provider.supports(currency))
        return expect([name, currency]).toEqual(["chapa", expect.stringMatching(/JPY|KWD/)]);
      const { payment } = await paid({ currency, amount });
      expect([payment.currency, payment.amount]).toEqual([currency, amount]);
    });

    it("may have any text for a description, and no phone number", async () => {
      const description = `<Gown> "Selam" ${"ቀሚስ ".repeat(40)}`;
      const { customer } = startInput();
      const { payment } = await paid({ description, customer: { email: customer.email, name: "ሰላም" } });
      expect(payment.state).toBe("succeeded");
    });
  });

  describe("a hold", () => {
    const held = () => paid({ capture: "manual" });

    it("is there or is not, as `holds` says", async () => {
      if (provider.holds) {
        const { payment, input } = await held();
        expect(payment).toMatchObject({ state: "authorised", amount: input.amount, amountRefunded: 0 });
        return;
      }
      const { target } = await paid();
      for (const work of [
        () => provider.start(startInput({ capture: "manual" })),
        () => provider.capture(target),
        () => provider.release(target),
      ]) {
        await expect(work()).rejects.toMatchObject({ code: "not_supported", retryable: false });
      }
    });

    it("is captured in part, once", async () => {
      if (!provider.holds) return;
      const { attempt, target } = await held();
      const part = { ...target, amount: 100_000 };
      const captured = await provider.capture(part);
      expect(captured).toMatchObject({ state: "succeeded", amount: 100_000, amountRefunded: 0 });
      expect(await provider.capture(part)).toEqual(captured);
      expect(await provider.lookUp(attempt)).toEqual(captured);
      await expect(provider.capture({ ...target, amount: 1 })).rejects.toMatchObject({ code: "provider_refused" });
      await expect(provider.release(target)).rejects.toMatchObject({ code: "provider_refused" });
      // No more than was captured goes back.
      const refund = { ...target, refundId: randomUUID(), reason: "x" };
      expect(await provider.refund({ ...refund, amount: 100_001 })).toMatchObject({ state: "refused" });
      const wanted = { ...refund, refundId: randomUUID(), amount: 60_000 };
      expect(await provider.refund(wanted)).toMatchObject({ state: "paid" });
      expect(await provider.lookUp(attempt)).toMatchObject({ amount: 100_000, amountRefunded: 60_000 });
    });

    it("cannot be captured for more than is held", async () => {
      if (!provider.holds) return;
      const { target } = await held();
      await expect(provider.capture({ ...target, amount: target.amount + 1 })).rejects.toMatchObject({
        code: "provider_refused",
      });
      expect(await provider.capture(target)).toMatchObject({ state: "succeeded", amount: target.amount });
    });

    it("is released, once, and not captured any more", async () => {
      if (!provider.holds) return;
      const { attempt, target } = await held();
      const released = await provider.release(target);
      expect(released).toMatchObject({ state: "released", paymentId: target.paymentId });
      expect(await provider.release(target)).toEqual(released);
      expect(await provider.lookUp(attempt)).toEqual(released);
      await expect(provider.capture(target)).rejects.toMatchObject({ code: "provider_refused" });
    });
  });

  describe("a refund", () => {
    const of = (target: Awaited<ReturnType<typeof paid>>["target"], amount: number) => ({
      ...target,
      ...{ amount, refundId: randomUUID(), reason: "The zip is broken – ዚፕ" },
    });

    it("is paid in parts, until all has gone back", async () => {
      const { target } = await paid({ amount: 10_000 });
      for (const amount of [2_500, 7_500]) {
        const wanted = of(target, amount);
        const refund = await provider.refund(wanted);
        expect(["paid", "pending"]).toContain(refund.state);
        expect(refund).toMatchObject({
          refundId: wanted.refundId,
          amount,
          currency: "ETB",
          providerRefundId: expect.any(String),
        });
        const found = await provider.lookUpRefund({ ...wanted, providerRefundId: refund.providerRefundId });
        expect(found).toMatchObject({ state: refund.state, amount, refundId: wanted.refundId });
      }
      const more = await provider.refund(of(target, 1));
      expect(more).toMatchObject({ state: "refused", reason: expect.any(String) });
    });

    it("is one, however often it is asked for", async () => {
      const { target } = await paid({ amount: 10_000 });
      const wanted = of(target, 9_000);
      const first = await provider.refund(wanted);
      const again = await provider.refund(wanted);
      expect(["paid", "pending"]).toContain(again.state);
      expect(again.refundId).toBe(first.refundId);
      // Were they two, nothing would be left for this one.
      expect((await provider.refund(of(target, 1_000))).state).toBe(first.state);
    });

    it("is refused as a value", async () => {
      driver.refuseRefunds(true);
      const { target } = await paid();
      const refund = await provider.refund(of(target, 5));
      expect(refund).toMatchObject({
        state: "refused",
        amount: 5,
        currency: "ETB",
        reason: expect.stringMatching(/\w+/),
      });
    });

    it("of a payment that is not there is refused, and one that nobody made is unknown", async () => {
      const { target } = await paid();
      const wanted = of({ ...target, paymentId: "nobody" }, 5);
      const outcome = await provider.refund(wanted).catch((error: ProviderError) => ({ state: error.code }));
      expect(["refused", "provider_refused"]).toContain(outcome.state);
      for (const providerRefundId of [null, "re_nobody"]) {
        const lookUp = { ...target, refundId: randomUUID(), providerRefundId };
        expect(await provider.lookUpRefund(lookUp)).toMatchObject({ state: "unknown", providerRefundId });
      }
    });
  });

  describe("a saved method", () => {
    it("is charged while the customer is away, once per id", async () => {
      const { charge } = provider;
      if (charge === undefined) return expect(name).toBe("chapa");
      const { payment } = await paid({ saveMethod: true });
      const savedMethod = payment.savedMethod ?? "";
      const input = { reference: randomUUID(), amount: 333, currency: "ETB", description: "Second part", savedMethod };
      const charged = await charge(input);
      expect(charged).toMatchObject({ state: "succeeded", reference: input.reference, amount: 333, currency: "ETB" });
      expect(await charge(input)).toMatchObject({ paymentId: charged.paymentId, amount: 333 });
      const { providerReference } = charged;
      expect(await provider.lookUp({ reference: input.reference, providerReference })).toMatchObject({ amount: 333 });
      const other = { ...input, reference: randomUUID(), savedMethod: "cus_nobody/pm_nobody" };
      await expect(charge(other)).rejects.toMatchObject({ code: "provider_refused" });
    });
  });

  describe("trouble", () => {
    const calls: [
      string,
      (provider: PaymentProvider, target: Awaited<ReturnType<typeof paid>>["target"]) => unknown,
    ][] = [
      ["start", (at) => at.start(startInput())],
      ["lookUp", (at, target) => at.lookUp(target)],
      ["close", (at, target) => at.close(target)],
      ["capture", (at, target) => at.capture(target)],
      ["release", (at, target) => at.release(target)],
      ["refund", (at, target) => at.refund({ ...target, refundId: randomUUID(), reason: "x" })],
      [
        "lookUpRefund",
        (at, target) => at.lookUpRefund({ ...target, refundId: randomUUID(), providerRefundId: "re_1" }),
      ],
      ["charge", (at) => at.charge?.({ ...startInput(), savedMethod: "cus_1/pm_1" })],
    ];
    const possible = () =>
      calls.filter(
        ([call]) =>
          (provider.holds || !["capture", "release"].includes(call)) && (provider.charge || call !== "charge"),
      );

    it.each<CommonFault>(["silent", "down", "wrong_json", 500])(
      "%s: every call may be tried again, and tells no key",
      async (fault) => {
        const { target } = await paid();
        await driver.misbehave(fault);
        for (const [call, work] of possible()) {
          // Long enough to answer in, were there an answer.
          const impatient = driver.provider(fault === "silent" ? 50 : 5_000);
          const error = await Promise.resolve(work(impatient, target)).catch((failure: unknown) => failure);
          expect(error, call).toBeInstanceOf(ProviderError);
          expect(error, call).toMatchObject({ provider: name, code: "provider_unavailable", retryable: true });
          for (const secret of Object.values(driver.credentials)) expect(String(error)).not.toContain(secret);
        }
      },
    );

    it("nobody listens: every call may be tried again", async () => {
      const { target } = await paid();
      const nowhere = driver.elsewhere({ url: `http://127.0.0.1:${await freePort()}` });
      for (const [call, work] of possible()) {
        const error = await Promise.resolve(work(nowhere, target)).catch((failure: unknown) => failure);
        expect(error, call).toMatchObject({ code: "provider_unavailable" });
      }
    });

    it("a wrong key is told, and not shown", async () => {
      const { target } = await paid();
      const stranger = driver.elsewhere({ secretKey: "sk_test_wrongkey" });
      for (const [call, work] of possible()) {
        const error = await Promise.resolve(work(stranger, target)).catch((failure: unknown) => failure);
        expect(error, call).toMatchObject({ code: "provider_misconfigured", retryable: false });
        expect(String(error)).not.toContain("wrongkey");
      }
    });
  });

  describe("an event", () => {
    const now = new Date();
    const read = (headers: Headers, body: Uint8Array, at = now, from = provider) => from.readEvent(headers, body, at);

    it("is read when it is genuine, long ones and those with any letters too", async () => {
      const { input } = await paid();
      for (const padding of ["", "ሠርግ 👰🏾 – ”", "x".repeat(200_000)]) {
        const { headers, body } = await driver.event(input.reference, { padding });
        const event = await read(headers, body);
        expect(event).toMatchObject({
          kind: "payment",
          reference: input.reference,
          eventId: expect.stringMatching(/.{8,}/),
        });
        // A replay is the same event.
        expect(await read(headers, body)).toEqual(event);
      }
    });

    it("is refused when any of its bytes is another", async () => {
      const { input } = await paid();
      const { headers, body } = await driver.event(input.reference, { padding: "ሠርግ" });
      for (let index = 0; index < body.length; index += 7) {
        const changed = Uint8Array.from(body);
        changed[index] = (changed[index] ?? 0) ^ 1;
        await expect(read(headers, changed)).rejects.toMatchObject({ code: "invalid_signature", provider: name });
      }
      for (const changed of [
        body.slice(1),
        body.slice(0, -1),
        new Uint8Array(),
        Buffer.concat([body, Buffer.from(" ")]),
      ]) {
        await expect(read(headers, changed)).rejects.toMatchObject({ code: "invalid_signature" });
      }
      const marked = Buffer.concat([Buffer.from("\ufeff"), body]);
      await expect(read(headers, marked)).rejects.toMatchObject({ code: "invalid_signature" });
    });

    it("is refused when it is signed with another key, or not at all, or in another way", async () => {
      const { input } = await paid();
      const { headers, body } = await driver.event(input.reference);
      const stranger = driver.elsewhere({ webhookSecret: "whsec_of_somebody_else" });
      await expect(read(headers, body, now, stranger)).rejects.toMatchObject({ code: "invalid_signature" });
      const nobody = driver.elsewhere({ webhookSecret: "" });
      await expect(read(headers, body, now, nobody)).rejects.toMatchObject({ code: "invalid_signature" });
      await expect(read(new Headers(), body)).rejects.toMatchObject({ code: "invalid_signature" });
      for (const [header, value] of headers) {
        if (!header.includes("signature")) continue;
        for (const wrong of [
          "",
          "0",
          value.slice(0, -1),
          `${value}0`,
          "t=1,v1=",
          "v1,",
          "t=,v1=x",
          value.replaceAll(/[0-9a-f]/g, "0"),
        ]) {
          const changed = new Headers(headers);
          for (const other of headers.keys()) if (other.includes("signature")) changed.delete(other);
          changed.set(header, wrong);
          await expect(read(changed, body), wrong).rejects.toMatchObject({ code: "invalid_signature" });
        }
      }
    });

    it("is refused when it is old or from the future, where the time is signed", async () => {
      const { input } = await paid();
      const { headers, body } = await driver.event(input.reference, { sentAt: now });
      for (const minutes of [-4, 4]) await read(headers, body, new Date(now.getTime() + minutes * 60_000));
      for (const minutes of [-6, 6, 60 * 24 * 365]) {
        const later = new Date(now.getTime() + minutes * 60_000);
        if (name === "chapa") await read(headers, body, later);
        else await expect(read(headers, body, later)).rejects.toMatchObject({ code: "stale_timestamp" });
      }
    });

    it("is refused when it is genuine and makes no sense", async () => {
      const { input } = await paid();
      for (const text of ["", "x", "[]", "null", "{}", `{"type":5,"event":5}`]) {
        const { headers, body } = await driver.event(input.reference, { body: text });
        const code = name === "stripe" && text === "" ? "invalid_signature" : "malformed_event";
        await expect(read(headers, body), text).rejects.toMatchObject({ code });
      }
    });

    it("is taken, and is none of our business, when it is of a kind that nobody knew", async () => {
      const { input } = await paid();
      const text = JSON.stringify({ id: "evt_1", type: "moon.full", event: "moon.full", data: { object: {} } });
      const { headers, body } = await driver.event(input.reference, { body: text });
      expect(await read(headers, body)).toMatchObject({
        kind: "ignored",
        type: "moon.full",
        reference: null,
        paymentId: null,
      });
    });
  });
});

function taken(payment: ProviderPayment) {
  if (payment.state === "succeeded" || payment.state === "authorised") return payment;
  throw new Error(`nothing taken: ${payment.state}`);
}
