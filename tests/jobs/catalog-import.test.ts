import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { batchLimits } from "../../functions/_shared/catalog/batch-products.ts";
import { importCatalog, importQueue } from "../../functions/_shared/jobs/import-catalog.ts";
import { prune } from "../../functions/_shared/jobs/prune.ts";
import type { JobContext, Queue } from "../../functions/_shared/jobs/queue.ts";
import { createApp } from "../../functions/catalog/app.ts";
import { createCatalog } from "../../functions/catalog/catalog.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { Died, Mortal } from "../helpers/mortal.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Client, type Person, World } from "../helpers/world.ts";

const bucket = "catalog-imports";
let world: World;
let boutique: BoutiqueFixture;
let manager: Person;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  const [category] = await world.sql<{ id: string }[]>`
    insert into public.categories (slug, name) values ('gowns', 'Gowns') returning id`;
  await world.sql`insert into public.categories (slug, name) values ('free', 'Anything')`;
  await world.sql`insert into public.designers (slug, label) values ('atelier-bole', 'Atelier Bole')`;
  await world.sql`
    insert into public.attribute_definitions (category_id, key, label, kind, choices, takes_many) values
      (${category?.id ?? ""}, 'silhouette', 'Silhouette', 'choice', '{a-line,mermaid,38}', false),
      (${category?.id ?? ""}, 'fabric', 'Fabric', 'choice', '{lace,tulle}', true),
      (${category?.id ?? ""}, 'train_cm', 'Train', 'number', '{}', false),
      (${category?.id ?? ""}, 'handmade', 'Made by hand', 'boolean', '{}', false)`;
});
afterAll(() => world.close());
beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
  manager = await world.asStaff(boutique.id, "manager");
});

// What staff do -------------------------------------------------------------------------------------------------------

type Format = "csv" | "json" | "ndjson";
const types = { csv: "text/csv", json: "application/json", ndjson: "application/x-ndjson" } as const;

async function upload(content: string | Uint8Array<ArrayBuffer>, format: Format = "csv", client = manager.client) {
  const path = `${boutique.id}/${randomUUID()}.${format}`;
  const { error } = await client.storage.from(bucket).upload(path, new Blob([content], { type: types[format] }));
  if (error !== null) throw error;
  return path;
}

const start = (path: string, format: Format = "csv", isDryRun = false, client: Client = manager.client) =>
  client.rpc("start_catalog_import", {
    boutique_id: boutique.id,
    storage_path: path,
    format,
    idempotency_key: randomUUID(),
    is_dry_run: isDryRun,
  });

async function started(content: string | Uint8Array<ArrayBuffer>, format: Format = "csv", isDryRun = false) {
  const { data, error } = await start(await upload(content, format), format, isDryRun);
  if (error !== null) throw error;
  return data.id;
}

async function importOf(id: string) {
  const { data, error } = await manager.client.from("catalog_imports").select().eq("id", id).single();
  if (error !== null) throw error;
  return data;
}

async function refusalsOf(id: string) {
  const { data, error } = await manager.client
    .from("catalog_import_refusals")
    .select("line, sku, code, message")
    .eq("import_id", id)
    .order("line")
    .order("id");
  if (error !== null) throw error;
  return data;
}

const run = (id: string, queue: Queue = importCatalog, other: Partial<JobContext> = {}) =>
  runJob(world, queue, { import_id: id }, other);

async function imported(content: string | Uint8Array<ArrayBuffer>, format: Format = "csv", isDryRun = false) {
  const id = await started(content, format, isDryRun);
  await run(id);
  return { ...(await importOf(id)), refusals: await refusalsOf(id) };
}

/** Everything that the boutique has, without what differs from one run to the next. */
async function catalogOf(id = boutique.id) {
  const rows = await world.sql`
    select p.slug, p.name, p.description, p.locale, c.slug as category, d.slug as designer, p.tags, p.style_code, p.lead_days, p.status,
      p.for_sale, p.for_rent, p.made_to_order, p.attributes, v.sku, v.size, v.color, v.sale_price, v.rental_price_per_day, v.deposit
    from public.products p
    left join public.categories c on c.id = p.category_id
    left join public.designers d on d.id = p.designer_id
    left join public.product_variants v on v.product_id = p.id
    where p.boutique_id = ${id} order by p.slug, v.sku`;
  return [...rows];
}

const codes = (refusals: readonly { line: number; code: string }[]) =>
  refusals.map(({ line, code }) => `${line} ${code}`);

// Files ---------------------------------------------------------------------------------------------------------------

const header =
  "product_slug,product_name,description,locale,category,designer,tags,status,for_sale,for_rent,attribute.silhouette,attribute.fabric,sku,size,color,sale_price,rental_price_per_day,deposit";
const good = `${header}
genet,Genet,"A gown, with ""lace""
and a train",en,gowns,atelier-bole,boho|beach,published,yes,TRUE,a-line,lace|tulle,G-38,38,ivory,2500000,100000,50000
genet,,,,,,,,,,,,G-40,40,ivory,2600000,,
hana,ሐና ቀሚስ,ውብ ቀሚስ,am,gowns,,,draft,no,yes,38,lace,H-38,38,,,90000,10000
`;

/** Rows of n products with two variants each. */
function many(products: number): string {
  const rows = Array.from({ length: products }, (_, n) =>
    [36, 38].map((size) => `gown-${n},Gown ${n},,en,gowns,,,published,,,a-line,,S-${n}-${size},${size},,1000${n},,`),
  );
  return `${header}\n${rows.flat().join("\n")}\n`;
}

const small = importQueue({ ...batchLimits, products: 2 }, 60);

describe("an import", () => {
  it("writes what the file says", async () => {
    const result = await imported(`\uFEFF${good.replaceAll("\n", "\r\n")}`);
    expect(result).toMatchObject({
      state: "done",
      rows_total: 3,
      rows_read: 3,
      rows_refused: 0,
      products_written: 2,
      variants_written: 3,
      failure: null,
      started_by: manager.id,
      refusals: [],
    });
    expect(await catalogOf()).toMatchObject([
      {
        slug: "genet",
        name: "Genet",
        description: 'A gown, with "lace"\r\nand a train',
        category: "gowns",
        designer: "atelier-bole",
        tags: ["boho", "beach"],
        status: "published",
        for_sale: true,
        for_rent: true,
        attributes: { silhouette: "a-line", fabric: ["lace", "tulle"] },
        sku: "G-38",
        size: "38",
        color: "ivory",
        sale_price: "2500000",
        rental_price_per_day: "100000",
        deposit: "50000",
      },
      { slug: "genet", sku: "G-40", sale_price: "2600000", rental_price_per_day: null, deposit: "0" },
      {
        slug: "hana",
        name: "ሐና ቀሚስ",
        locale: "am",
        designer: null,
        for_sale: false,
        attributes: { silhouette: "38", fabric: ["lace"] },
        color: "",
      },
    ]);
    const [document] = await world.sql`
      select from private.product_documents where boutique_id = ${boutique.id} and name_folded = 'genet'`;
    expect(document).toBeDefined();
    expect(await world.sql`select * from private.document_check()`).toHaveLength(0);
    const log = await world.sql`
      select distinct actor_id from public.audit_log where boutique_id = ${boutique.id} and table_name = 'products'`;
    expect([...log]).toEqual([{ actor_id: manager.id }]);
    expect(await world.sql`select from private.catalog_import_keys`).toHaveLength(0);
  });

  it("takes JSON and lines of JSON as it takes CSV", async () => {
    await imported(good);
    const expected = await catalogOf();
    const rows = [
      {
        product_slug: "genet",
        product_name: "Genet",
        description: 'A gown, with "lace"\nand a train',
        locale: "en",
        category: "gowns",
        designer: "atelier-bole",
        tags: ["boho", "beach"],
        status: "published",
        for_sale: true,
        for_rent: true,
        attributes: { silhouette: "a-line", fabric: ["lace", "tulle"] },
        sku: "G-38",
        size: "38",
        color: "ivory",
        sale_price: 2_500_000,
        rental_price_per_day: 100_000,
        deposit: 50_000,
      },
      { product_slug: "genet", sku: "G-40", size: "40", color: "ivory", sale_price: 2_600_000 },
      {
        product_slug: "hana",
        product_name: "ሐና ቀሚስ",
        description: "ውብ ቀሚስ",
        locale: "am",
        category: "gowns",
        attributes: { silhouette: "38", fabric: ["lace"] },
        sku: "H-38",
        size: "38",
        rental_price_per_day: 90_000,
        deposit: 10_000,
      },
    ];
    for (const [format, content] of [
      ["json", JSON.stringify(rows, undefined, 2)],
      ["ndjson", rows.map((row) => `${JSON.stringify(row)}\r\n`).join("\n")],
    ] as const) {
      boutique = await makeBoutique(world.sql);
      manager = await world.asStaff(boutique.id, "manager");
      expect(await imported(content, format)).toMatchObject({ state: "done", rows_read: 3, refusals: [] });
      expect(await catalogOf()).toEqual(expected);
    }
  });

  it("changes by SKU and slug what is there, and leaves what the file does not speak of", async () => {
    await imported(good);
    await world.sql`update public.products set attributes = attributes || '{"train_cm": 120}' where slug = 'genet' and boutique_id = ${boutique.id}`;
    const result = await imported(
      "product_slug,sku,size,sale_price,designer,attribute.silhouette,attribute.fabric\ngenet,G-38,,2700000,,mermaid,\ngenet,G-42,42,2800000,,,\n",
    );
    expect(result).toMatchObject({ state: "done", products_written: 1, variants_written: 2, refusals: [] });
    expect(await catalogOf()).toMatchObject([
      {
        name: "Genet",
        designer: null,
        tags: ["boho", "beach"],
        attributes: { silhouette: "mermaid", train_cm: 120 },
        sku: "G-38",
        size: "38",
        color: "ivory",
        sale_price: "2700000",
        rental_price_per_day: "100000",
      },
      { sku: "G-40", sale_price: "2600000" },
      { sku: "G-42", size: "42" },
      { slug: "hana" },
    ]);
  });

  it("of the same file again writes nothing", async () => {
    await imported(good);
    const before =
      await world.sql`select updated_at from public.products where boutique_id = ${boutique.id} order by id`;
    expect(await imported(good)).toMatchObject({
      state: "done",
      rows_read: 3,
      products_written: 0,
      variants_written: 0,
    });
    const after =
      await world.sql`select updated_at from public.products where boutique_id = ${boutique.id} order by id`;
    expect([...after]).toEqual([...before]);
  });

  it("of a product without variants needs no SKU", async () => {
    expect(await imported("product_slug,product_name\nveil,Veil\n")).toMatchObject({
      state: "done",
      products_written: 1,
    });
    expect(await catalogOf()).toMatchObject([{ slug: "veil", status: "draft", for_rent: true, sku: null }]);
  });

  it("of a file without rows is done", async () => {
    for (const [content, format] of [
      [header, "csv"],
      ["[]", "json"],
      ["", "ndjson"],
    ] as const) {
      expect(await imported(content || "\n", format)).toMatchObject({ state: "done", rows_total: 0, rows_read: 0 });
    }
  });

  it("that tries a file out writes nothing and says the same", async () => {
    const file = `${good}bad,Bad,,,nothing,,,,,,,,B-1,38,,,,
hana,Hana,,,,,,,,,,,H-40,40,,,,
last,Last,,,gowns,,,,,,ball,,L-1,38,,,,
twin,Twin,,,,,,,,,,,T-1,38,,,,
twin,,,,,,,,,,,,T-2,38,,,,
other,Other,,,,,,,,,,,G-38,38,,,,
`;
    const counts = ({
      rows_read,
      rows_refused,
      products_written,
      variants_written,
      refusals,
      state,
    }: Awaited<ReturnType<typeof imported>>) => ({
      rows_read,
      rows_refused,
      products_written,
      variants_written,
      refusals,
      state,
    });
    const dry = await imported(file, "csv", true);
    expect(await catalogOf()).toEqual([]);
    expect(
      await world.sql`select from public.audit_log where boutique_id = ${boutique.id} and table_name = 'products'`,
    ).toHaveLength(0);
    const real = await imported(file);
    expect(counts(dry)).toEqual(counts(real));
    expect(real).toMatchObject({ products_written: 2, rows_refused: 6 });
  });

  it("is one of a boutique at a time", async () => {
    const path = await upload(good);
    const replies = await Promise.all([1, 2, 3, 4].map(() => start(path)));
    const winners = replies.flatMap(({ data }) => (data === null ? [] : [data.id]));
    expect(winners).toHaveLength(1);
    for (const { error } of replies.filter(({ error }) => error !== null)) {
      expect(error).toMatchObject({ code: "PT409", hint: "import_running" });
      expect(JSON.parse(error?.details ?? "")).toEqual({ import_id: winners[0] });
    }
    await run(winners[0] ?? "");
    expect((await start(path)).error).toBeNull();
  });

  it("with the same key is the same import, with one job", async () => {
    const args = {
      boutique_id: boutique.id,
      storage_path: await upload(good),
      format: "csv",
      idempotency_key: "one",
    } as const;
    const [first, second] = [
      await manager.client.rpc("start_catalog_import", args),
      await manager.client.rpc("start_catalog_import", args),
    ];
    expect(second.data?.id).toBe(first.data?.id);
    const jobs = await world.sql`
      select group_id from pgboss.job where name = 'catalog.import' and data ->> 'import_id' = ${first.data?.id ?? ""}`;
    expect([...jobs]).toEqual([{ group_id: boutique.id }]);
    expect((await manager.client.rpc("start_catalog_import", { ...args, format: "json" })).error).toMatchObject({
      code: "PT422",
      hint: "idempotency_key_reused",
    });
  });

  it("wants a file that is there, in the folder of the boutique", async () => {
    const rival = await makeBoutique(world.sql);
    const theirs = `${rival.id}/a.csv`;
    await world
      .asService()
      .storage.from(bucket)
      .upload(theirs, new Blob([good], { type: "text/csv" }));
    for (const path of [`${boutique.id}/none.csv`, theirs, "", `${boutique.id}/../${theirs}`]) {
      expect((await start(path)).error, path).toMatchObject({ code: "PT404", hint: "file_not_found" });
    }
  });
});

describe("a row is refused", () => {
  const minimal =
    "product_slug,product_name,sku,size,color,category,designer,sale_price,deposit,status,for_rent,tags,attribute.silhouette,attribute.train_cm";
  const cases: readonly (readonly [code: string, row: string, message: RegExp])[] = [
    ["missing_value", ",Genet,G-1,38,,,,,,,,,,", /product_slug/],
    ["invalid_value", "Genet Gown,Genet,G-1,38,,,,,,,,,,", /product_slug: lower-case/],
    ["missing_value", "genet,,G-1,38,,,,,,,,,,", /product_name/],
    ["missing_value", "genet,Genet,G-1,,,,,,,,,,,", /size/],
    ["missing_value", "genet,Genet,,38,,,,,,,,,,", /sku/],
    ["invalid_price", "genet,Genet,G-1,38,,,,1250.00,,,,,,", /sale_price: a whole number of minor units/],
    ["invalid_price", "genet,Genet,G-1,38,,,,-5,,,,,,", /sale_price/],
    ["invalid_price", "genet,Genet,G-1,38,,,,,ten,,,,,", /deposit/],
    ["invalid_value", "genet,Genet,G-1,38,,,,,,archived,,,,", /status: draft or published/],
    ["invalid_value", "genet,Genet,G-1,38,,,,,,,maybe,,,", /for_rent: true or false/],
    ["invalid_value", "genet,Genet,G-1,38,,,,,,,,Big Word,,", /tags are few short words/],
    ["unknown_category", "genet,Genet,G-1,38,,hats,,,,,,,,", /no category hats/],
    ["unknown_designer", "genet,Genet,G-1,38,,,nobody,,,,,,,", /no designer nobody/],
    ["invalid_attributes", "genet,Genet,G-1,38,,gowns,,,,,,,ball,", /silhouette: not a value.*a-line, mermaid/],
    ["invalid_attributes", "genet,Genet,G-1,38,,gowns,,,,,,,,long", /train_cm: not a value/],
    ["malformed_row", "genet,Genet,G-1,38", /4 cells.*14/],
    ["invalid_value", `genet,${"x".repeat(201)},G-1,38,,,,,,,,,,`, /product_name: up to 200/],
  ];

  it.each(cases)("%s: %s", async (code, row, message) => {
    const result = await imported(`${minimal}\n${row}\nfine,Fine,F-1,38,,,,,,,,,,\n`);
    expect(result).toMatchObject({ state: "done", rows_read: 2, rows_refused: 1, products_written: 1 });
    expect(result.refusals).toMatchObject([{ line: 2, code, message: expect.stringMatching(message) }]);
    expect(await catalogOf()).toMatchObject([{ slug: "fine" }]);
  });

  it("with a SKU of another product, or that was in the file before", async () => {
    const other = await makeVariant(world.sql, boutique);
    const result = await imported(
      `product_slug,product_name,sku,size\na,A,${other.productSlug},38\nb,B,B-1,38\nb,B,B-1,40\nc,C,B-1,38\nd,D,D-1,38\n`,
    );
    expect(result.refusals).toMatchObject([
      {
        line: 2,
        sku: other.productSlug,
        code: "sku_of_another_product",
        message: expect.stringContaining(other.productSlug),
      },
      { line: 3, sku: "B-1", code: "product_refused", message: expect.stringContaining("line 4") },
      { line: 4, sku: "B-1", code: "duplicate_sku", message: expect.stringContaining("line 3") },
      { line: 5, sku: "B-1", code: "duplicate_sku", message: expect.stringContaining("line 4") },
    ]);
    expect((await catalogOf()).map(({ slug }) => slug)).toEqual(["d", other.productSlug]);
  });

  it("across batches too", async () => {
    const id = await started(
      `product_slug,product_name,sku,size\na,A,A-1,38\nb,B,B-1,38\nc,C,C-1,38\nd,D,A-1,38\na,A,A-2,40\n`,
    );
    await run(id, small);
    expect(codes(await refusalsOf(id))).toEqual(["5 duplicate_sku", "6 product_repeated"]);
  });

  it("of an archived product", async () => {
    const { productSlug } = await makeVariant(world.sql, boutique, { status: "archived" });
    const result = await imported(`product_slug,product_name,sku,size\n${productSlug},Again,X-1,38\n`);
    expect(codes(result.refusals)).toEqual(["2 product_archived"]);
  });

  it("with the size and color of another variant, of the file or of the database", async () => {
    await imported("product_slug,product_name,sku,size\na,A,A-1,38\n");
    const result = await imported(
      "product_slug,product_name,sku,size\na,A,A-2,38\nb,B,B-1,38\nb,B,B-2,38\nc,C,C-1,38\n",
    );
    expect(codes(result.refusals)).toEqual(["2 size_and_color_taken", "3 product_refused", "4 size_and_color_taken"]);
    expect((await catalogOf()).map(({ sku }) => sku)).toEqual(["A-1", "C-1"]);
  });

  it("when it says something else of its product than the first one", async () => {
    const result = await imported(
      "product_slug,product_name,tags,sku,size\na,A,x|y,A-1,38\na,Aa,,A-2,40\nb,B,x|y,B-1,38\nb,B,x|y,B-2,40\n",
    );
    expect(codes(result.refusals)).toEqual(["2 product_refused", "3 product_fields_differ"]);
    expect((await catalogOf()).map(({ sku }) => sku)).toEqual(["B-1", "B-2"]);
  });

  it("with all the others of its product", async () => {
    const result = await imported(`product_slug,product_name,sku,size,deposit
a,A,A-1,38,1
a,A,A-2,40,1.5
a,A,A-3,42,1
b,B,B-1,38,1
a-b,C,C-1
a-b,C,C-2,38,1
`);
    expect(codes(result.refusals)).toEqual([
      "2 product_refused",
      "3 invalid_price",
      "4 product_refused",
      "6 malformed_row",
      "7 product_refused",
    ]);
    expect(result).toMatchObject({ rows_read: 6, rows_refused: 5, products_written: 1, variants_written: 1 });
    expect((await catalogOf()).map(({ sku }) => sku)).toEqual(["B-1"]);
  });

  it("with its line, whatever lines its cells have", async () => {
    const text = '"one\r\ntwo\n\nthree"';
    const result = await imported(
      `product_slug,product_name,description,sku,size\r\na,A,${text},A-1,38\r\n\r\n,,,,\r\nb,B,${text},B-1,\r\nc,C,,C-1,\r\n`,
    );
    expect(result.refusals.map(({ line }) => line)).toEqual([8, 12]);
  });

  it("by its line or place in JSON", async () => {
    const rows = [{ product_slug: "a", product_name: "A", sku: "A-1", size: "38" }, { product_slug: "b", price: 5 }, 7];
    const lines = await imported(`${rows.map((row) => JSON.stringify(row)).join("\n\n")}\nno json\n`, "ndjson");
    expect(codes(lines.refusals)).toEqual(["3 unknown_column", "5 malformed_row", "6 malformed_row"]);
    const array = await imported(JSON.stringify(rows), "json");
    expect(codes(array.refusals)).toEqual(["2 unknown_column", "3 malformed_row"]);
    const odd = await imported(
      '[{"product_slug":"x","product_name":"a\\u0000b"},{"product_slug":"y","product_name":"\\ud800"},{"product_slug":"z","product_name":"Z","attributes":{"a":"\\u0000"}},{"product_slug":"w","product_name":"W","attributes":{"big":1e999}}]',
      "json",
    );
    expect(codes(odd.refusals)).toEqual([
      "1 invalid_value",
      "2 invalid_value",
      "3 invalid_attributes",
      "4 invalid_attributes",
    ]);
  });

  it("and nothing is half written when a row nobody can read lies between those of a product", async () => {
    const row = (sku: string, size: string) => JSON.stringify({ product_slug: "a", product_name: "A", sku, size });
    const result = await imported(`${row("A-1", "38")}\n{"product_slug": "a",\n${row("A-2", "40")}\n`, "ndjson");
    expect(codes(result.refusals)).toEqual(["1 product_refused", "2 malformed_row", "3 product_refused"]);
    expect(await catalogOf()).toEqual([]);
  });

  it("in thousands: the first 10,000 are kept, all are counted", async () => {
    const rows = Array.from({ length: 10_400 }, (_, n) => `g-${n},G,G-${n},38,nine`);
    const result = await imported(`product_slug,product_name,sku,size,deposit\n${rows.join("\n")}\n`);
    expect(result).toMatchObject({ rows_read: 10_400, rows_refused: 10_400, refusals_kept: 10_000 });
    const [kept] = await world.sql`
      select count(*)::integer as n, max(line)::integer as last from public.catalog_import_refusals where import_id = ${result.id}`;
    expect(kept).toEqual({ n: 10_000, last: 10_001 });
  });

  it("of a product without end", async () => {
    const rows = Array.from({ length: 700 }, (_, n) => `a,A,A-${n},${n}`);
    const result = await imported(`product_slug,product_name,sku,size\n${rows.join("\n")}\nb,B,B-1,38\n`);
    expect(result).toMatchObject({ rows_read: 701, rows_refused: 700, variants_written: 1 });
    expect(result.refusals.filter(({ code }) => code === "too_many_variants")).toHaveLength(1);
  });
});

describe("a file that cannot be read", () => {
  const latin = new Uint8Array([...new TextEncoder().encode(`${header}\nfirst,First\n`), 0x47, 0xe9, 0x6e]);
  it.each([
    ["in another encoding", "csv", latin, /not in UTF-8: line 3/],
    ["that ends within a character", "csv", new TextEncoder().encode("product_slug\nሐ").slice(0, -1), /UTF-8/],
    ["with a quote that does not end", "csv", `${good}x,"Open\n`, /no CSV.*Quote Not Closed/],
    ["with unknown columns", "csv", "product_slug,prise\na,5\n", /"prise".*Known are product_slug, product_name/],
    ["with a column twice", "csv", "product_slug,sku,sku\n", /"sku" twice/],
    ["without the columns that it needs", "csv", "sku,size\nA,38\n", /product_slug/],
    ["that has nothing", "csv", "\n", /first line/],
    ["that is no array", "json", '{"product_slug": "a"}', /array of objects/],
    [
      "whose JSON breaks off",
      "json",
      '[{"product_slug": "a", "product_name": "A"}, {"produ',
      /no JSON, after object 1/,
    ],
    ["whose JSON is none", "json", '[{"product_slug": "a", "product_name": "A"}, nonsense]', /no JSON, after object 1/],
    ["with an endless row", "ndjson", `{"product_slug": "${"x".repeat(1_100_000)}"}`, /more than 1000000 characters/],
  ] as const)("%s writes nothing", async (_what, format, content, failure) => {
    const result = await imported(content as string, format);
    expect(result).toMatchObject({ state: "failed", failure: expect.stringMatching(failure), rows_read: 0 });
    expect(result.ended_at).not.toBeNull();
    expect(await catalogOf()).toEqual([]);
  });

  it("or is gone, or is another one by now, fails the import", async () => {
    const path = await upload(good);
    for (const again of [false, true]) {
      const { data } = await start(path);
      await manager.client.storage.from(bucket).remove([path]);
      if (again) await manager.client.storage.from(bucket).upload(path, new Blob([good], { type: "text/csv" }));
      await run(data?.id ?? "");
      expect(await importOf(data?.id ?? "")).toMatchObject({
        state: "failed",
        failure: expect.stringContaining("file"),
      });
      if (!again) await manager.client.storage.from(bucket).upload(path, new Blob([good], { type: "text/csv" }));
    }
  });
});

describe("an import that is interrupted", () => {
  it("ends the same wherever it died", async () => {
    const file = `${many(7)}bad,Bad,,,hats,,,,,,,,BAD,1,,,,\n`;
    const undisturbed = await started(file);
    await run(undisturbed, small);
    const expected = { rows: await catalogOf(), refusals: await refusalsOf(undisturbed) };
    const { rows_read, products_written, variants_written } = await importOf(undisturbed);
    let deaths = 0;
    for (let last = 1; ; last += 1) {
      boutique = await makeBoutique(world.sql);
      manager = await world.asStaff(boutique.id, "manager");
      const id = await started(file);
      const died = await run(id, small, { sql: new Mortal(last).sql(world.sql) }).then(
        () => false,
        (error: unknown) => error instanceof Died || Promise.reject(error),
      );
      if (died) {
        deaths += 1;
        await run(id, small);
      }
      expect(await catalogOf()).toEqual(expected.rows);
      expect(await refusalsOf(id)).toEqual(expected.refusals);
      expect(await importOf(id)).toMatchObject({ state: "done", rows_read, products_written, variants_written });
      if (!died) break;
    }
    // Its beginning, the look through the file, and the batches.
    expect(deaths).toBeGreaterThanOrEqual(6);
  });

  it("is not written twice by two runs at once", async () => {
    const id = await started(many(9));
    await Promise.all([run(id, small), run(id, small), run(id, small)]);
    expect(await importOf(id)).toMatchObject({
      state: "done",
      rows_read: 18,
      products_written: 9,
      variants_written: 18,
    });
    expect(await catalogOf()).toHaveLength(18);
  });

  it("leaves the rest to the next run when it takes long", async () => {
    const id = await started(many(5));
    const impatient = importQueue({ ...batchLimits, products: 2 }, 0);
    const jobs = () => world.sql`select from pgboss.job where name = 'catalog.import' and data ->> 'import_id' = ${id}`;
    await run(id, impatient);
    expect(await importOf(id)).toMatchObject({ state: "running", rows_total: 10, rows_read: 4 });
    expect(await jobs()).toHaveLength(2);
    await run(id, impatient);
    await run(id, impatient);
    expect(await importOf(id)).toMatchObject({ state: "done", rows_read: 10 });
    expect(await jobs()).toHaveLength(3);
  });

  it("tries again what somebody else has written at that moment", async () => {
    const id = await started(many(1));
    let left = 2;
    const sql = new Proxy(world.sql, {
      apply: (target, self, args) => {
        if (String(args[0]).includes("import_products") && left > 0) {
          left -= 1;
          return Promise.reject(Object.assign(new Error("deadlock"), { code: "40P01" }));
        }
        return Reflect.apply(target, self, args);
      },
    });
    await run(id, small, { sql });
    expect(await importOf(id)).toMatchObject({ state: "done", rows_read: 2 });
  });

  it("by staff stops before the next batch", async () => {
    const id = await started(many(8));
    let batches = 0;
    const sql = new Proxy(world.sql, {
      apply: async (target, self, args) => {
        if (String(args[0]).includes("import_products")) {
          batches += 1;
          if (batches === 2)
            expect((await manager.client.rpc("cancel_catalog_import", { import_id: id })).error).toBeNull();
        }
        return Reflect.apply(target, self, args);
      },
    });
    await run(id, small, { sql: Object.assign(sql, { json: world.sql.json }) });
    expect(await importOf(id)).toMatchObject({ state: "cancelled", rows_read: 4, products_written: 2 });
    expect(await catalogOf()).toHaveLength(4);
    await run(id, small);
    expect(await catalogOf()).toHaveLength(4);
    expect((await manager.client.rpc("cancel_catalog_import", { import_id: id })).data).toMatchObject({
      state: "cancelled",
    });
    expect(await world.sql`select from private.catalog_import_keys where import_id = ${id}`).toHaveLength(0);
    const done = await imported(good);
    expect((await manager.client.rpc("cancel_catalog_import", { import_id: done.id })).error).toMatchObject({
      code: "PT409",
      hint: "import_ended",
    });
  });

  it("by the loss of a right, or of the boutique's, fails", async () => {
    const id = await started(good);
    await world.sql`update public.boutique_members set role = 'stylist' where user_id = ${manager.id}`;
    await run(id);
    expect(await importOf(id)).toMatchObject({
      state: "failed",
      failure: expect.stringContaining("does not keep the catalog"),
    });
    await world.sql`update public.boutique_members set role = 'manager' where user_id = ${manager.id}`;
    const other = await started(good);
    await world.sql`update public.boutiques set status = 'suspended' where id = ${boutique.id}`;
    await run(other);
    expect(await importOf(other)).toMatchObject({ state: "failed", failure: expect.stringContaining("suspended") });
    expect(await catalogOf()).toEqual([]);
  });
});

it("is for who keeps the catalog of the boutique", async () => {
  const path = await upload(`${good}bad,Bad,,,hats,,,,,,,,BAD,1,,,,\n`);
  const rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
  const stylist = await world.asStaff(boutique.id, "stylist");
  for (const person of [await world.asCustomer(), rival, stylist]) {
    expect((await start(path, "csv", false, person.client)).error).toMatchObject({
      code: "PT403",
      hint: "not_allowed",
    });
    expect((await person.client.storage.from(bucket).download(path)).error).not.toBeNull();
    await expect(upload(good, "csv", person.client)).rejects.toBeDefined();
  }
  expect((await start(path, "csv", false, world.asAnon())).error).toMatchObject({ code: "42501" });
  const { data } = await start(path);
  const id = data?.id ?? "";
  await run(id);
  const sees = async ({ client }: Person) => [
    (await client.from("catalog_imports").select("id")).data?.length,
    (await client.from("catalog_import_refusals").select("id")).data?.length,
  ];
  expect(await sees(manager)).toEqual([1, 1]);
  expect(await sees(stylist)).toEqual([1, 0]);
  for (const person of [await world.asCustomer(), rival]) {
    expect(await sees(person)).toEqual([0, 0]);
    expect((await person.client.rpc("cancel_catalog_import", { import_id: id })).error).toMatchObject({
      code: "PT404",
      hint: "import_not_found",
    });
  }
});

it("forgets refusals after 30 days", async () => {
  const { id } = await imported("product_slug\na\nb\n");
  await world.sql`
    update public.catalog_import_refusals set created_at = now() - interval '31 days' where import_id = ${id} and line = 2`;
  await runJob(world, prune, {});
  expect(codes(await refusalsOf(id))).toEqual(["3 missing_value"]);
});

it("does not keep customers from renting what it writes", async () => {
  const gown = await makeVariant(world.sql, boutique);
  const bride = await world.asCustomer("Selam");
  await world.sql.begin(async (sql) => {
    await sql`
      insert into public.catalog_imports (id, boutique_id, started_by, storage_path, file_id, format, bytes_total, rows_total, state, started_at)
      values ('00000000-0000-7000-8000-000000000001', ${boutique.id}, ${manager.id}, ${`${boutique.id}/a`}, gen_random_uuid(), 'csv', 1, 1, 'running', now())`;
    const product = {
      ...{
        slug: gown.productSlug,
        line: 2,
        row_count: 1,
        merges: true,
        refusals: [],
        rows: [{ line: 2, sku: gown.productSlug }],
      },
      ...{
        fields: { product_name: "Renamed" },
        variants: [{ line: 2, sku: gown.productSlug, rental_price_per_day: 1 }],
      },
    };
    await sql`select private.import_products('00000000-0000-7000-8000-000000000001', 0, ${sql.json([product])}, true)`;
    // The batch is not committed yet.
    const { error } = await bride.client.rpc("reserve_rental", {
      variant_id: gown.id,
      period: `[${new Date(Date.now() + 5e8).toISOString().slice(0, 10)},${new Date(Date.now() + 5e8).toISOString().slice(0, 10)}]`,
      idempotency_key: "now",
    });
    expect(error).toBeNull();
  });
  expect(await catalogOf()).toMatchObject([{ name: "Renamed", rental_price_per_day: "1" }]);
});

describe("an export", () => {
  let server: FunctionServer;
  let app: ReturnType<typeof createApp>;
  beforeAll(async () => {
    server = await FunctionServer.open(world);
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    app = createApp(createCatalog(server.origin, world.asAnon(), world.asService()), world.asService(), {
      siteUrl: "https://shop.example",
      functionsUrl: `${server.origin}/functions/v1`,
    });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });
  const headers = (person?: Person) => ({
    // Of its own address each, for the rate limit.
    "x-forwarded-for": randomUUID(),
    apikey: world.keys.publishable,
    ...(person === undefined ? {} : { authorization: `Bearer ${person.accessToken}` }),
  });
  const get = (query: string, person?: Person) =>
    app.fetch(new Request(`http://functions.test/catalog/export/${query}`, { headers: headers(person) }));

  const odd = [
    ...[
      "=1+1",
      "+1",
      "-1",
      "@SUM(A1)",
      "\tx",
      "'=1",
      "''=1",
      "'plain",
      "a|b",
      "true",
      "12",
      "0012",
      '"quoted"',
      "[1",
      '["a"]',
    ],
    ...["null", " spaces ", "ሰላም", "a,b", "x\r\ny", "＝1"],
  ];

  async function fill() {
    await imported(good);
    const rows = odd.map((text, n) => ({
      product_slug: `odd-${n}`,
      product_name: text.trim() === "" ? "x" : text,
      description: text,
      category: "free",
      tags: /^[^\s,:]+$/.test(text) && text === text.toLowerCase() ? [text, "boho"].slice(0, 1 + (n % 2)) : [],
      attributes: { text, list: [text], pair: ["lace", text], n: -n, yes: n % 2 === 0, nothing: null, "a=b": {} },
      style_code: text,
      sku: text,
      size: text,
      color: text,
      sale_price: n,
    }));
    expect(await imported(JSON.stringify(rows), "json")).toMatchObject({ state: "done", refusals: [] });
    await imported("product_slug,product_name\nbare,Bare\n");
  }

  it.each(["csv", "ndjson"] as const)(
    "as %s, imported again, changes nothing, and makes the same elsewhere",
    async (format) => {
      await fill();
      const expected = await catalogOf();
      const response = await get(`${boutique.slug}?format=${format}`, manager);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toContain(types[format]);
      expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${boutique.slug}.${format}"`);
      expect(response.headers.get("cache-control")).toBe("private, no-store");
      const file = new Uint8Array(await response.arrayBuffer());
      const again = await imported(file, format);
      expect(again).toMatchObject({ state: "done", products_written: 0, variants_written: 0, refusals: [] });
      expect(await catalogOf()).toEqual(expected);
      boutique = await makeBoutique(world.sql);
      manager = await world.asStaff(boutique.id, "manager");
      expect(await imported(file, format)).toMatchObject({ state: "done", refusals: [] });
      const same = (await catalogOf()).map((row) =>
        // A table has no cell for an attribute without a value.
        format === "csv" && row["attributes"].nothing === undefined && row["slug"].startsWith("odd-")
          ? { ...row, attributes: { ...row["attributes"], nothing: null } }
          : row,
      );
      expect(same).toEqual(expected);
    },
  );

  it("has no cell that a spreadsheet would run", async () => {
    await fill();
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      await (await get(boutique.slug, manager)).arrayBuffer(),
    );
    expect(text.startsWith("\uFEFFproduct_slug,product_name,")).toBe(true);
    const cells = text.split(/[,\r\n]/).map((cell) => cell.replace(/^"/, ""));
    expect(cells.filter((cell) => /^[=+\-@\t＝]/.test(cell))).toEqual([]);
    expect(text).toContain("'=1+1");
    expect(text).toContain("'@SUM(A1)");
  });

  it("shows staff drafts, and others what is on show", async () => {
    await imported(good);
    const slugs = async (person: Person) => {
      const lines = (await (await get(`${boutique.slug}?format=ndjson`, person)).text()).trim().split("\n");
      return [...new Set(lines.map((line) => JSON.parse(line).product_slug))];
    };
    expect(await slugs(await world.asStaff(boutique.id, "stylist"))).toEqual(["genet", "hana"]);
    expect(await slugs(await world.asCustomer())).toEqual(["genet"]);
  });

  it("wants somebody who is signed in, a boutique and a format", async () => {
    const problem = async (response: Response | Promise<Response>) => {
      const { status, code } = (await (await response).json()) as { status: number; code: string };
      return [status, code];
    };
    expect(await problem(get(boutique.slug))).toEqual([401, "sign_in_required"]);
    expect(await problem(get(boutique.slug, { ...manager, accessToken: "x.y.z" }))).toEqual([401, "sign_in_required"]);
    expect(await problem(get("nobody", manager))).toEqual([404, "boutique_not_found"]);
    expect(await problem(get(`${boutique.slug}?format=xml`, manager))).toEqual([400, "invalid_input"]);
  });

  it("of many pages comes through Deno as well", async () => {
    const rows = Array.from({ length: 450 }, (_, n) => `g-${n},G ${n},G-${n},38`);
    await imported(`product_slug,product_name,sku,size\n${rows.join("\n")}\n`);
    const response = await fetch(`${server.origin}/functions/v1/catalog/export/${boutique.slug}`, {
      headers: headers(manager),
    });
    expect(response.status).toBe(200);
    const lines = (await response.text()).trim().split("\r\n");
    expect(lines).toHaveLength(451);
    expect(new Set(lines).size).toBe(451);
  });
});
