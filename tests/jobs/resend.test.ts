import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PermanentFailure } from "../../functions/_shared/jobs/queue.ts";
import type { Mail, Mailer } from "../../functions/_shared/mail/mailer.ts";
import { resendMailer } from "../../functions/_shared/mail/resend.ts";
import { LocalServer } from "../helpers/local-server.ts";

let server: LocalServer;
let mailer: Mailer;

/** Speaks what Resend documents of POST /emails: a repeated idempotency key gets the first answer. */
beforeAll(async () => {
  const ids = new Map<string, string>();
  server = await LocalServer.start(({ path, headers }) => {
    if (path !== "/emails") return { status: 404, json: { statusCode: 404, name: "not_found", message: "Not found" } };
    if (headers["authorization"] !== "Bearer re_test") {
      return { status: 401, json: { statusCode: 401, name: "missing_api_key", message: "Missing API key" } };
    }
    const key = String(headers["idempotency-key"]);
    ids.set(key, ids.get(key) ?? crypto.randomUUID());
    return { status: 200, json: { id: ids.get(key) } };
  });
  mailer = resendMailer({ apiKey: "re_test", url: server.url, from: "Nexus <hello@nexus.test>" });
});
afterAll(() => server.close());
beforeEach(() => void server.requests.splice(0));

const mail: Mail = {
  to: "selam@nexus.test",
  subject: "ያስያዙት ቀሚስ፦ Genet",
  text: "text",
  html: "<p>html</p>",
  key: "rental_reserved.1",
  headers: { "List-Unsubscribe": "<https://nexus.test/u>" },
};

describe("a mail through Resend", () => {
  it("is posted with the key, the sender, its headers and our tag, and gives its id back", async () => {
    const sent = await mailer.send(mail);
    expect(sent).toEqual({ provider: "resend", id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "POST", path: "/emails", headers: { "content-type": "application/json" } });
    const { key: _, ...fields } = mail;
    expect(JSON.parse(request?.body ?? "")).toEqual({
      from: "Nexus <hello@nexus.test>",
      ...fields,
      tags: [{ name: "sender", value: "nexus" }],
    });
  });

  it("that is sent again is the same mail to it, unless it was written anew", async () => {
    const first = await mailer.send(mail);
    expect(await mailer.send(mail)).toEqual(first);
    expect(await mailer.send({ ...mail, text: "another link" })).not.toEqual(first);
    const keys = server.requests.map(({ headers }) => String(headers["idempotency-key"]));
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key).toMatch(/^rental_reserved\.1\/[0-9a-f]{32}$/);
  });

  it.each([
    [422, { name: "validation_error", message: "Invalid `to` field." }, true],
    [422, { name: "invalid_parameter", message: "The `subject` is too long." }, true],
    // The operator mends these, and then the mail may go.
    [403, { name: "validation_error", message: "The nexus.test domain is not verified." }, false],
    [422, { name: "validation_error", message: "Invalid `from` field." }, false],
    [401, { name: "missing_api_key", message: "Missing API key" }, false],
    [409, { name: "concurrent_idempotent_requests", message: "Try again later." }, false],
    [429, { name: "rate_limit_exceeded", message: "Too many requests." }, false],
    [429, { name: "daily_quota_exceeded", message: "You have reached your daily quota." }, false],
    [500, { name: "application_error", message: "An unexpected error occurred." }, false],
  ])("that is answered with %i %j is given up: %s", async (status, body, givenUp) => {
    const before = server.answer;
    server.answer = () => ({ status, json: { statusCode: status, ...body } });
    const failure = await mailer.send(mail).catch((error: unknown) => error);
    server.answer = before;
    expect(failure instanceof PermanentFailure).toBe(givenUp);
    expect(failure).toMatchObject({ message: `Resend answered ${status} ${body.name}: ${body.message}` });
  });

  it("that a proxy answers with a page, or nobody at all, is tried again", async () => {
    const before = server.answer;
    server.answer = () => ({ status: 502, text: "<html>Bad gateway</html>" });
    const failure = await mailer.send(mail).catch((error: unknown) => error);
    server.answer = before;
    expect(failure).not.toBeInstanceOf(PermanentFailure);
    expect(failure).toMatchObject({ message: expect.stringContaining("502 unknown") });
    const nowhere = resendMailer({ apiKey: "re_test", url: "http://127.0.0.1:9", from: "x@nexus.test" });
    await expect(nowhere.send(mail)).rejects.not.toBeInstanceOf(PermanentFailure);
  });
});
