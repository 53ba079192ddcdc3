import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { landingOf, offerOf } from "../helpers/auth-mail.ts";
import { World } from "../helpers/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.create({ auth: { confirmEmail: true } });
});
afterAll(() => world.close());

const password = "a-long-password";

/** Signs up and returns what the mail offers. */
async function signUp() {
  const email = `bride-${randomUUID()}@nexus.test`;
  const { data, error } = await world.asAnon().auth.signUp({ email, password });
  expect(error).toBeNull();
  expect(data.session).toBeNull();
  const [mail] = world.mails.messages.get(email) ?? [];
  expect(mail?.subject).toBe("Confirm your address");
  expect(mail?.html).toContain(">NEXUS<");
  expect(mail?.html).not.toContain("{{");
  return { email, id: data.user?.id ?? "", ...offerOf(mail?.html ?? "") };
}

const signIn = async (email: string) =>
  (await world.asAnon().auth.signInWithPassword({ email, password })).error?.code ?? "signed in";

it("lets nobody in before the address is confirmed", async () => {
  const { email } = await signUp();
  expect(await signIn(email)).toBe("email_not_confirmed");
});

it("is confirmed by the link of its mail, which gives a session", async () => {
  const { email, id, link } = await signUp();
  expect(link.origin).toBe(world.apiUrl);
  const { fragment } = landingOf(await world.fetch(link, { redirect: "manual" }));
  const { data } = await world.asAnon().auth.getUser(fragment.get("access_token") ?? "");
  expect(data.user?.id).toBe(id);
  expect(await signIn(email)).toBe("signed in");
});

it.each(["signup", "email"] as const)(
  "is confirmed by the code of the same mail, and by no other (%s)",
  async (type) => {
    const { email, code } = await signUp();
    const client = world.asAnon();
    const wrong = code === "000000" ? "000001" : "000000";
    expect((await client.auth.verifyOtp({ email, token: wrong, type })).error?.code).toBe("otp_expired");
    expect((await client.auth.verifyOtp({ email, token: code, type })).error).toBeNull();
    expect(await signIn(email)).toBe("signed in");
  },
);
