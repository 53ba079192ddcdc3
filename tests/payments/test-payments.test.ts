import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { ProviderEvent } from "../../functions/_shared/payments/provider.ts";
import { testEventHeaders } from "../../functions/_shared/payments/test-events.ts";
import { freePort } from "../../stack/ports.ts";
import { TestPayments } from "../../stack/test-payments.ts";
import { TestBank } from "../../stack/test-payments-bank.ts";
import { TestPaymentsStore } from "../../stack/test-payments-store.ts";
import { TestWebhooks } from "../../stack/test-payments-webhooks.ts";
import { type OpenTestPayments, openTestPayments, startInput } from "../helpers/test-payments.ts";
import { WebhookReceiver } from "../helpers/webhook-receiver.ts";

let payments: OpenTestPayments;
let receiver: WebhookReceiver;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-test-payments-"));
  receiver = await WebhookReceiver.open();
  payments = await openTestPayments();
});
afterEach(() => receiver.answerWith(204));
afterAll(async () => {
  await payments?.close();
  await receiver?.close();
  await rm(folder, { recursive: true, force: true });
});

let shops = 0;
/** A start whose events come to a path of its own. */
function shopInput(overrides: Parameters<typeof startInput>[0] = {}) {
  shops += 1;
  return startInput({ webhookUrl: `${receiver.origin}/shop-${shops}`, ...overrides });
}

/** The genuine events that came to a shop, once there are so many of them. */
async function eventsOf(input: { webhookUrl: string }, count: number): Promise<ProviderEvent[]> {
  const path = new URL(input.webhookUrl).pathname;
  await vi.waitFor(() => expect(receiver.at(path).length).toBeGreaterThanOrEqual(count), 10_000);
  return Promise.all(
    receiver.at(path).map(({ headers, body }) => {
      const given = new Headers(headers as Record<string, string>);
      return payments.provider().readEvent(given, Buffer.from(body), new Date());
    }),
  );
}

const open = (input = shopInput(), from = payments) => from.provider().start(input);
const lookUp = ({ reference }: { reference: string }, from = payments) =>
  from.provider().lookUp({ reference, providerReference: null });

describe("the page", () => {
  it("shows amount, description and every choice, says that it is a test, and needs no script", async () => {
    const { checkoutUrl } = await open(shopInput({ description: `<b>"Gown" & veil</b> ቀሚስ`, saveMethod: true }));
    const response = await fetch(checkoutUrl);
    const html = await response.text();
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).toContain("ETB\u00a01,250.50");
    expect(html).toContain("&lt;b&gt;&quot;Gown&quot; &amp; veil&lt;/b&gt; ቀሚስ");
    expect(html).toContain("No money moves");
    expect(html).toMatch(/<html lang="en">/);
    expect(html).not.toContain("<script");
    const buttons = [...html.matchAll(/<button name="action" value="(\w+)"[^>]*>([^<]+)</g)].map(([, ...pair]) => pair);
    expect(buttons).toEqual([
      ["pay", "Pay"],
      ["pay_slowly", "Pay slowly"],
      ["fail", "Fail"],
      ["cancel", "Cancel"],
    ]);
    const plans = [...html.matchAll(/name="webhook" value="(\w+)"/g)].map(([, value]) => value);
    expect(plans).toEqual(["at_once", "before_return", "late", "twice", "out_of_order", "never"]);
    expect(html).toContain('name="declines"');
    // Every field has a label around it, and every group a legend.
    const bare = html.replaceAll(/<label>.*?<\/label>/gs, "");
    expect(bare).not.toContain("<input");
    expect(html.match(/<legend>/g)).toHaveLength(2);
  });

  it.each([
    ["JPY", 5_000, "¥5,000"],
    ["KWD", 1_234, "KWD\u00a01.234"],
    ["USD", 5, "$0.05"],
  ])("shows %s in its own decimals", async (currency, amount, text) => {
    const { checkoutUrl } = await open(shopInput({ currency, amount }));
    expect(await (await fetch(checkoutUrl)).text()).toContain(text);
  });

  it("sends the browser back to the shop, and is over then", async () => {
    const input = shopInput();
    const { checkoutUrl } = await open(input);
    const back = await payments.choose(checkoutUrl);
    expect([back.status, back.headers.get("location")]).toEqual([303, input.returnUrl]);
    const again = await payments.choose(checkoutUrl, { action: "fail" });
    expect(again.status).toBe(409);
    expect(await again.text()).toContain("This payment is over: succeeded.");
    expect(await lookUp(input)).toMatchObject({ state: "succeeded", amount: input.amount, currency: "ETB" });
    expect(await (await fetch(checkoutUrl)).text()).toContain(`<a href="${input.returnUrl}">Back to the shop</a>`);
  });

  it.each([
    ["fail", "The card was declined."],
    ["cancel", "The customer has cancelled."],
  ])("%s comes to nothing, with a reason", async (action, reason) => {
    const input = shopInput();
    const back = await payments.choose((await open(input)).checkoutUrl, { action });
    expect(back.headers.get("location")).toBe(input.returnUrl);
    expect(await lookUp(input)).toEqual({ state: "failed", reference: input.reference, paymentId: null, reason });
    expect(await eventsOf(input, 1)).toMatchObject([{ type: "payment.failed", payment: { state: "failed", reason } }]);
  });

  it("refuses a choice that is none, and pages that are not there", async () => {
    const { checkoutUrl } = await open();
    for (const fields of [{ action: "steal" }, { webhook: "owl" }, { seconds: "-1" }]) {
      const answer = await payments.choose(checkoutUrl, fields);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('role="alert"');
    }
    expect((await fetch(`${payments.url}/checkout/nobody`)).status).toBe(404);
    expect(
      (await fetch(`${payments.url}/elsewhere`, { headers: { authorization: `Bearer ${payments.secret}` } })).status,
    ).toBe(404);
  });

  it("does not take what is too late", async () => {
    const input = shopInput({ expiresAt: new Date(Date.now() - 1) });
    const { checkoutUrl } = await open(input);
    expect((await payments.choose(checkoutUrl)).status).toBe(409);
    expect(await lookUp(input)).toMatchObject({ state: "expired" });
    expect(await eventsOf(input, 1)).toMatchObject([{ type: "payment.expired", payment: { state: "expired" } }]);
  });

  it("is paid once by many browsers at once", async () => {
    const input = shopInput();
    const { checkoutUrl } = await open(input);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => payments.choose(checkoutUrl, { webhook: "before_return" })),
    );
    expect(answers.filter(({ status }) => status === 303)).not.toHaveLength(0);
    expect(await eventsOf(input, 1)).toHaveLength(1);
  });
});

it("a second choice, which was under way when the first was made, changes nothing", async () => {
  const store = await TestPaymentsStore.open(undefined);
  const bank = new TestBank(store, new TestWebhooks(store, payments.secret, 1), () => "http://127.0.0.1");
  const input = { ...asInput(), webhook_url: `${receiver.origin}/second-choice` } as const;
  await bank.open({ ...input, capture: "automatic", expires_at: startInput().expiresAt.toISOString() });
  const session = store.state.sessions[input.reference];
  if (session === undefined) throw new Error("not open");
  const choice = { webhook: "before_return", seconds: 0, refunds: "paid", declines: false } as const;
  await Promise.all([
    bank.choose(session, { ...choice, action: "pay" }),
    bank.choose(session, { ...choice, action: "fail" }),
  ]);
  expect(session.state).toBe("succeeded");
  expect(receiver.at("/second-choice")).toHaveLength(1);
});

describe("the webhook comes", () => {
  it("at once, once", async () => {
    const input = shopInput();
    await payments.choose((await open(input)).checkoutUrl);
    expect(await eventsOf(input, 1)).toEqual([
      {
        ...{ kind: "payment", eventId: expect.stringMatching(/^evt_/), type: "payment.succeeded" },
        ...{ reference: input.reference, paymentId: expect.any(String) },
        payment: await lookUp(input),
      },
    ]);
  });

  it("before the browser returns", async () => {
    const input = shopInput();
    await payments.choose((await open(input)).checkoutUrl, { webhook: "before_return" });
    expect(receiver.at(new URL(input.webhookUrl).pathname)).toHaveLength(1);
  });

  it("late, when the payment is known already", async () => {
    const input = shopInput();
    await payments.choose((await open(input)).checkoutUrl, { webhook: "late", seconds: "0.1" });
    expect(await lookUp(input)).toMatchObject({ state: "succeeded" });
    expect(await eventsOf(input, 1)).toHaveLength(1);
  });

  it("twice, as one and the same event", async () => {
    const input = shopInput();
    await payments.choose((await open(input)).checkoutUrl, { webhook: "twice" });
    const [first, second] = await eventsOf(input, 2);
    expect(first).toEqual(second);
  });

  it("out of order: it says first that it failed", async () => {
    const input = shopInput();
    await payments.choose((await open(input)).checkoutUrl, { webhook: "out_of_order" });
    const events = await eventsOf(input, 2);
    expect(events.map(({ type }) => type)).toEqual(["payment.failed", "payment.succeeded"]);
    expect(events[0]?.eventId).not.toBe(events[1]?.eventId);
  });

  it("never", async () => {
    const [silent, loud] = [shopInput(), shopInput()];
    await payments.choose((await open(silent)).checkoutUrl, { webhook: "never" });
    await payments.choose((await open(loud)).checkoutUrl);
    await eventsOf(loud, 1);
    expect(await lookUp(silent)).toMatchObject({ state: "succeeded" });
    expect(receiver.at(new URL(silent.webhookUrl).pathname)).toEqual([]);
  });

  it("after a slow payment, which is open until then", async () => {
    const input = shopInput();
    const { checkoutUrl } = await open(input);
    await payments.choose(checkoutUrl, { action: "pay_slowly", seconds: "3600" });
    expect(await lookUp(input)).toMatchObject({ state: "open", reason: "The payment is being processed." });
    expect(await (await fetch(checkoutUrl)).text()).toContain("This payment is being processed.");
    // What is under way cannot be called back.
    const { reference } = input;
    expect(await payments.provider().close({ reference, providerReference: null })).toMatchObject({ state: "open" });

    const quick = shopInput();
    await payments.choose((await open(quick)).checkoutUrl, { action: "pay_slowly", seconds: "0.05" });
    expect(await eventsOf(quick, 1)).toMatchObject([{ type: "payment.succeeded" }]);
  });

  it("again until the receiver takes it, as the same event", async () => {
    const input = shopInput();
    let refusals = 0;
    receiver.answer = (response) => {
      refusals += 1;
      response.writeHead(refusals <= 3 ? 503 : 204).end();
    };
    await payments.choose((await open(input)).checkoutUrl);
    const events = await eventsOf(input, 4);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(1);
  });
});

it("an event of a kind that is known, in another form, is malformed", async () => {
  const { secret } = payments;
  for (const type of ["payment.succeeded", "refund.paid"]) {
    const body = JSON.stringify({ type, data: { reference: "r" } });
    const headers = new Headers(testEventHeaders(secret, "evt_1", body, new Date()));
    const refused = payments.provider().readEvent(headers, Buffer.from(body), new Date());
    await expect(refused).rejects.toMatchObject({ code: "malformed_event" });
  }
});

describe("holds, refunds and saved methods", () => {
  async function paid(fields: Record<string, string> = {}, overrides: Parameters<typeof startInput>[0] = {}) {
    const input = shopInput(overrides);
    await payments.choose((await open(input)).checkoutUrl, fields);
    const payment = await lookUp(input);
    if (payment.paymentId === null) throw new Error(`not paid: ${payment.state}`);
    const { reference, amount, currency } = input;
    return { input, payment: { reference, providerReference: null, paymentId: payment.paymentId, amount, currency } };
  }
  const refundOf = (payment: Awaited<ReturnType<typeof paid>>["payment"], amount = 100) => ({
    ...payment,
    ...{ amount, refundId: crypto.randomUUID(), reason: "A button is missing" },
  });

  it("refunds are refused when the page said so", async () => {
    const { payment } = await paid({ refunds: "refused" });
    const refund = await payments.provider().refund(refundOf(payment));
    expect(refund).toMatchObject({ state: "refused", reason: "The bank refuses it." });
  });

  it("refunds may take a while, and events say so", async () => {
    const { input, payment } = await paid({ refunds: "pending", seconds: "0.05" });
    const wanted = refundOf(payment);
    const refund = await payments.provider().refund(wanted);
    expect(refund).toMatchObject({ state: "pending", refundId: wanted.refundId, amount: 100 });
    const events = await eventsOf(input, 3);
    expect(events.map(({ type }) => type).toSorted()).toEqual(["payment.succeeded", "refund.paid", "refund.pending"]);
    const { providerRefundId } = refund;
    expect(await payments.provider().lookUpRefund({ ...wanted, providerRefundId })).toMatchObject({ state: "paid" });
  });

  it("events of a hold say how it ended", async () => {
    const { input, payment } = await paid({}, { capture: "manual" });
    await payments.provider().capture({ ...payment, amount: 1_000 });
    const events = await eventsOf(input, 2);
    expect(events.map(({ type }) => type)).toEqual(["payment.authorised", "payment.succeeded"]);
    expect(events[1]).toMatchObject({ payment: { state: "succeeded", amount: 1_000 } });
  });

  it("a saved method may be one that declines", async () => {
    const { input } = await paid({ declines: "yes" }, { saveMethod: true });
    const saved = await lookUp(input);
    if (saved.state !== "succeeded" || saved.savedMethod === null) throw new Error("nothing saved");
    const { reference, description } = shopInput();
    const charge = { reference, description, amount: 500, currency: "ETB", savedMethod: saved.savedMethod };
    expect(await payments.provider().charge?.(charge)).toMatchObject({
      state: "failed",
      reason: "The card was declined.",
    });
    expect((await eventsOf(input, 2)).map(({ type }) => type)).toEqual(["payment.succeeded", "payment.failed"]);
  });
});

describe("the server", () => {
  it("wants its secret for all but the pages", async () => {
    for (const authorization of ["", "Bearer ", "Bearer wrong", payments.secret]) {
      for (const path of ["/v1/sessions/x", "/control", "/v1/refunds/x"]) {
        const response = await fetch(`${payments.url}${path}`, {
          ...(path === "/control" ? { method: "POST", body: "{}" } : {}),
          headers: { authorization },
        });
        expect(response.status, path).toBe(401);
      }
    }
  });

  it.each([
    ["no JSON", "{"],
    ["half a number of minor units", JSON.stringify({ ...asInput(), amount: 10.5 })],
    ["nothing to pay", JSON.stringify({ ...asInput(), amount: 0 })],
    ["a reference that is no uuid", JSON.stringify({ ...asInput(), reference: "1" })],
    ["a way back that is a script", JSON.stringify({ ...asInput(), return_url: "javascript:alert(1)" })],
  ])("refuses %s", async (_name, body) => {
    const headers = { authorization: `Bearer ${payments.secret}`, "content-type": "application/json" };
    const response = await fetch(`${payments.url}/v1/sessions`, { method: "POST", headers, body });
    expect([response.status, (await response.json()).code]).toEqual([400, "invalid_input"]);
  });

  it("remembers everything over a restart: payments, refunds, methods, and what is still to be done", async () => {
    const file = join(folder, "state.json");
    const first = await openTestPayments({ file, secret: payments.secret, retryMs: 60_000 });
    const [done, slow, untold] = [shopInput({ saveMethod: true }), shopInput(), shopInput()];
    await first.choose((await open(done, first)).checkoutUrl, { webhook: "never" });
    const payment = await lookUp(done, first);
    if (payment.state !== "succeeded" || payment.savedMethod === null) throw new Error("not paid");
    const { reference, paymentId, currency } = payment;
    const wanted = {
      reference,
      providerReference: null,
      paymentId,
      currency,
      amount: 5,
      refundId: crypto.randomUUID(),
      reason: "x",
    };
    await first.provider().refund(wanted);
    const slowPage = (await open(slow, first)).checkoutUrl;
    await first.choose(slowPage, { action: "pay_slowly", seconds: "0.2" });
    receiver.answerWith(503);
    await first.choose((await open(untold, first)).checkoutUrl, { webhook: "before_return" });
    await first.close();
    receiver.answerWith(204);
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    // The event that was refused waits for a minute; as long as that is not over it is not sent again.
    const state = JSON.parse(await readFile(file, "utf8"));
    expect(state.deliveries).toHaveLength(1);
    state.deliveries[0].due = 0;
    await writeFile(file, JSON.stringify(state));

    const second = await openTestPayments({ file, secret: payments.secret });
    try {
      expect(await lookUp(done, second)).toEqual({ ...payment, amountRefunded: 5 });
      expect(await second.provider().lookUpRefund({ ...wanted, providerRefundId: null })).toMatchObject({
        state: "paid",
      });
      const charge = {
        reference: crypto.randomUUID(),
        description: "x",
        amount: 5,
        currency,
        savedMethod: payment.savedMethod,
      };
      expect(await second.provider().charge?.(charge)).toMatchObject({ state: "succeeded" });
      expect(await eventsOf(slow, 1)).toMatchObject([{ type: "payment.succeeded" }]);
      expect(await lookUp(slow, second)).toMatchObject({ state: "succeeded" });
      const [refused, taken] = await eventsOf(untold, 2);
      expect(taken).toEqual(refused);
    } finally {
      await second.close();
    }
  });

  it("says what to do with a file that it cannot read, and with a port that is taken", async () => {
    const file = join(folder, "broken.json");
    await writeFile(file, "{");
    await expect(openTestPayments({ file })).rejects.toMatchObject({ remedy: expect.stringContaining("Remove it") });
    const port = await freePort();
    const [one, other] = [1, 2].map(() => new TestPayments({ port, secret: "x".repeat(20) }));
    await one?.start();
    await expect(other?.start()).rejects.toMatchObject({ message: expect.stringContaining(`Port ${port}`) });
    expect([await one?.health(), await other?.health()]).toEqual([true, false]);
    await one?.stop();
    await one?.stop();
    expect(await one?.health()).toBe(false);
  });
});

function asInput() {
  const { reference, amount, currency, description, customer } = startInput();
  const where = { return_url: "https://shop.example/", webhook_url: "https://shop.example/hook" };
  const rest = { capture: "automatic", expires_at: new Date().toISOString(), save_method: false };
  return { reference, amount, currency, description, customer, ...where, ...rest };
}
