import { Buffer } from "node:buffer";
import process from "node:process";
import { credentialEnvelopes } from "../../functions/_shared/payments/envelope.ts";
import type { ProviderName } from "../../functions/_shared/payments/provider.ts";
import { openProvider } from "../../functions/_shared/payments/providers.ts";

/** What the parent gives: an account, an attempt that is paid, and a genuine event of it. */
export interface Life {
  readonly name: ProviderName;
  readonly url: string;
  readonly credentials: { readonly secretKey: string; readonly webhookSecret: string };
  readonly paid: { readonly reference: string; readonly providerReference: string | null };
  readonly event: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly next: { readonly reference: string; readonly refundId: string };
}

/** Does with a provider what functions and worker do, and says what came of it. */
async function live({ name, url, credentials, paid, event, next }: Life) {
  const envelopes = credentialEnvelopes("a master key of the tests, long enough");
  const owner = { boutiqueId: next.reference, provider: name };
  const own = await envelopes.open(await envelopes.seal(credentials, owner), owner);
  const provider = openProvider(name, own, { chapa: url, stripe: url, test: url });
  const payment = await provider.lookUp(paid);
  if (payment.state !== "succeeded") throw new Error(payment.state);
  const started = await provider.start({
    ...{ reference: next.reference, amount: 5_000, currency: "USD", description: "Veil" },
    customer: { email: "selam@example.com", name: "Selam" },
    ...{ returnUrl: "https://shop.example/", webhookUrl: "https://shop.example/hook", capture: "automatic" },
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  const { paymentId, currency } = payment;
  const refund = await provider.refund({
    ...paid,
    refundId: next.refundId,
    paymentId,
    currency,
    amount: 5,
    reason: "x",
  });
  const body = Buffer.from(event.body, "base64");
  const read = await provider.readEvent(new Headers(event.headers), body, new Date());
  const forged = provider.readEvent(new Headers(event.headers), body.subarray(1), new Date());
  const stranger = openProvider(name, { ...own, secretKey: "sk_test_wrong" }, { chapa: url, stripe: url, test: url });
  const code = (error: { code: string }) => error.code;
  return {
    ...{ payment: payment.state, amount: payment.amount, page: started.checkoutUrl.slice(0, 4), refund: refund.state },
    ...{ event: read.kind, reference: read.reference, forged: await forged.catch(code) },
    wrongKey: await stranger.lookUp(paid).then((found) => found.state, code),
  };
}

process.stdout.write(JSON.stringify(await live(JSON.parse(process.env["LIFE"] ?? "") as Life)));
