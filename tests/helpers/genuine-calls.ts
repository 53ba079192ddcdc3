import { randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { unsubscribeToken } from "../../functions/_shared/notifications/unsubscribe-token.ts";
import { testEventHeaders } from "../../functions/_shared/payments/test-events.ts";
import { offerOf } from "./auth-mail.ts";
import type { Cast } from "./cast.ts";
import { makeBoutique } from "./fixtures.ts";
import type { Genuine } from "./made-calls.ts";
import { makeForSale, order } from "./orders.ts";
import { Paying } from "./paying.ts";
import { unsubscribeSecret } from "./run-job.ts";
import { makeEndpoint } from "./webhooks.ts";
import type { World } from "./world.ts";

/** A call that succeeds. */
export interface GenuineCall extends Genuine {
  /** Headers that let a body in, for those who have neither key nor session. */
  readonly seal?: (body: string) => Readonly<Record<string, string>>;
}

const jobsSecret = "a-secret-of-the-tests";
const resendSecret = `whsec_${Buffer.from("a secret of the webhook of tests").toString("base64")}`;

/** The functions with all that they can be given. */
export const openFunctions = (world: World): Promise<Paying> =>
  Paying.open(world, {
    SUPABASE_DB_URL: world.databaseUrl,
    JOBS_SECRET: jobsSecret,
    UNSUBSCRIBE_SECRET: unsubscribeSecret,
    RESEND_WEBHOOK_SECRET: resendSecret,
  });

function sealed(body: string): Record<string, string> {
  const [id, at] = [randomUUID(), new Date()];
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(resendSecret).sign(id, at, body),
  };
}

/** What is there to be called about, and per operation a call about it that succeeds. */
export async function genuineCalls(world: World, cast: Cast, paying: Paying): Promise<Record<string, GenuineCall>> {
  return { ...(await authCalls(world)), ...(await storageCalls(cast)), ...(await functionCalls(world, cast, paying)) };
}

async function authCalls(world: World): Promise<Record<string, GenuineCall>> {
  const [one, two, three] = [await world.asCustomer(), await world.asCustomer(), await world.asCustomer()];
  await one.client.auth.signInWithOtp({ email: one.email });
  const { code } = offerOf(world.mails.messages.get(one.email)?.at(-1)?.html ?? "");
  const token = one.accessToken;
  const password = "a-long-password";
  return {
    "auth.sign_up": { json: { email: "abebe@nexus.test", password, data: { display_name: "Abebe", locale: "am" } } },
    "auth.token": { params: { grant_type: "password" }, json: { email: one.email, password } },
    "auth.otp": { json: { email: two.email } },
    "auth.verify": { json: { email: one.email, token: code, type: "email" } },
    "auth.recover": { json: { email: three.email } },
    "auth.resend": { json: { email: "nobody@nexus.test", type: "signup" } },
    "auth.user": { token },
    "auth.update_user": { token, json: { data: { locale: "am" } } },
    "auth.sign_out": { token: two.accessToken },
    "auth.settings": {},
  };
}

async function storageCalls({ customer }: Cast): Promise<Record<string, GenuineCall>> {
  const token = customer.accessToken;
  const picture = new Blob(["a picture"], { type: "image/png" });
  const place = (name: string) => ({ bucket: "avatars", path: `${customer.id}/${name}.png` });
  for (const name of ["kept", "gone"]) {
    const { error } = await customer.client.storage.from("avatars").upload(place(name).path, picture);
    if (error !== null) throw error;
  }
  const file = { token, body: "a picture", headers: { "content-type": "image/png" } };
  return {
    "storage.upload": { params: place("new"), ...file },
    "storage.replace": { params: place("kept"), ...file },
    "storage.download": { params: place("kept"), token },
    "storage.public": { params: place("kept") },
    "storage.delete": { params: { bucket: "avatars" }, json: { prefixes: [place("gone").path] }, token },
    "storage.list": { params: { bucket: "avatars" }, json: { prefix: customer.id, limit: 10, offset: 0 }, token },
    "storage.sign": { params: place("kept"), json: { expiresIn: 60 }, token },
    "storage.sign_upload": { params: place("to-come"), token },
  };
}

async function functionCalls(world: World, cast: Cast, paying: Paying): Promise<Record<string, GenuineCall>> {
  const { boutique, gown, customer, owner, manager } = cast;
  const feed = await customer.client.rpc("create_calendar_feed", {
    kind: "customer",
    subject_id: customer.id,
    label: "",
  });
  if (feed.error !== null) throw feed.error;
  const [show] = await world.sql<{ slug: string }[]>`
    select slug from public.fashion_shows where id = ${cast.rows["fashion_shows"]?.["id"] ?? ""}`;
  const endpoint = await makeEndpoint(manager, boutique.id, "https://example.com/hook");
  const buyer = await world.asCustomer("buyer");
  const veil = await makeForSale(world.sql, await makeBoutique(world.sql), { stock: 5, price: 10_000 });
  const payment = await paying.paymentOf((await order(buyer, [{ variantId: veil.id }])).id);
  const { attempt_id } = await paying.started(buyer, payment.id);
  const product = { boutique: boutique.slug, slug: gown.productSlug };
  const ofShow = { boutique: boutique.slug, slug: show?.slug ?? "" };
  const jobs = { seal: () => ({ "x-jobs-secret": jobsSecret }) };
  const unsubscribe = {
    params: { token: await unsubscribeToken({ userId: customer.id, topic: "news" }, unsubscribeSecret) },
  };
  return {
    "calendar.feed": { params: { file: feed.data.path?.split("/").at(-1) ?? "" } },
    "calendar.show": { params: { boutique: boutique.slug, file: `${show?.slug}.ics` } },
    "catalog.list": { params: { limit: "2" } },
    "catalog.product": { params: product },
    "catalog.structured_data": { params: product },
    "catalog.shows": {},
    "catalog.show": { params: ofShow },
    "catalog.show_structured_data": { params: ofShow },
    "catalog.export": { params: { boutique: boutique.slug }, token: owner.accessToken },
    "catalog.sitemaps": {},
    "catalog.sitemap": { params: { boutique: `${boutique.slug}.xml` } },
    "docs.page": {},
    "docs.file": { params: { file: "postman.json" } },
    "graphql.ask": { json: { query: "{ __typename }" } },
    "graphql.read": { params: { query: "{ __typename }" } },
    "jobs.drain": jobs,
    "jobs.health": jobs,
    "messages.ask": unsubscribe,
    "messages.unsubscribe": unsubscribe,
    "messages.bounces": { json: { type: "email.bounced", data: { email_id: randomUUID() } }, seal: sealed },
    "payments.methods": { params: { currency: "ETB" } },
    "payments.start": {
      json: { payment_id: payment.id, provider: "test", return_url: "https://shop.example/done" },
      token: buyer.accessToken,
    },
    "payments.check": { params: { payment_id: payment.id }, token: buyer.accessToken },
    "payments.return": { params: { attempt_id } },
    "payments.save_account": {
      params: { boutique_id: boutique.id, provider: "chapa" },
      json: { secret_key: "a key of tests", webhook_secret: "a secret of tests" },
      token: owner.accessToken,
    },
    "webhooks.secret": { params: { id: endpoint.id }, token: manager.accessToken },
    "webhooks.payment_event": {
      params: { provider: "test" },
      json: { type: "session.seen", data: {} },
      seal: (body) => testEventHeaders(paying.bank.secret, `evt_${randomUUID()}`, body, new Date()),
    },
  };
}
