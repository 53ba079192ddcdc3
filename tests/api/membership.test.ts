import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invitationMail } from "../../functions/_shared/jobs/invitation-mail.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { runJob } from "../helpers/run-job.ts";
import { type MemberRole, type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let owner: Person;
let manager: Person;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  boutique = await makeBoutique(world.sql);
  owner = await world.asStaff(boutique.id, "owner");
  manager = await world.asStaff(boutique.id, "manager");
});
afterAll(() => world.close());

/** Invites through the API and runs the job that sends the mail; the token is taken from the mail's link. */
async function invite(by: Person, email: string, role: MemberRole = "stylist") {
  const { data, error } = await by.client.rpc("invite_member", { boutique_id: boutique.id, email, role });
  if (error !== null) throw error;
  return { id: data.id, token: await mailedToken(data.id) };
}

async function mailedToken(invitationId: string): Promise<string> {
  const mails = await runJob(world, invitationMail, { invitation_id: invitationId });
  return mails[0]?.text.match(/https:\/\/shop\.example\/invitations\/accept\?token=(\S+)/)?.[1] ?? "";
}

async function roleOf(person: Person): Promise<string | undefined> {
  const [row] = await world.sql<{ role: string }[]>`
    select role from public.boutique_members where boutique_id = ${boutique.id} and user_id = ${person.id}`;
  return row?.role;
}

describe("an invitation", () => {
  it("makes the owner of the address a member, once", async () => {
    const guest = await world.asCustomer("guest");
    const { id, token } = await invite(manager, guest.email.toUpperCase());
    const accepted = await guest.client.rpc("accept_invitation", { token });
    expect(accepted.error).toBeNull();
    expect(accepted.data).toEqual({ boutique_id: boutique.id, role: "stylist" });
    expect(await roleOf(guest)).toBe("stylist");
    expect((await guest.client.from("garments").select("id")).error).toBeNull();
    const again = await guest.client.rpc("accept_invitation", { token });
    expect(again.error).toMatchObject({ code: "PT404", hint: "invitation_not_found" });
    const [row] = await world.sql`select accepted_by from public.invitations where id = ${id}`;
    expect(row).toEqual({ accepted_by: guest.id });
  });

  it("keeps its token nowhere but in the mail", async () => {
    const { id, token } = await invite(owner, "secret@nexus.test", "manager");
    expect(token).toMatch(/^[\w-]{43}$/);
    const [row] = await world.sql`
      select token_hash = extensions.digest(${token}, 'sha256') as hashed from private.invitation_tokens
      where invitation_id = ${id}`;
    expect(row).toEqual({ hashed: true });
    const [job] = await world.sql<{ data: unknown }[]>`
      select data from pgboss.job where name = 'mail.invitation' and data ->> 'invitation_id' = ${id}`;
    expect(job?.data).toEqual({ invitation_id: id });
  });

  it("is refused to another address, after its time and after it was withdrawn", async () => {
    const [guest, stranger] = await Promise.all([world.asCustomer("guest"), world.asCustomer("stranger")]);
    const { id, token } = await invite(manager, guest.email);
    const accept = (person: Person) => person.client.rpc("accept_invitation", { token });
    expect((await accept(stranger)).error).toMatchObject({ code: "PT403", hint: "other_address" });
    await world.sql`update public.invitations set expires_at = now() - interval '1 second' where id = ${id}`;
    expect((await accept(guest)).error).toMatchObject({ code: "PT410", hint: "invitation_expired" });
    expect((await manager.client.rpc("revoke_invitation", { invitation_id: id })).error).toBeNull();
    expect((await accept(guest)).error).toMatchObject({ code: "PT404", hint: "invitation_not_found" });
    expect(await roleOf(guest)).toBeUndefined();
  });

  it("replaces the open one to the same address", async () => {
    const guest = await world.asCustomer("guest");
    const first = await invite(manager, guest.email);
    const second = await invite(manager, guest.email);
    expect((await guest.client.rpc("accept_invitation", { token: first.token })).error?.hint).toBe(
      "invitation_not_found",
    );
    expect((await guest.client.rpc("accept_invitation", { token: second.token })).error).toBeNull();
  });

  it("cannot be guessed: after ten tries the next ones wait, although each try failed", async () => {
    const guesser = await world.asCustomer("guesser");
    const tries = [];
    for (let n = 0; n < 12; n += 1) tries.push(await guesser.client.rpc("accept_invitation", { token: randomUUID() }));
    expect(tries.map(({ status }) => status)).toEqual([...Array(10).fill(404), 429, 429]);
    const response = await world.fetch("/rest/v1/rpc/accept_invitation", {
      method: "POST",
      headers: {
        apikey: world.keys.publishable,
        authorization: `Bearer ${guesser.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ token: "guess" }),
    });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it.each([
    ["by a stylist", "stylist", "stylist", "not_allowed"],
    ["by a manager for a manager", "manager", "manager", "not_allowed"],
    ["for an owner", "owner", "owner", "owner_by_transfer"],
  ] as const)("is refused %s", async (_what, by, role, hint) => {
    const person = await world.asStaff(boutique.id, by);
    const email = `${randomUUID()}@nexus.test`;
    const { error } = await person.client.rpc("invite_member", { boutique_id: boutique.id, email, role });
    expect(error?.hint).toBe(hint);
    await world.sql`delete from public.boutique_members where user_id = ${person.id}`;
  });

  it("is refused for no address and for a member", async () => {
    const call = (email: string) =>
      manager.client.rpc("invite_member", { boutique_id: boutique.id, email, role: "stylist" });
    expect((await call("nobody")).error?.code).toBe("23514");
    expect((await call(owner.email)).error?.hint).toBe("already_member");
  });
});

describe("a role", () => {
  const change = (by: Person, person: Person, role: MemberRole) =>
    by.client.rpc("change_member_role", { boutique_id: boutique.id, user_id: person.id, role });

  it("is given by those above it, and never by oneself upwards", async () => {
    const stylist = await world.asStaff(boutique.id, "stylist");
    expect((await change(owner, stylist, "manager")).data?.role).toBe("manager");
    expect((await change(manager, stylist, "stylist")).error?.hint).toBe("not_allowed");
    expect((await change(manager, manager, "owner")).error?.hint).toBe("not_allowed");
    expect((await change(stylist, stylist, "owner")).error?.hint).toBe("not_allowed");
    const stranger = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
    expect((await change(stranger, stylist, "stylist")).error?.hint).toBe("not_allowed");
  });

  it("cannot be raised by its owner even with the right to write the table", async () => {
    const stylist = await world.asStaff(boutique.id, "stylist");
    const raise = world.sql.begin(async (tx) => {
      await tx`select set_config('request.jwt.claim.sub', ${stylist.id}, true)`;
      await tx`update public.boutique_members set role = 'owner' where user_id = ${stylist.id}`;
    });
    await expect(raise).rejects.toMatchObject({ code: "PT403", hint: "own_promotion" });
  });

  it("ends with the next request, not with the token", async () => {
    const stylist = await world.asStaff(boutique.id, "stylist");
    const colleagues = () => stylist.client.from("boutique_members").select("user_id").neq("user_id", stylist.id);
    expect((await colleagues()).data?.length).toBeGreaterThan(0);
    const removal = { boutique_id: boutique.id, user_id: stylist.id };
    expect((await manager.client.rpc("remove_member", removal)).error).toBeNull();
    expect((await colleagues()).data).toEqual([]);
    expect((await manager.client.rpc("remove_member", removal)).error?.hint).toBe("member_not_found");
  });
});

describe("the last owner", () => {
  it("neither leaves nor steps down", async () => {
    const leave = { boutique_id: boutique.id, user_id: owner.id };
    expect((await owner.client.rpc("remove_member", leave)).error).toMatchObject({ code: "PT409", hint: "last_owner" });
    const stepDown = await owner.client.rpc("change_member_role", { ...leave, role: "manager" });
    expect(stepDown.error?.hint).toBe("last_owner");
    await expect(world.sql`delete from public.profiles where id = ${owner.id}`).rejects.toMatchObject({
      hint: "last_owner",
    });
    expect(await roleOf(owner)).toBe("owner");
  });

  it("is always left, when two owners leave at the same moment, 20 times over", async () => {
    for (let round = 0; round < 20; round += 1) {
      const shop = await makeBoutique(world.sql);
      const pair = await Promise.all([world.asStaff(shop.id, "owner"), world.asStaff(shop.id, "owner")]);
      const results = await Promise.all(
        pair.map(({ client, id }) => client.rpc("remove_member", { boutique_id: shop.id, user_id: id })),
      );
      expect(results.map(({ error }) => error?.hint ?? "left").sort()).toEqual(["last_owner", "left"]);
    }
  });

  it("hands the boutique over", async () => {
    const shop = await makeBoutique(world.sql);
    const [giver, taker] = [await world.asStaff(shop.id, "owner"), await world.asStaff(shop.id, "manager")];
    const transfer = (by: Person, to: Person) =>
      by.client.rpc("transfer_ownership", { boutique_id: shop.id, user_id: to.id });
    expect((await transfer(taker, taker)).error?.hint).toBe("not_allowed");
    expect((await transfer(giver, manager)).error?.hint).toBe("member_not_found");
    expect((await transfer(giver, taker)).error).toBeNull();
    const roles = await world.sql`
      select user_id, role from public.boutique_members where boutique_id = ${shop.id} order by role`;
    expect([...roles]).toEqual([
      { user_id: giver.id, role: "manager" },
      { user_id: taker.id, role: "owner" },
    ]);
  });
});

describe("my_permissions", () => {
  it("says what the policies allow, per boutique, and nothing to a customer", async () => {
    const shop = await makeBoutique(world.sql);
    const person = await world.asStaff(shop.id, "stylist");
    await world.sql`
      insert into public.boutique_members (boutique_id, user_id, role) values (${boutique.id}, ${person.id}, 'manager')`;
    const { data } = await person.client.rpc("my_permissions");
    const may = (id: string) => data?.find((row) => row.boutique_id === id)?.permissions ?? [];
    expect(may(shop.id)).toContain("catalog.read");
    expect(may(shop.id)).not.toContain("catalog.write");
    expect(may(boutique.id)).toContain("catalog.write");
    expect(may(boutique.id)).not.toContain("boutique.transfer");
    const insert = (id: string) =>
      person.client.from("products").insert({ boutique_id: id, slug: `gown-${randomUUID()}`, name: "Gown" });
    expect((await insert(shop.id)).error?.code).toBe("42501");
    expect((await insert(boutique.id)).error).toBeNull();
    const customer = await world.asCustomer("customer");
    expect((await customer.client.rpc("my_permissions")).data).toEqual([]);
  });
});
