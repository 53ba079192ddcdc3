// npm run bench -- catalog: pages, searches, facets and suggestions at 10,000, 100,000 and a million products.
import { readFile } from "node:fs/promises";
import postgres, { type Sql } from "postgres";
import { ProgressBar } from "../scripts/progress-bar.ts";
import { SUPERUSER } from "../stack/postgres.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { measureHttp } from "./catalog/http.ts";
import { readNumbers } from "./options.ts";
import { quantile, type Row, report } from "./table.ts";

/** Boutiques and their products that are added before each measurement: 10,000, then 100,000, then a million in all. */
const stages = [
  { boutiques: 5, products: 2_000 },
  { boutiques: 450, products: 200 },
  { boutiques: 4_500, products: 200 },
];

interface Call {
  readonly name: string;
  /** A statement for the n-th repetition, with literals; words and filters take turns. */
  readonly sql: (n: number) => string;
}
interface Measured {
  readonly times: number[];
  /** Of the owner of the tables, whom no policy holds. */
  readonly ownerTimes: number[];
  /** Of the same call among the first 10,000, in turns with these. */
  readonly smallTimes: number[];
  readonly pages: number;
}

const turn = <Value>(values: readonly Value[], n: number): Value => values[n % values.length] as Value;
const quote = (value: unknown) => `'${String(value).replaceAll("'", "''")}'`;
const search = (q: string, filters: object = {}, sort = "relevance", after: string | null = null) =>
  `select public.search_products(${quote(q)}, ${quote(JSON.stringify(filters))}, ${quote(sort)}, ${after === null ? "null" : quote(after)}, 24)`;

function callsAt(boutiques: number, deep: string): Call[] {
  return [
    { name: "first page, newest", sql: () => search("", {}, "new") },
    { name: "first page of a category", sql: (n) => search("", { category: `category-${3 + (n % 10)}` }, "new") },
    {
      name: "first page of a boutique",
      sql: (n) => search("", { boutique: `boutique-${1 + (n % boutiques)}` }, "new"),
    },
    {
      name: "by price, in a category",
      sql: (n) => search("", { category: `category-${3 + (n % 10)}`, currency: "ETB" }, "price_asc"),
    },
    { name: "deep page, the 100th", sql: () => search("", {}, "new", deep) },
    {
      name: "search, common words",
      sql: (n) => search(turn(["lace gown", "satin dress", "ivory", "mermaid", "cathedral train"], n)),
    },
    {
      name: "search, three words",
      sql: (n) =>
        search(
          turn(["velvet mermaid boho", "organza empire watteau", "cotton column halter", "silk sheath bateau"], n),
        ),
    },
    {
      name: "search, a name",
      sql: (n) => search(turn(["bacedi", "fogu hajeki", "Maison Vale 17", "ricesozu gown"], n)),
    },
    {
      name: "search with typos",
      sql: (n) => search(turn(["mermiad velvt", "organsa empir", "cathedrl lase", "sweethart chifon"], n)),
    },
    {
      name: "search, size, color and price",
      sql: (n) =>
        search(turn(["lace", "satin gown", "tulle"], n), {
          size: "38",
          color: "ivory",
          currency: "ETB",
          price_max: 2_000_000,
        }),
    },
    {
      name: "free between two days",
      sql: (n) =>
        search(
          "",
          { kind: "rent", free_from: "2027-06-04", free_until: "2027-06-06", category: `category-${3 + (n % 10)}` },
          "new",
        ),
    },
    { name: "facets of all", sql: () => "select public.product_facets('', '{}')" },
    {
      name: "facets of a search, two chosen",
      sql: (n) =>
        `select public.product_facets(${quote(turn(["lace", "satin gown"], n))}, '{"size": "38", "attributes": {"silhouette": "mermaid"}}')`,
    },
    {
      name: "suggestions",
      sql: (n) => `select * from public.suggest_products(${quote(turn(["me", "bac", "maison", "ca", "hab"], n))})`,
    },
    {
      name: "related products",
      sql: (n) => `select public.related_products(md5('product ${1 + (n % boutiques)} ${1 + (n % 200)}')::uuid)`,
    },
    {
      name: "product page",
      sql: (n) =>
        `select p.*, (select jsonb_agg(v) from public.product_variants v where v.product_id = p.id and v.boutique_id = p.boutique_id),
           (select jsonb_agg(m) from public.product_media m where m.product_id = p.id and m.boutique_id = p.boutique_id)
         from public.products p join public.boutiques b on b.id = p.boutique_id
         where b.slug = 'boutique-${1 + (n % boutiques)}' and p.slug = 'gown-${1 + (n % 200)}'`,
    },
  ];
}

/** A database and the call to it. */
interface Asked {
  readonly sql: Sql;
  readonly call: Call;
}

/**
 * Every call is anon's, then the owner's, then anon's among the first 10,000: what else the machine does meets all alike. Each
 * is from an address of its own, so that the rate limit counts and lets it through.
 */
async function run({ sql, call }: Asked, small: Asked | undefined, repetitions: number): Promise<Measured> {
  const act = (tx: Sql, role: "anon" | "none") => {
    const n = Math.floor(Math.random() * 16_000_000);
    return tx.unsafe(
      `select set_config('request.headers', '{"x-forwarded-for": "10.${n >> 16}.${(n >> 8) & 255}.${n & 255}"}', true),
         set_config('request.jwt.claims', '{"role": "anon"}', true), set_config('role', '${role}', true)`,
    );
  };
  const timeOf = (asked: Asked, role: "anon" | "none", n: number) =>
    asked.sql.begin(async (tx) => {
      await act(tx as unknown as Sql, role);
      const begin = performance.now();
      await tx.unsafe(asked.call.sql(n));
      return performance.now() - begin;
    });
  const times: number[] = [];
  const ownerTimes: number[] = [];
  const smallTimes: number[] = [];
  for (let n = 0; n < 10 + repetitions; n += 1) {
    const time = await timeOf({ sql, call }, "anon", n);
    const ownerTime = await timeOf({ sql, call }, "none", n);
    const smallTime = small === undefined ? time : await timeOf(small, "anon", n);
    // The first fill the caches of the connection.
    if (n < 10) continue;
    times.push(time);
    ownerTimes.push(ownerTime);
    smallTimes.push(smallTime);
  }
  const pages = await sql.begin(async (tx) => {
    await act(tx as unknown as Sql, "anon");
    const [row] = await tx.unsafe(`explain (analyze, buffers, format json) ${call.sql(0)}`);
    const plan = (row as unknown as { "QUERY PLAN": { Plan: Record<string, number> }[] })["QUERY PLAN"][0]?.Plan ?? {};
    return (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
  });
  return { times, ownerTimes, smallTimes, pages };
}

/** The cursor of the hundredth page. */
async function deepCursor(sql: Sql): Promise<string> {
  let after: string | null = null;
  for (let page = 0; page < 99; page += 1) {
    const [row]: { next: string }[] = await sql<{ next: string }[]>`
      select private.find_products('', '{}', 'new', ${after}, 24) ->> 'next' as next`;
    after = row?.next ?? null;
  }
  return after ?? "";
}

export async function benchCatalog(): Promise<void> {
  const {
    repetitions,
    stages: count,
    seconds,
  } = readNumbers({
    repetitions: { default: 200, least: 5 },
    /** 0: over HTTP alone. */
    stages: { default: 3, least: 0 },
    /** For each way over HTTP. */
    seconds: { default: 5, least: 1 },
  });
  await report("catalog-http", await measureHttp(seconds), `${seconds} seconds each over 20 connections.`);
  if (count === 0) return;
  const cluster = await ThrowawayCluster.start();
  const connect = (role: "postgres" | typeof SUPERUSER, database = "bench") =>
    postgres(cluster.url(role, database), { max: 1, onnotice: () => undefined });
  try {
    await cluster.clone("postgres", "bench");
    await pushMigrations(cluster.url("postgres", "bench"), { seed: false });
    const loader = connect(SUPERUSER);
    await loader.unsafe(await readFile(new URL("catalog/data.sql", import.meta.url), "utf8"));
    await loader`select bench.load_commons()`;
    await loader.end();
    const measured = new Map<string, Map<number, Measured>>();
    const sizes: Row[] = [];
    let small: { readonly sql: Sql; readonly calls: readonly Call[] } | undefined;
    let boutiques = 0;
    let products = 0;
    for (const stage of stages.slice(0, count)) {
      const superuser = connect(SUPERUSER);
      const owner = connect("postgres");
      const seconds = await load(superuser, stage, boutiques, products);
      boutiques += stage.boutiques;
      products += stage.boutiques * stage.products;
      sizes.push(await sizeRow(superuser, products, (stage.boutiques * stage.products) / seconds));
      const calls = callsAt(boutiques, await deepCursor(owner));
      const all = new ProgressBar(`${products.toLocaleString("en-US")} products, ${calls.length} calls`);
      for (const [n, call] of calls.entries()) {
        const of = measured.get(call.name) ?? new Map<number, Measured>();
        const other = small?.calls[n];
        const beside = small === undefined || other === undefined ? undefined : { sql: small.sql, call: other };
        measured.set(call.name, of.set(products, await run({ sql: owner, call }, beside, repetitions)));
        all.update((n + 1) / calls.length);
      }
      all.finish();
      await Promise.all([superuser.end(), owner.end()]);
      if (small === undefined) {
        await cluster.clone("bench", "bench_small");
        small = { sql: connect("postgres", "bench_small"), calls };
      }
    }
    await small?.sql.end();
    await report(
      "catalog",
      [...measured].map(([name, of]) => timeRow(name, of)),
      `As anon, ${repetitions} calls each, warm; milliseconds in the database.`,
    );
    await report("catalog-sizes", sizes, "Documents and their indexes.");
  } finally {
    await cluster.stop();
  }
}

/** Adds boutiques with their products, and answers with the seconds that it took. */
async function load(sql: Sql, stage: (typeof stages)[number], boutiques: number, products: number): Promise<number> {
  const bar = new ProgressBar(`${(products + stage.boutiques * stage.products).toLocaleString("en-US")} products`);
  const begin = performance.now();
  const step = Math.max(1, Math.floor(20_000 / stage.products));
  for (let done = 0; done < stage.boutiques; done += step) {
    const [first, last] = [boutiques + done + 1, boutiques + Math.min(stage.boutiques, done + step)];
    await sql`set session_replication_role = replica`;
    await sql`select bench.load_catalog(${first}, ${last}, ${stage.products})`;
    await sql`set session_replication_role = origin`;
    await sql`select bench.index_catalog(${first}, ${last})`;
    bar.update((done + step) / stage.boutiques);
  }
  bar.finish();
  const seconds = (performance.now() - begin) / 1_000;
  for (let done = 1; done > 0; ) {
    const [row] = await sql<{ done: number }[]>`select private.rank_documents(50000, 100000) as done`;
    done = row?.done ?? 0;
  }
  await sql`vacuum analyze`;
  return seconds;
}

function timeRow(name: string, of: ReadonlyMap<number, Measured>): Row {
  const cells = [...of].flatMap(([products, { times, ownerTimes, smallTimes, pages }]) => {
    const at = products >= 1_000_000 ? "1M" : `${products / 1_000}k`;
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(times, share).toFixed(1));
    return [
      [`${at} p50`, p50],
      ["p95 ".concat(at), p95],
      ["p99 ".concat(at), p99],
      [`pages ${at}`, pages],
      [`${at} / 10k`, (quantile(times, 0.5) / quantile(smallTimes, 0.5)).toFixed(1)],
      [`anon / owner ${at}`, (quantile(times, 0.5) / quantile(ownerTimes, 0.5)).toFixed(2)],
    ];
  });
  return { call: name, ...Object.fromEntries(cells) };
}

async function sizeRow(sql: Sql, products: number, perSecond: number): Promise<Row> {
  const [row] = await sql<{ table: string; search: string; other: string; words: number }[]>`
    select pg_size_pretty(pg_table_size('private.product_documents')) as table,
      pg_size_pretty(pg_relation_size('private.product_documents_search_idx')) as search,
      pg_size_pretty(pg_indexes_size('private.product_documents') - pg_relation_size('private.product_documents_search_idx')) as other,
      (select count(*)::int from private.search_words) as words`;
  return {
    products: products.toLocaleString("en-US"),
    "written and indexed per second": Math.round(perSecond),
    documents: row?.table ?? "",
    "search index": row?.search ?? "",
    "other indexes": row?.other ?? "",
    words: row?.words ?? 0,
  };
}
