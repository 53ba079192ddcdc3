import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { indexProducts } from "../../functions/_shared/jobs/index-products.ts";
import { publishProducts } from "../../functions/_shared/jobs/publish-products.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let manager: Person;
let admin: Person;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  manager = await world.asStaff(boutique.id, "manager");
  admin = await world.asAdmin();
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

const tag = () => randomUUID().slice(0, 8);
async function category(parent_id: string | null = null): Promise<string> {
  const { data, error } = await admin.client
    .from("categories")
    .insert({ slug: `category-${tag()}`, name: "Gowns", parent_id })
    .select("id")
    .single();
  if (error !== null) throw error;
  return data.id;
}
const product = (more: Record<string, unknown> = {}, by = manager) =>
  by.client
    .from("products")
    .insert({ boutique_id: boutique.id, slug: `gown-${tag()}`, name: "Gown", ...more })
    .select()
    .single();

describe("the attributes of a product", () => {
  it("are those that its category defines, the nearest definition first", async () => {
    const gowns = await category();
    const bridal = await category(gowns);
    const define = (category_id: string, key: string, more: object) =>
      admin.client
        .from("attribute_definitions")
        .insert({ category_id, key, label: key, kind: "choice", ...more } as never);
    expect((await define(gowns, "fabric", { choices: ["lace", "silk"], takes_many: true })).error).toBeNull();
    expect((await define(gowns, "train_cm", { kind: "number", unit: "cm" })).error).toBeNull();
    expect((await define(bridal, "fabric", { choices: ["lace"] })).error).toBeNull();
    const write = async (category_id: string, attributes: object) => {
      const { error } = await product({ category_id, attributes });
      return error === null ? "ok" : [error.code, error.hint, JSON.parse(error.details ?? "{}").problems];
    };
    expect(await write(gowns, { fabric: ["lace", "silk"], train_cm: 120 })).toBe("ok");
    expect(await write(bridal, { fabric: "lace", train_cm: 120 })).toBe("ok");
    for (const [attributes, problem] of [
      [{ fabric: "silk" }, { key: "fabric", problem: "not_a_value", choices: ["lace"] }],
      [{ fabric: ["lace"] }, { key: "fabric", problem: "not_a_value", choices: ["lace"] }],
      [{ train_cm: "long" }, { key: "train_cm", problem: "not_a_value", choices: null }],
      [{ colour: "white" }, { key: "colour", problem: "unknown", choices: null }],
    ] as const) {
      expect(await write(bridal, attributes)).toEqual(["PT400", "invalid_attributes", [problem]]);
    }
    expect(await write(gowns, { fabric: "lace" })).toEqual([
      ...["PT400", "invalid_attributes"],
      [{ key: "fabric", problem: "not_an_array_of_values", choices: ["lace", "silk"] }],
    ]);
    const { data } = await world.asAnon().rpc("category_attributes", { category_id: bridal });
    expect(data?.map(({ key, choices }) => [key, choices])).toEqual([
      ["fabric", ["lace"]],
      ["train_cm", []],
    ]);
    expect(await write(await category(), { anything: [1, { goes: true }] })).toBe("ok");
  });

  it("of products that are there stay until somebody writes them", async () => {
    const gowns = await category();
    const { data } = await product({ category_id: gowns, attributes: { fabric: "wool" } });
    await admin.client
      .from("attribute_definitions")
      .insert({ category_id: gowns, key: "fabric", label: "Fabric", kind: "choice", choices: ["lace"] });
    const of = () =>
      manager.client
        .from("products")
        .update({ name: "Renamed" })
        .eq("id", data?.id ?? "")
        .select("name");
    expect((await of()).data).toEqual([{ name: "Renamed" }]);
    const { error } = await manager.client
      .from("products")
      .update({ attributes: { fabric: "wool" } })
      .eq("id", data?.id ?? "");
    expect(error).toMatchObject({ code: "PT400", hint: "invalid_attributes" });
  });
});

describe("a draft with a time", () => {
  it("is published by a job when that has come, and not before", async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const { data } = await product({ publish_at: inAnHour });
    const state = async () =>
      (await world.sql`select status, publish_at is null as done from public.products where id = ${data?.id ?? ""}`)[0];
    await runJob(world, publishProducts, {});
    expect(await state()).toEqual({ status: "draft", done: false });
    await world.sql`update public.products set publish_at = now() where id = ${data?.id ?? ""}`;
    await runJob(world, publishProducts, {});
    expect(await state()).toEqual({ status: "published", done: true });
    const { error } = await manager.client
      .from("products")
      .update({ publish_at: inAnHour })
      .eq("id", data?.id ?? "");
    expect(error).toMatchObject({ code: "23514" });
  });
});

describe("what many products have in common", () => {
  it("is found after it was changed: the name of a designer, a category, the city of a boutique", async () => {
    const own = await makeBoutique(world.sql);
    const { productId, productSlug } = await makeVariant(world.sql, own);
    const gowns = await category();
    const [designer] = await world.sql<{ id: string }[]>`
      insert into public.designers (slug, label) values (${`d-${tag()}`}, 'Old Label') returning id`;
    await world.sql`update public.products set designer_id = ${designer?.id ?? ""}, category_id = ${gowns} where id = ${productId}`;
    const work = async () => {
      const jobs = await world.sql<{ data: { of: "designer"; id: string } }[]>`
        update pgboss.job set state = 'completed' where name = 'catalog.index' and state = 'created' returning data`;
      for (const { data } of jobs) await runJob(world, indexProducts, data);
    };
    const finds = async (q: string) => {
      await world.sql`delete from private.rate_limits`;
      const { data } = await world.asAnon().rpc("search_products", { q });
      return (data as unknown as { products: { slug: string }[] }).products.some(({ slug }) => slug === productSlug);
    };
    await work();
    for (const [change, word] of [
      [world.sql`update public.designers set label = 'Quetzal' where id = ${designer?.id ?? ""}`, "quetzal"],
      [world.sql`update public.categories set name = 'Kimonos' where id = ${gowns}`, "kimonos"],
      [world.sql`update public.categories set translations = '{"am": {"name": "ኪሞኖ"}}' where id = ${gowns}`, "ኪሞኖ"],
      [world.sql`update public.locations set city = 'Gondar' where boutique_id = ${own.id}`, "gondar"],
      [world.sql`update public.boutiques set name = 'Yggdrasil' where id = ${own.id}`, "yggdrasil"],
    ] as const) {
      expect(await finds(word), word).toBe(false);
      await change;
      await work();
      expect(await finds(word), word).toBe(true);
    }
  });
});

describe("categories", () => {
  it("are a tree, also when two are moved at the same time", async () => {
    const [a, b] = [await category(), await category()];
    const move = (id: string, parent_id: string) => admin.client.from("categories").update({ parent_id }).eq("id", id);
    expect((await move(a, a)).error).toMatchObject({ code: expect.stringMatching(/^(PT409|23514)$/) });
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all([move(a, b), move(b, a)]);
      expect(answers.filter(({ error }) => error === null)).toHaveLength(1);
      expect(answers.find(({ error }) => error !== null)?.error).toMatchObject({
        code: "PT409",
        hint: "category_ring",
      });
      await world.sql`update public.categories set parent_id = null where id in (${a}, ${b})`;
    }
  });
});

describe("what is written while a product is published, or a boutique suspended", () => {
  it("is shown or hidden with it", async () => {
    const own = await makeBoutique(world.sql);
    for (let round = 0; round < 15; round += 1) {
      const { productId } = await makeVariant(world.sql, own, { status: "draft" });
      await Promise.all([
        world.sql`update public.products set status = 'published' where id = ${productId}`,
        world.sql`insert into public.product_translations (product_id, boutique_id, locale, name) values (${productId}, ${own.id}, 'am', 'ቀሚስ')`,
      ]);
      const [row] = await world.sql`select listed from public.product_translations where product_id = ${productId}`;
      expect(row).toEqual({ listed: true });
    }
    for (let round = 0; round < 15; round += 1) {
      await Promise.all([
        world.sql`update public.boutiques set status = 'suspended' where id = ${own.id}`,
        world.sql`
          insert into public.collections (boutique_id, slug, name, is_published) values (${own.id}, ${`c-${tag()}`}, 'Late', true)`,
        world.sql`
          insert into public.products (boutique_id, slug, name, status) values (${own.id}, ${`p-${tag()}`}, 'Late', 'published')`,
      ]);
      const seen = await world.sql`
        select from public.collections where boutique_id = ${own.id} and listed
        union all select from public.products where boutique_id = ${own.id} and listed`;
      expect(seen).toHaveLength(0);
      await world.sql`update public.boutiques set status = 'active' where id = ${own.id}`;
    }
    expect(await world.sql`select * from private.document_check()`).toEqual([]);
  });
});

describe("a boutique with more than a thousand products", () => {
  it("is hidden at once when it is suspended, and found again by a job", async () => {
    const own = await makeBoutique(world.sql);
    await world.sql`
      insert into public.products (boutique_id, slug, name, status)
      select ${own.id}, 'gown-' || n, 'Multitude', 'published' from generate_series(1, 1100) n`;
    const count = async () =>
      (await world.sql`select count(*)::int as n from private.product_documents where boutique_id = ${own.id}`)[0]?.[
        "n"
      ];
    const work = async () => {
      const jobs = await world.sql<{ data: { of: "boutique"; id: string } }[]>`
        update pgboss.job set state = 'completed' where name = 'catalog.index' and state = 'created' returning data`;
      for (const { data } of jobs) await runJob(world, indexProducts, data);
    };
    await work();
    expect(await count()).toBe(1100);
    await world.sql`update public.boutiques set status = 'suspended' where id = ${own.id}`;
    expect(await count()).toBe(0);
    await world.sql`update public.boutiques set status = 'active' where id = ${own.id}`;
    await work();
    expect(await count()).toBe(1100);
  });

  it("and another bring the same new words without waiting in a circle", async () => {
    const two = [await makeBoutique(world.sql), await makeBoutique(world.sql)];
    for (let round = 0; round < 4; round += 1) {
      for (const { id } of two) {
        await world.sql`
          insert into public.products (boutique_id, slug, name)
          select ${id}, ${`r${round}-`} || n, 'Word' || (n * 7919 % 300) || ${`r${round}`} from generate_series(1, 300) n`;
      }
      await Promise.all(
        two.map(
          ({ id }) =>
            world.sql`update public.products set status = 'published' where boutique_id = ${id} and status = 'draft'`,
        ),
      );
    }
    expect(await world.sql`select * from private.document_check()`).toEqual([]);
  });
});

describe("a collection", () => {
  it("is seen when it is published and its boutique is active, with its products in their order", async () => {
    const { data: collection } = await manager.client
      .from("collections")
      .insert({ boutique_id: boutique.id, slug: `spring-${tag()}`, name: "Spring", season: "Spring 2027" })
      .select()
      .single();
    const gowns = [await product({ status: "published" }), await product({ status: "published" }), await product()];
    for (const [position, { data }] of gowns.entries()) {
      const { error } = await manager.client.from("collection_products").insert({
        collection_id: collection?.id ?? "",
        product_id: data?.id ?? "",
        boutique_id: boutique.id,
        position: 9 - position,
      });
      expect(error).toBeNull();
    }
    const seen = async () => {
      const { data } = await world
        .asAnon()
        .from("collections")
        .select("name, collection_products(position, products(id))")
        .eq("id", collection?.id ?? "")
        .order("position", { referencedTable: "collection_products" });
      return data?.[0]?.collection_products.map(({ products }) => products?.id ?? "hidden");
    };
    expect(await seen()).toBeUndefined();
    await manager.client
      .from("collections")
      .update({ is_published: true })
      .eq("id", collection?.id ?? "");
    expect(await seen()).toEqual(["hidden", gowns[1]?.data?.id, gowns[0]?.data?.id]);
    await world.sql`delete from private.rate_limits`;
    const { data: found } = await world
      .asAnon()
      .rpc("search_products", { filters: { collection: collection?.id ?? "" } });
    expect((found as unknown as { products: unknown[] }).products).toHaveLength(2);
    await world.sql`update public.boutiques set status = 'suspended' where id = ${boutique.id}`;
    expect(await seen()).toBeUndefined();
    await world.sql`update public.boutiques set status = 'active' where id = ${boutique.id}`;
    expect(await seen()).toHaveLength(3);
  });
});

describe("a size chart", () => {
  it("is the designer's for the nearest category of the product", async () => {
    const gowns = await category();
    const bridal = await category(gowns);
    const [designer] = await world.sql<{ id: string }[]>`
      insert into public.designers (slug, label) values (${`d-${tag()}`}, 'Label') returning id`;
    const designer_id = designer?.id ?? "";
    const chart = async (category_id: string | null, size: string) => {
      const { data } = await admin.client
        .from("size_charts")
        .insert({ designer_id, category_id })
        .select("id")
        .single();
      const { error } = await admin.client
        .from("size_chart_rows")
        .insert({ chart_id: data?.id ?? "", size, bust_cm: "[88,92)", waist_cm: "[70,74)" });
      expect(error).toBeNull();
    };
    await chart(null, "of all");
    await chart(gowns, "of gowns");
    const of = async (category_id: string | null) => {
      const { data } = await product({ status: "published", designer_id, category_id });
      return (await world.asAnon().rpc("size_chart", { product_id: data?.id ?? "" })).data?.map(({ size }) => size);
    };
    expect(await of(bridal)).toEqual(["of gowns"]);
    expect(await of(null)).toEqual(["of all"]);
    const { error } = await admin.client
      .from("size_chart_rows")
      .insert({ chart_id: randomUUID(), size: "X", bust_cm: "[500,600)" });
    expect(error).toMatchObject({ code: expect.stringMatching(/^(23514|23503)$/) });
  });
});

describe("what a customer likes", () => {
  it("is hers alone, and of what she may see", async () => {
    const { data: shown } = await product({ status: "published" });
    const { data: hidden } = await product();
    const like = (product_id: string, by = bride) =>
      by.client.from("favorites").insert({ customer_id: by.id, product_id });
    expect((await like(shown?.id ?? "")).error).toBeNull();
    expect((await like(shown?.id ?? "")).error).toMatchObject({ code: "23505" });
    expect((await like(hidden?.id ?? "")).error).toMatchObject({ code: "42501" });
    const { data } = await bride.client
      .from("favorites")
      .select("products(slug)")
      .eq("product_id", shown?.id ?? "");
    expect(data).toEqual([{ products: { slug: shown?.slug } }]);
    expect((await manager.client.from("favorites").select()).data).toEqual([]);
  });

  it("is shared with who has the token, as long as she wants, and says nothing of her", async () => {
    const { data: gown } = await product({ status: "published", name: "Shared gown" });
    const { data: book } = await bride.client
      .from("lookbooks")
      .insert({ customer_id: bride.id, title: "For mother" })
      .select()
      .single();
    await bride.client
      .from("lookbook_items")
      .insert({ lookbook_id: book?.id ?? "", customer_id: bride.id, product_id: gown?.id ?? "", note: "The sleeves!" });
    const share = async (shared: boolean, by = bride) =>
      by.client.rpc("share_lookbook", { lookbook_id: book?.id ?? "", shared });
    expect((await share(true, manager)).error).toMatchObject({ code: "PT404", hint: "lookbook_not_found" });
    const first = (await share(true)).data?.share_token ?? "";
    expect((await share(true)).data?.share_token).toBe(first);
    const read = (share_token: string) => world.asAnon().rpc("shared_lookbook", { share_token });
    const { data } = await read(first);
    expect(data).toEqual({
      title: "For mother",
      products: [expect.objectContaining({ product_id: gown?.id, name: "Shared gown", note: "The sleeves!" })],
    });
    expect(JSON.stringify(data)).not.toContain(bride.id);
    await world.sql`update public.products set status = 'archived' where id = ${gown?.id ?? ""}`;
    expect((await read(first)).data).toMatchObject({ products: [] });
    await share(false);
    expect((await read(first)).error).toMatchObject({ code: "PT404", hint: "lookbook_not_found" });
    expect((await share(true)).data?.share_token).not.toBe(first);
    expect((await world.asAnon().from("lookbooks").select()).error).toMatchObject({ code: "42501" });
  });
});

describe("a slug that a product had", () => {
  it("leads to it when it was public, until another product takes it", async () => {
    const { data: shown } = await product({ status: "published" });
    const { data: draft } = await product();
    const rename = (id: string, slug: string) => manager.client.from("products").update({ slug }).eq("id", id);
    const leads = async (slug: string) =>
      (
        await world.sql`select product_id from public.product_slugs where slug = ${slug} and boutique_id = ${boutique.id}`
      )[0]?.["product_id"];
    const [first, second] = [`first-${tag()}`, `second-${tag()}`];
    const old = shown?.slug ?? "";
    await rename(shown?.id ?? "", first);
    await rename(shown?.id ?? "", second);
    expect([await leads(old), await leads(first), await leads(second)]).toEqual([shown?.id, shown?.id, undefined]);
    await rename(draft?.id ?? "", `other-${tag()}`);
    expect(await leads(draft?.slug ?? "")).toBeUndefined();
    await rename(draft?.id ?? "", first);
    expect([await leads(old), await leads(first)]).toEqual([shown?.id, undefined]);
    await rename(shown?.id ?? "", old);
    expect([await leads(old), await leads(second)]).toEqual([undefined, shown?.id]);
  });
});
