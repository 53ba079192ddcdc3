// npm run bench -- import: how fast a boutique's catalog is read from files, and with how much memory.
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import postgres, { type Sql } from "postgres";
import { ProgressBar } from "../scripts/progress-bar.ts";
import { SUPERUSER } from "../stack/postgres.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { type Format, formats, gowns, SIZES, writeFile } from "./import/files.ts";
import { readNumbers } from "./options.ts";
import { type Row, report } from "./table.ts";

const BATCH = 200;

interface Shop {
  readonly id: string;
  readonly keeper: string;
}
interface Run {
  /** State of the import, and what has become of its rows. */
  readonly end: string;
  /** MB that the process had taken before it began, and at most. */
  readonly idle: number;
  readonly peak: number;
  readonly seconds: number;
}

/** A file of each format to a boutique of its own: new, then again, then with a category that there is not. */
export async function benchImport(): Promise<void> {
  const { products } = readNumbers({ products: { default: 25_000, least: 1 } });
  const folder = await mkdtemp(join(tmpdir(), "nexus-import-"));
  const cluster = await ThrowawayCluster.start(true);
  const connect = (role: "postgres" | typeof SUPERUSER) =>
    postgres(cluster.url(role, "bench"), { max: 1, onnotice: () => undefined });
  const [superuser, owner] = [connect(SUPERUSER), connect("postgres")];
  try {
    await cluster.clone("postgres", "bench");
    await pushMigrations(cluster.url("postgres", "bench"), { seed: false });
    await makeMarketplace(superuser);
    // Plans of triggers that were made for empty tables would be kept for a while.
    await insertPlainly(owner, await makeShop(superuser), 1_000);
    await superuser`vacuum analyze`;
    const plain = (products * SIZES.length) / (await insertPlainly(owner, await makeShop(superuser), products));
    const rows: Row[] = [];
    for (const format of formats) {
      const shop = await makeShop(superuser);
      const all = products * SIZES.length;
      for (const [what, category, written, refused] of [
        ["new", "gowns", all, 0],
        ["nothing changed", "gowns", 0, 0],
        ["all refused", "hats", 0, all],
      ] as const) {
        const path = join(folder, `${what}.${format}`);
        await writeFile(path, format, products, category);
        const run = await importFile(owner, cluster.url("postgres", "bench"), shop, path, format);
        if (run.end !== `done: ${written} written, ${refused} refused`)
          throw new Error(`${format}, ${what}: ${run.end}`);
        const perSecond = all / run.seconds;
        rows.push({
          file: `${format}, ${what}`,
          "size, MB": Math.round((await stat(path)).size / 1e6),
          "rows/s": Math.round(perSecond),
          "of plain inserts": what === "new" ? (perSecond / plain).toFixed(2) : "",
          "memory idle, MB": run.idle,
          "at most": run.peak,
        });
      }
    }
    await report(
      "import",
      rows,
      `${products * SIZES.length} rows, ${products} products, published. Plain inserts: ${Math.round(plain)} rows/s.`,
    );
  } finally {
    await Promise.all([superuser.end({ timeout: 1 }), owner.end({ timeout: 1 })]);
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeMarketplace(superuser: Sql): Promise<void> {
  await superuser`insert into public.designers (slug, label) values ('atelier-bole', 'Atelier Bole')`;
  await superuser`
    with category as (insert into public.categories (slug, name) values ('gowns', 'Gowns') returning id)
    insert into public.attribute_definitions (category_id, key, label, kind, choices, takes_many)
    select c.id, a.key, initcap(a.key), 'choice', a.choices, a.takes_many
    from category c, (values
      ('silhouette', '{a-line,mermaid}'::text[], false),
      ('fabric', '{lace,tulle}', true)) a (key, choices, takes_many)`;
}

async function makeShop(superuser: Sql): Promise<Shop> {
  const [id, keeper] = [randomUUID(), randomUUID()];
  await superuser`insert into auth.users (id, email) values (${keeper}, ${`${keeper}@nexus.test`})`;
  await superuser`
    insert into public.boutiques (id, slug, name, currency, timezone, status)
    values (${id}, ${`shop-${id}`}, 'Shop', 'ETB', 'Africa/Addis_Ababa', 'active')`;
  await superuser`insert into public.boutique_members (boutique_id, user_id, role) values (${id}, ${keeper}, 'manager')`;
  return { id, keeper };
}

/** Seconds that the same rows take when nobody reads a file or checks it: inserts of as many products, with the triggers of the tables. */
async function insertPlainly(owner: Sql, shop: Shop, products: number): Promise<number> {
  const bar = new ProgressBar("plain inserts");
  const startedAt = performance.now();
  for (let first = 0; first < products; first += BATCH) {
    const batch = gowns(first, Math.min(first + BATCH, products));
    await owner.begin(async (sql) => {
      await sql`
        insert into public.products (boutique_id, slug, name, description, category_id, designer_id, tags, status, attributes)
        select ${shop.id}, g.slug, g.name, g.description, c.id, d.id, g.tags, 'published', g.attributes
        from jsonb_to_recordset(${sql.json(batch as never)}) g (slug text, name text, description text, tags text[], attributes jsonb),
          public.categories c, public.designers d`;
      await sql`
        insert into public.product_variants (boutique_id, product_id, sku, size, color, sale_price)
        select p.boutique_id, p.id, p.slug || '-' || s.size, s.size, 'ivory', 2500000
        from public.products p, unnest(${SIZES.map(String)}::text[]) s (size)
        where p.boutique_id = ${shop.id} and p.slug = any (${batch.map(({ slug }) => slug)}::text[])`;
    });
    bar.update(first / products);
  }
  bar.finish();
  return (performance.now() - startedAt) / 1_000;
}

/** Runs the job in a process of its own, as often as it wants to go on. */
async function importFile(owner: Sql, url: string, shop: Shop, path: string, format: Format): Promise<Run> {
  const name = `${shop.id}/${randomUUID()}.${format}`;
  const [row] = await owner<{ id: string }[]>`
    with file as (insert into storage.objects (bucket_id, name) values ('catalog-imports', ${name}) returning id, name)
    insert into public.catalog_imports (boutique_id, started_by, storage_path, file_id, format, bytes_total)
    select ${shop.id}, ${shop.keeper}, name, id, ${format}, ${(await stat(path)).size} from file returning id`;
  const bar = new ProgressBar(`${path.split("/").at(-1)}`);
  const watch = setInterval(() => {
    void owner<
      { done: number }[]
    >`select rows_read::float8 / rows_total as done from public.catalog_imports where id = ${row?.id ?? ""}`.then(
      ([progress]) => bar.update(progress?.done ?? 0),
    );
  }, 1_000);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL("import/run.ts", import.meta.url)),
      url,
      row?.id ?? "",
      path,
    ]);
    const [end] = await owner<{ state: string; written: number; refused: number }[]>`
      select state, variants_written::integer as written, rows_refused::integer as refused
      from public.catalog_imports where id = ${row?.id ?? ""}`;
    return { ...(JSON.parse(stdout) as Run), end: `${end?.state}: ${end?.written} written, ${end?.refused} refused` };
  } finally {
    clearInterval(watch);
    bar.finish();
  }
}
