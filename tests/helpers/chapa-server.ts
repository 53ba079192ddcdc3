import { createHmac, randomBytes } from "node:crypto";
import { chapaProvider } from "../../functions/_shared/payments/chapa.ts";
import type { PaymentProvider } from "../../functions/_shared/payments/provider.ts";
import type { Answer, ReceivedRequest } from "./local-server.ts";
import { ProviderServer, type SignedRequest } from "./provider-server.ts";

interface Transaction {
  readonly tx_ref: string;
  readonly reference: string;
  /** As it was sent. */
  readonly amount: string;
  readonly currency: string;
  status: string;
  method: string | null;
  meta: unknown;
}

interface ChapaRefund {
  readonly ref_id: string;
  readonly reference: string;
  readonly tx_ref: string;
  readonly amount: string;
  readonly currency: string;
  readonly meta: Readonly<Record<string, string>>;
  status: string;
}

const refusal = (message: unknown, status = 400): Answer => ({
  status,
  json: { message, status: "failed", data: null },
});
const success = (message: string, data: unknown = null): Answer => ({
  status: 200,
  json: { message, status: "success", data },
});

/** Speaks what Chapa documents of version 1: initialize, verify, cancel, refund, verify of refunds, webhooks. */
export class ChapaServer {
  readonly secretKey = `CHASECK_TEST-${randomBytes(16).toString("hex")}`;
  readonly webhookSecret = randomBytes(16).toString("hex");
  readonly transactions = new Map<string, Transaction>();
  readonly refunds = new Map<string, ChapaRefund>();
  /** Refuses refunds with these words. */
  refuseRefunds: string | undefined;
  /** The status of the next refunds. */
  refundStatus = "initiated";
  #server: ProviderServer | undefined;

  static async open(): Promise<ChapaServer> {
    const chapa = new ChapaServer();
    chapa.#server = await ProviderServer.start((request) => chapa.#answer(request));
    return chapa;
  }

  get server(): ProviderServer {
    if (this.#server === undefined) throw new Error("not open");
    return this.#server;
  }

  provider(timeoutMs = 5_000): PaymentProvider {
    const { secretKey, webhookSecret } = this;
    return chapaProvider({ secretKey, webhookSecret }, { url: this.server.url, timeoutMs });
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** What the customer's bank says. */
  pay(reference: string, status = "success", method: string | null = "telebirr"): Transaction {
    const transaction = this.#find(reference);
    return Object.assign(transaction, { status, method });
  }

  forget(reference: string): void {
    this.transactions.delete(reference);
  }

  /** An event as it is documented. `chapa-signature` is the secret signed with itself. */
  webhook(reference: string, event = "charge.success", more: Readonly<Record<string, unknown>> = {}): SignedRequest {
    const { amount, currency, reference: id, method } = this.#find(reference);
    return this.sign({
      ...{
        event,
        first_name: "",
        last_name: "",
        email: null,
        mobile: "25190000000",
        currency,
        amount,
        charge: "12.00",
      },
      ...{ status: event.split(".")[1], mode: "live", reference: id, type: "API", tx_ref: reference },
      ...{
        created_at: "2026-08-27T19:21:18.000000Z",
        updated_at: "2026-08-27T19:21:27.000000Z",
        payment_method: method,
      },
      ...{ customization: { title: null, description: null, logo: null }, meta: null },
      ...more,
    });
  }

  sign(content: unknown, secret = this.webhookSecret): SignedRequest {
    const body = Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
    const hmac = (message: string | Buffer) => createHmac("sha256", secret).update(message).digest("hex");
    return { headers: new Headers({ "chapa-signature": hmac(secret), "x-chapa-signature": hmac(body) }), body };
  }

  #find(reference: string): Transaction {
    const transaction = this.transactions.get(reference);
    if (transaction === undefined) throw new Error(`no transaction ${reference}`);
    return transaction;
  }

  #answer({ method, path, headers, body }: ReceivedRequest): Answer {
    if (headers["authorization"] === undefined) return refusal("Authorization required", 401);
    if (headers["authorization"] !== `Bearer ${this.secretKey}`) {
      return refusal("Invalid API Key or User doesn't exist", 401);
    }
    const parts = path.split("/").map(decodeURIComponent);
    const route = `${method} ${parts.slice(0, 4).join("/")}`;
    const id = parts[4] ?? "";
    if (route === "POST /v1/transaction/initialize") return this.#initialize(headers["content-type"], body);
    if (route === "GET /v1/transaction/verify") return this.#verify(id);
    if (route === "PUT /v1/transaction/cancel") return this.#cancel(id);
    const isForm = headers["content-type"]?.includes("application/x-www-form-urlencoded") ?? false;
    if (method === "POST" && parts[2] === "refund" && isForm)
      return this.#refund(parts[3] ?? "", new URLSearchParams(body));
    if (method === "GET" && parts[2] === "refund" && parts[4] === "verify") return this.#verifyRefund(parts[3] ?? "");
    return refusal("Route not found", 404);
  }

  #initialize(contentType: string | string[] | undefined, body: string): Answer {
    if (contentType !== "application/json") {
      return refusal("Incorrect header settings Please check if content-type is present and set to application/json");
    }
    const { amount, currency, tx_ref, email, phone_number, customization, meta } = JSON.parse(body);
    if (typeof amount !== "string" || !(Number(amount) > 0)) return refusal({ amount: ["validation.required"] });
    if (!["ETB", "USD"].includes(currency)) return refusal("Invalid currency, currency is not supported");
    if (!/^[^@\s]+@[^@\s]+$/.test(email ?? "")) return refusal({ email: ["validation.email"] });
    if (phone_number !== undefined && !/^0[79]\d{8}$/.test(phone_number))
      return refusal({ phone_number: ["validation.phone"] });
    const description = customization?.description ?? "";
    if (description.length > 50 || !/^[\w. -]*$/.test(description)) {
      return refusal({
        "customization.description": ["may only contain letters, numbers, hyphens, underscores, spaces, and dots"],
      });
    }
    if (this.transactions.has(tx_ref)) return refusal("Transaction reference has been used before");
    const reference = `AP${randomBytes(6).toString("hex")}`;
    this.transactions.set(tx_ref, { tx_ref, reference, amount, currency, status: "open", method: null, meta });
    return success("Hosted Link", { checkout_url: `https://checkout.chapa.co/checkout/payment/${reference}` });
  }

  #verify(txRef: string): Answer {
    const transaction = this.transactions.get(txRef);
    if (transaction === undefined) return refusal("Invalid transaction or Transaction not found", 404);
    const { status, amount, currency, reference, method, meta, tx_ref } = transaction;
    if (status === "open") return { status: 404, json: { message: "Payment not paid yet", status: null, data: null } };
    return success("Payment details", {
      ...{
        first_name: "Selam",
        last_name: "Bekele",
        email: "selam@example.com",
        currency,
        amount: Number(amount),
        charge: 12,
      },
      ...{ mode: "test", method, type: "API", status, reference, tx_ref, meta },
      ...{ created_at: "2026-08-27T19:21:18.000000Z", updated_at: "2026-08-27T19:21:27.000000Z" },
    });
  }

  #cancel(txRef: string): Answer {
    const transaction = this.transactions.get(txRef);
    if (transaction === undefined) return refusal("Transaction not found", 404);
    if (transaction.status !== "open") return refusal("Only active transactions can be cancelled");
    transaction.status = "cancelled";
    return success("Transaction cancelled");
  }

  #refund(id: string, form: URLSearchParams): Answer {
    const transaction = [...this.transactions.values()].find(({ reference }) => reference === id);
    if (transaction === undefined || transaction.status !== "success") return refusal("Transaction not found", 404);
    const reference = form.get("reference") ?? randomBytes(6).toString("hex");
    const amount = form.get("amount") ?? transaction.amount;
    if ([...this.refunds.values()].some((refund) => refund.reference === reference)) {
      return refusal("Refund reference has been used before");
    }
    if (this.refuseRefunds !== undefined) return refusal(this.refuseRefunds);
    const before = [...this.refunds.values()]
      .filter(({ tx_ref, status }) => tx_ref === transaction.tx_ref && status !== "failed")
      .reduce((sum, refund) => sum + Number(refund.amount), 0);
    if (before + Number(amount) > Number(transaction.amount))
      return refusal("Refund amount exceeds the transaction amount");
    const meta = Object.fromEntries(
      [...form].flatMap(([key, value]) => {
        const [, name] = /^meta\[(\w+)\]$/.exec(key) ?? [];
        return name === undefined ? [] : [[name, value]];
      }),
    );
    const { tx_ref, currency } = transaction;
    const refund = {
      ref_id: `RF${randomBytes(6).toString("hex")}`,
      reference,
      tx_ref,
      amount,
      currency,
      meta,
      status: this.refundStatus,
    };
    this.refunds.set(refund.ref_id, refund);
    const { ref_id, status } = refund;
    return success("Refund initiated", { ref_id, reference, amount, currency, status, meta });
  }

  #verifyRefund(refId: string): Answer {
    const refund = this.refunds.get(refId);
    if (refund === undefined) return refusal("Refund not found", 404);
    const { ref_id, amount, currency, status, reference } = refund;
    return success("Refund verified successfully", { amount: Number(amount), currency, ref_id, reference, status });
  }
}
