import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PermanentFailure } from "../../functions/_shared/jobs/queue.ts";
import { logSms } from "../../functions/_shared/sms/sms-sender.ts";
import { twilioSms } from "../../functions/_shared/sms/twilio.ts";
import { type Answer, LocalServer } from "../helpers/local-server.ts";

let server: LocalServer;

/** Speaks what Twilio documents of its resource Messages. */
beforeAll(async () => {
  server = await LocalServer.start(({ headers, body }) => {
    const expected = `Basic ${Buffer.from("AC1:token").toString("base64")}`;
    if (headers["authorization"] !== expected) return refusal(401, 20003, "Authenticate");
    const form = new URLSearchParams(body);
    if (!/^\+[1-9]\d{6,14}$/.test(form.get("To") ?? "")) return refusal(400, 21211, "Invalid 'To' Phone Number");
    return { status: 201, json: { sid: "SM123", status: "queued", error_code: null } };
  });
});
afterAll(() => server.close());

function refusal(status: number, code: number, message: string): Answer {
  return { status, json: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

const provider = (from = "+251900000000", authToken = "token") =>
  twilioSms({ accountSid: "AC1", authToken, from, url: server.url });
const sms = { to: "+251911234567", body: "Almaz Bridal፦ ኪራይዎ ተረጋግጧል።" };

describe("an SMS through Twilio", () => {
  it("is posted as a form, with the account's login", async () => {
    expect(await provider().send(sms)).toEqual({ provider: "twilio", id: "SM123" });
    const request = server.requests.at(-1);
    expect(request).toMatchObject({ method: "POST", path: "/2010-04-01/Accounts/AC1/Messages.json" });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      To: sms.to,
      Body: sms.body,
      From: "+251900000000",
    });
  });

  it("may go by a messaging service", async () => {
    await provider("MG9").send(sms);
    const form = new URLSearchParams(server.requests.at(-1)?.body);
    expect([form.get("MessagingServiceSid"), form.get("From")]).toEqual(["MG9", null]);
  });

  it("to a number that is none is given up", async () => {
    const failure = provider().send({ ...sms, to: "0911" });
    await expect(failure).rejects.toThrow(PermanentFailure);
    await expect(failure).rejects.toThrow("Twilio answered 400, code 21211: Invalid 'To' Phone Number");
  });

  it.each([
    [400, 21610, true],
    [400, 21614, true],
    [400, 21408, true],
    // Of the account or of the moment.
    [401, 20003, false],
    [400, 21606, false],
    [429, 20429, false],
    [500, 20500, false],
    [503, 20503, false],
  ])("that is answered with %i and code %i is given up: %s", async (status, code, givenUp) => {
    const before = server.answer;
    server.answer = () => refusal(status, code, "No");
    const failure = await provider()
      .send(sms)
      .catch((error: unknown) => error);
    server.answer = before;
    expect(failure instanceof PermanentFailure).toBe(givenUp);
  });

  it("with a wrong login, or with an answer that is no JSON, is tried again", async () => {
    await expect(provider("+251900000000", "wrong").send(sms)).rejects.not.toBeInstanceOf(PermanentFailure);
    const before = server.answer;
    server.answer = () => ({ status: 504, text: "timeout" });
    const failure = await provider()
      .send(sms)
      .catch((error: unknown) => error);
    server.answer = before;
    expect(failure).toMatchObject({ message: "Twilio answered 504, code 0: timeout" });
  });
});

it("is written down without its number where no provider is chosen", async () => {
  const lines: object[] = [];
  expect(await logSms((line) => lines.push(line)).send(sms)).toEqual({ provider: "log", id: null });
  expect(lines).toEqual([{ to: "...567", body: sms.body }]);
});
