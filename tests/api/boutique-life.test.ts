import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { boutiqueStatusMail } from "../../functions/_shared/jobs/boutique-status-mail.ts";
import { makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let admin: Person;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  admin = await world.asAdmin();
});
afterAll(() => world.close());

function application(slug = `shop-${randomUUID()}`) {
  return { slug, name: "Shop", currency: "ETB", timezone: "Africa/Addis_Ababa", message: "We open in Bole." };
}

const setStatus = (
  by: Person,
  id: string,
  status: "active" | "suspended" | "applied",
  reason = "Papers are in order.",
) => by.client.rpc("set_boutique_status", { boutique_id: id, status, reason });

describe("an application", () => {
  it("makes its author the owner of a boutique that the public does not see until an admin approves", async () => {
    const applicant = await world.asCustomer("applicant");
    const { data, error } = await applicant.client.rpc("apply_for_boutique", application());
    expect(error).toBeNull();
    expect(data?.status).toBe("applied");
    const id = data?.id ?? "";
    const seen = async (client = world.asAnon()) => (await client.from("boutiques").select("id").eq("id", id)).data;
    expect(await seen()).toEqual([]);
    expect(await seen(applicant.client)).toHaveLength(1);
    expect((await setStatus(applicant, id, "active")).error).toMatchObject({ code: "PT403", hint: "not_allowed" });
    expect((await setStatus(admin, id, "active")).data?.status).toBe("active");
    expect(await seen()).toHaveLength(1);
    const { data: changes } = await applicant.client
      .from("boutique_status_changes")
      .select("from_status, to_status, reason, actor_id")
      .eq("boutique_id", id)
      .order("id");
    expect(changes).toEqual([
      { from_status: null, to_status: "applied", reason: "We open in Bole.", actor_id: applicant.id },
      { from_status: "applied", to_status: "active", reason: "Papers are in order.", actor_id: admin.id },
    ]);
  });

  it("is refused for an address that is taken, for nonsense, and after three that wait", async () => {
    const applicant = await world.asCustomer("applicant");
    const apply = (change: object) => applicant.client.rpc("apply_for_boutique", { ...application(), ...change });
    const taken = await makeBoutique(world.sql);
    expect((await apply({ slug: taken.slug })).error).toMatchObject({ code: "PT409", hint: "slug_taken" });
    for (const wrong of [{ slug: "A B" }, { currency: "etb" }, { timezone: "Bole" }, { name: " " }, { message: "" }]) {
      expect((await apply(wrong)).error?.code).toBe("23514");
    }
    const results = await Promise.all(Array.from({ length: 10 }, () => apply({})));
    const refused = results.filter(({ error }) => error !== null);
    expect(refused).toHaveLength(7);
    for (const { error } of refused) expect(error).toMatchObject({ code: "PT429", hint: "too_many_applications" });
  });
});

describe("a suspension", () => {
  it("hides the boutique at once, leaves its staff reading, needs a reason and can be undone", async () => {
    const boutique = await makeBoutique(world.sql);
    const owner = await world.asStaff(boutique.id, "owner");
    const variant = await makeVariant(world.sql, boutique);
    const shown = async () => (await world.asAnon().from("products").select("id").eq("id", variant.productId)).data;
    const rename = () => owner.client.from("products").update({ name: "New" }).eq("id", variant.productId).select("id");
    expect((await setStatus(admin, boutique.id, "suspended", "")).error?.code).toBe("23514");
    expect((await setStatus(admin, boutique.id, "applied")).error?.hint).toBe("invalid_status");
    expect((await setStatus(admin, randomUUID(), "active")).error?.hint).toBe("boutique_not_found");
    expect((await setStatus(admin, boutique.id, "suspended", "Complaints")).error).toBeNull();
    expect(await shown()).toEqual([]);
    expect((await owner.client.from("products").select("id").eq("id", variant.productId)).data).toHaveLength(1);
    expect((await rename()).data).toEqual([]);
    const { data } = await owner.client.rpc("my_permissions");
    expect(data?.[0]?.permissions.every((permission) => permission.endsWith(".read"))).toBe(true);
    expect((await setStatus(admin, boutique.id, "active")).error).toBeNull();
    expect(await shown()).toHaveLength(1);
    expect((await rename()).data).toHaveLength(1);
  });

  it("is told to every owner, once, by mail", async () => {
    const boutique = await makeBoutique(world.sql);
    const owner = await world.asStaff(boutique.id, "owner");
    await world.asStaff(boutique.id, "manager");
    await setStatus(admin, boutique.id, "suspended", "Complaints");
    const [job] = await world.sql<{ data: Record<string, string> }[]>`
      select j.data from pgboss.job j
      join public.boutique_status_changes c on c.id = (j.data ->> 'change_id')::uuid
      where j.name = 'mail.boutique_status' and c.boutique_id = ${boutique.id}`;
    const run = () => runJob(world, boutiqueStatusMail, job?.data ?? {});
    const mails = [...(await run()), ...(await run())];
    expect(mails.map(({ to, text }) => [to, text.includes("Complaints")])).toEqual([[owner.email, true]]);
  });
});
