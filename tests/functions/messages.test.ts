import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unsubscribeToken } from "../../functions/_shared/notifications/unsubscribe-token.ts";
import { createApp } from "../../functions/messages/app.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { unsubscribeSecret } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

const webhookSecret = `whsec_${Buffer.from("a secret of the webhook of tests").toString("base64")}`;
let world: World;
let server: FunctionServer;
let origin: string;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  world = await World.create();
  server = await FunctionServer.open(world, {
    UNSUBSCRIBE_SECRET: unsubscribeSecret,
    RESEND_WEBHOOK_SECRET: webhookSecret,
  });
  origin = server.origin;
  app = createApp(world.asService(), { unsubscribe: unsubscribeSecret, resendWebhook: webhookSecret });
});
afterAll(async () => {
  await server?.close();
  await world?.close();
});

const tokenOf = ({ id }: Person, topic = "reminders") => unsubscribeToken({ userId: id, topic }, unsubscribeSecret);

const preferences = ({ id }: Person) => world.sql`
  select topic, channel, enabled from public.notification_preferences where user_id = ${id}`;

describe.each([
  [
    "in this process",
    (path: string, init: RequestInit) => app.fetch(new Request(`http://functions.test/messages${path}`, init)),
  ],
  [
    "through the gateway and Deno",
    (path: string, init: RequestInit) => fetch(`${origin}/functions/v1/messages${path}`, init),
  ],
] as const)("the function messages, %s", (_where, call) => {
  const send = (path: string, init: RequestInit = {}) => Promise.resolve(call(path, init));
  /** As a mail program does it: no key, no cookie, the form of RFC 8058. */
  const click = (token: string) =>
    send(`/unsubscribe?token=${token}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
    });

  it("stops the mails of a topic with one click, and with the second one too", async () => {
    const person = await world.asCustomer();
    await person.client
      .from("notification_preferences")
      .insert({ user_id: person.id, topic: "reminders", channel: "email", enabled: true });
    for (let clicks = 1; clicks <= 2; clicks += 1) {
      const response = await click(await tokenOf(person));
      expect(response.status).toBe(200);
      expect(response.headers.get("set-cookie")).toBeNull();
      expect([...(await preferences(person))]).toEqual([{ topic: "reminders", channel: "email", enabled: false }]);
    }
    await click(await tokenOf(person, "marketing"));
    expect(await preferences(person)).toHaveLength(2);
  });

  it("stops nothing for a program that follows the link, and shows a person a button", async () => {
    const person = await world.asCustomer();
    const token = await tokenOf(person);
    const response = await send(`/unsubscribe?token=${token}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const html = await response.text();
    expect(html).toContain(`<form method="post" action="?token=${encodeURIComponent(token)}">`);
    expect((await send(`/unsubscribe?token=${token}`, { method: "HEAD" })).status).toBe(200);
    expect(await preferences(person)).toHaveLength(0);
    const amharic = await send(`/unsubscribe?token=${token}`, { headers: { "accept-language": "am,en;q=0.8" } });
    expect(await amharic.text()).toContain('<html lang="am">');
  });

  it("lets nobody in with a token that was not made here", async () => {
    const [person, other] = [await world.asCustomer(), await world.asCustomer()];
    const token = await tokenOf(person);
    for (const wrong of [token.replace(person.id, other.id), `${token}x`, "", "<script>alert(1)</script>"]) {
      const response = await click(encodeURIComponent(wrong));
      expect(response.status, wrong).toBe(403);
      expect(await response.text()).not.toContain("<script>");
      expect((await send(`/unsubscribe?token=${encodeURIComponent(wrong)}`)).status).toBe(403);
    }
    expect(await preferences(person)).toHaveLength(0);
    expect(await preferences(other)).toHaveLength(0);
  });

  it("is content when the account is gone", async () => {
    const person = await world.asCustomer();
    const token = await tokenOf(person);
    await world.sql`delete from auth.users where id = ${person.id}`;
    expect((await click(token)).status).toBe(200);
  });

  /** A mail that has left through Resend. */
  async function sentMail(): Promise<{ person: Person; id: string; state(): Promise<unknown> }> {
    const person = await world.asCustomer();
    const id = crypto.randomUUID();
    await world.sql`
      insert into private.messages (send_key, channel, template, user_id, recipient_hash, state, sent_at, provider, provider_message_id)
      values (${`test:${id}`}, 'email', 'test', ${person.id}, private.recipient_hash(${person.email}), 'sent', now(), 'resend', ${id})`;
    const state = async () =>
      (await world.sql`select state, last_error from private.messages where provider_message_id = ${id}`)[0];
    return { person, id, state };
  }

  function report(body: string, change: { time?: Date; secret?: string; signed?: string; prefix?: string } = {}) {
    const time = change.time ?? new Date();
    const signature = new Webhook(change.secret ?? webhookSecret).sign("msg_1", time, change.signed ?? body);
    const prefix = change.prefix ?? "svix";
    return send("/bounces", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        [`${prefix}-id`]: "msg_1",
        [`${prefix}-timestamp`]: String(Math.floor(time.getTime() / 1000)),
        [`${prefix}-signature`]: signature,
      },
      body,
    });
  }

  const bounce = (id: string, type = "email.bounced") =>
    JSON.stringify({
      type,
      created_at: "2026-11-22T23:41:12.126Z",
      data: {
        email_id: id,
        to: ["selam@nexus.test"],
        subject: "Soon: Genet",
        tags: [{ name: "sender", value: "nexus" }],
        ...(type === "email.bounced"
          ? { bounce: { message: "No such user", subType: "General", type: "Permanent" } }
          : {}),
      },
    });

  it("notes a mail that has come back, also when it hears of it twice", async () => {
    const mail = await sentMail();
    for (const prefix of ["svix", "webhook"]) {
      const response = await report(bounce(mail.id), { prefix });
      expect([response.status, await response.json()]).toEqual([200, { noted: true }]);
    }
    expect(await mail.state()).toEqual({ state: "bounced", last_error: "General: No such user" });
    const [row] = await world.sql`
      select private.gives_mail_back(private.recipient_hash(${mail.person.email})) as back,
        exists (select from private.failed_messages where user_id = ${mail.person.id}) as seen`;
    expect(row).toEqual({ back: true, seen: true });
  });

  it("notes a complaint, which a bounce that comes later does not hide", async () => {
    const mail = await sentMail();
    await report(bounce(mail.id, "email.complained"));
    await report(bounce(mail.id));
    expect(await mail.state()).toMatchObject({ state: "complained" });
  });

  it.each([
    ["of another body", { signed: "{}" }],
    ["with another secret", { secret: `whsec_${Buffer.from("another secret").toString("base64")}` }],
    ["of an hour ago", { time: new Date(Date.now() - 3_600_000) }],
    ["of tomorrow", { time: new Date(Date.now() + 86_400_000) }],
    ["that is missing", { prefix: "x" }],
  ])("believes no signature %s", async (_case, change) => {
    const mail = await sentMail();
    const response = await report(bounce(mail.id), change);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "invalid_signature" });
    expect(await mail.state()).toMatchObject({ state: "sent" });
  });

  it("passes over what is not about it, and asks for what came too early", async () => {
    for (const body of [
      bounce(crypto.randomUUID(), "email.delivered"),
      bounce(crypto.randomUUID()).replace('nexus"', 'other"'),
    ]) {
      const response = await report(body);
      expect([response.status, await response.json()]).toEqual([200, { noted: false }]);
    }
    expect((await report(bounce(crypto.randomUUID()))).status).toBe(503);
    for (const body of ["{", "[]", '{"type": 5}']) expect((await report(body)).status, body).toBe(400);
  });

  it("knows nothing else", async () => {
    for (const [path, method] of [
      ["/bounces", "GET"],
      ["/unsubscribe", "DELETE"],
      ["/", "GET"],
    ] as const) {
      expect((await send(path, { method })).status).toBe(404);
    }
  });
});

it("says in its log what is not set up, and to the caller that it is not", async () => {
  const bare = createApp(world.asService(), { unsubscribe: undefined, resendWebhook: "" });
  for (const path of ["unsubscribe?token=x", "bounces"]) {
    const response = await bare.fetch(new Request(`http://functions.test/messages/${path}`, { method: "POST" }));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "not_configured" });
  }
});

it("lets an address ask 600 times at once and not without end", async () => {
  const headers = { "x-forwarded-for": "203.0.113.77" };
  const statuses: number[] = [];
  for (let n = 0; n < 800 && statuses.at(-1) !== 429; n += 1) {
    const reply = await app.fetch(new Request("http://functions.test/messages/unsubscribe?token=x", { headers }));
    statuses.push(reply.status);
  }
  expect(statuses.at(-1)).toBe(429);
  expect(statuses.length).toBeGreaterThan(600);
  expect(new Set(statuses)).toEqual(new Set([403, 429]));
});
