import { randomBytes, randomUUID } from "node:crypto";
import type { StartInput } from "../../functions/_shared/payments/provider.ts";
import { testProvider } from "../../functions/_shared/payments/test-provider.ts";
import { TestPayments } from "../../stack/test-payments.ts";
import type { Fault } from "../../stack/test-payments-api.ts";

export interface OpenTestPayments {
  readonly server: TestPayments;
  readonly url: string;
  readonly secret: string;
  /** Makes every route but /control misbehave, until told `ok`. */
  control(mode: Fault["mode"], ms?: number): Promise<void>;
  /** What a customer's browser does with the page; the answer is a redirect to the shop. */
  choose(checkoutUrl: string, fields?: Readonly<Record<string, string>>): Promise<Response>;
  provider(timeoutMs?: number): ReturnType<typeof testProvider>;
  close(): Promise<void>;
}

export interface TestPaymentsSettings {
  /** Keeps its state there. */
  readonly file?: string;
  readonly secret?: string;
  /** Wait before an event is sent again, in milliseconds. */
  readonly retryMs?: number;
}

/** The embedded stack's test provider of payments on a free port. Close it at the end. */
export async function openTestPayments(settings: TestPaymentsSettings = {}): Promise<OpenTestPayments> {
  const secret = settings.secret ?? randomBytes(24).toString("base64url");
  const { file, retryMs = 1 } = settings;
  const server = new TestPayments({ port: 0, secret, retryMs, ...(file === undefined ? {} : { file }) });
  await server.start();
  const { url } = server;
  return {
    server,
    url,
    secret,
    async control(mode, ms = 0) {
      const response = await fetch(`${url}/control`, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
        body: JSON.stringify({ mode, ms }),
      });
      if (!response.ok) throw new Error(`/control answered ${response.status}`);
    },
    choose(checkoutUrl, fields = {}) {
      const body = new URLSearchParams({ action: "pay", ...fields });
      return fetch(checkoutUrl, { method: "POST", body, redirect: "manual" });
    },
    provider: (timeoutMs = 5_000) => testProvider({ secretKey: secret, webhookSecret: secret }, { url, timeoutMs }),
    close: () => server.stop(),
  };
}

/** What a start needs, with an id of its own. */
export function startInput(overrides: Partial<StartInput> = {}): StartInput {
  return {
    reference: randomUUID(),
    amount: 125_050,
    currency: "ETB",
    description: "Gown Selam, size 38, three days",
    customer: { email: "selam@example.com", name: "Selam Bekele Tesfaye", phone: "+251911234567" },
    returnUrl: "https://shop.example/orders/1?from=page",
    webhookUrl: "http://127.0.0.1:9/webhooks",
    capture: "automatic",
    expiresAt: new Date(Date.now() + 3_600_000),
    ...overrides,
  };
}
