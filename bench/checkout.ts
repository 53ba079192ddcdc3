// npm run bench -- checkout: orders per second, on different products and on the same one, in the database and over HTTP.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createClient } from "@supabase/supabase-js";
import postgres, { type Sql } from "postgres";
import type { Database } from "../functions/_shared/database.types.ts";
import { ProgressBar } from "../scripts/progress-bar.ts";
import { SUPERUSER } from "../stack/postgres.ts";
import { endChild } from "../stack/processes.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { sign } from "../tests/helpers/tokens.ts";
import { id } from "./data.ts";
import { readNumbers } from "./options.ts";
import { quantile, type Row, report } from "./table.ts";

const CLIENTS = [1, 10, 50];
const VARIANTS = 50;

interface Cart {
  readonly id: string;
  readonly customer: string;
  readonly variant: string;
}

/** Orders a cart; false when it was refused for want of stock. */
type Buy = (cart: Cart) => Promise<boolean>;

/** Measures checkout with many clients beside the bare rows that it writes. */
export async function benchCheckout(): Promise<void> {
  const { boutiques, customers, seconds } = readNumbers({
    boutiques: { default: 20, least: 2 },
    customers: { default: 5_000, least: 600 },
    seconds: { default: 10, least: 1 },
  });
  // Commits reach the disk: what an order waits for.
  const cluster = await ThrowawayCluster.start(true);
  const connect = (role: "postgres" | typeof SUPERUSER, max: number) =>
    postgres(cluster.url(role, "bench"), { max, onnotice: () => undefined });
  let server: ChildProcess | undefined;
  try {
    await cluster.clone("postgres", "bench");
    await pushMigrations(cluster.url("postgres", "bench"), { seed: false });
    const superuser = connect(SUPERUSER, 1);
    const clients = connect("postgres", Math.max(...CLIENTS));
    for (const file of ["data.sql", "checkout/data.sql"])
      await superuser.unsafe(await readFile(new URL(file, import.meta.url), "utf8"));
    await superuser`set session_replication_role = replica`;
    await superuser`select bench.load_shops(${boutiques}, ${VARIANTS}, 1000000), bench.load_customers(${customers})`;
    await superuser`set session_replication_role = origin`;
    await superuser`vacuum analyze`;

    const keys = { jwt: randomUUID(), publishable: `sb_publishable_${"p".repeat(22)}` };
    const started = await startServer(cluster.url("authenticator", "bench"), keys);
    server = started.child;
    const ways: Readonly<Record<string, Buy>> = {
      "bare SQL": (cart) => insertOrder(clients, cart),
      database: (cart) => checkout(clients, cart),
      HTTP: overHttp(started.url, keys),
    };
    const fill = async (same: boolean): Promise<Cart[]> => {
      await superuser`select bench.fill_carts(${customers}, ${boutiques}, ${VARIANTS}, ${same})`;
      return superuser<Cart[]>`
        select c.id, c.customer_id as customer, i.variant_id as variant
        from public.carts c join public.cart_items i on i.cart_id = c.id where c.state = 'open' order by random()`;
    };
    const rows: Row[] = [];
    for (const count of CLIENTS) {
      for (const same of [false, true]) {
        const results = new Map<string, { perSecond: number; times: number[] }>();
        for (const [way, buy] of Object.entries(ways)) {
          // New connections plan everything once.
          await run("warming up", (await fill(same)).slice(0, count * 4), buy, count, seconds);
          const carts = await fill(same);
          const title = `${way}, ${count} clients, ${same ? "the same product" : "different products"}`;
          results.set(way, await run(title, carts, buy, count, seconds));
        }
        const bare = results.get("bare SQL");
        for (const [way, { perSecond, times }] of results) {
          rows.push({
            clients: count,
            products: same ? "the same" : "different",
            way,
            "orders per second": Math.round(perSecond),
            "share of bare SQL": (perSecond / (bare?.perSecond ?? Number.NaN)).toFixed(2),
            "p50 (ms)": quantile(times, 0.5).toFixed(1),
            p95: quantile(times, 0.95).toFixed(1),
          });
        }
      }
    }
    const note = `${boutiques} boutiques, ${boutiques * VARIANTS} products, ${customers} customers`;
    await report("checkout", rows, `${note}, ${seconds} seconds each.`);

    const rush: Row[] = [];
    for (const way of ["database", "HTTP"]) {
      const carts = (await fill(true)).slice(0, 500);
      await superuser`
        insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change)
        select s.boutique_id, s.variant_id, s.location_id, 'counted', s.reserved + 10 - s.on_hand
        from public.stock_levels s where s.variant_id = ${id("variant 1 1")} and s.reserved + 10 <> s.on_hand`;
      const startedAt = performance.now();
      const { times, done } = await run(`${way}, 500 buyers`, carts, ways[way] as Buy, 50, 600);
      rush.push({
        way,
        buyers: carts.length,
        pieces: 10,
        orders: done,
        refused: carts.length - done,
        "all answered (s)": ((performance.now() - startedAt) / 1_000).toFixed(2),
        "p50 (ms)": quantile(times, 0.5).toFixed(1),
        longest: Math.max(...times).toFixed(0),
      });
    }
    await report("checkout-rush", rush, "500 buyers of 10 pieces, 50 connections or requests at a time.");
    const wrong = await superuser`select kind, id, message from private.order_check()`;
    if (wrong.length > 0) throw new Error(`bench: order_check has found ${JSON.stringify(wrong.slice(0, 3))}`);
    process.stdout.write("\norder_check has found nothing.\n");
    await Promise.all([superuser.end(), clients.end()]);
  } finally {
    if (server !== undefined) await endChild(server, ["SIGTERM", 5_000]);
    await cluster.stop();
  }
}

/** As many clients as told take carts in turn, until none is left or the time is over. */
async function run(title: string, carts: readonly Cart[], buy: Buy, clients: number, seconds: number) {
  const bar = new ProgressBar(title);
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  const times: number[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < carts.length && performance.now() < until) {
      const cart = carts[next] as Cart;
      next += 1;
      const began = performance.now();
      if (await buy(cart)) done += 1;
      times.push(performance.now() - began);
      bar.update(Math.max(next / carts.length, Math.min(1, (performance.now() - startedAt) / (seconds * 1_000))));
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  const elapsed = (performance.now() - startedAt) / 1_000;
  bar.finish();
  return { perSecond: done / elapsed, times, done };
}

/** The rows of an order in one transaction of prepared statements: what the fastest application would write that trusts itself. */
async function insertOrder(sql: Sql, { customer, variant }: Cart): Promise<boolean> {
  const [group, order] = [randomUUID(), randomUUID()];
  await sql.begin(async (tx) => {
    const [level] = await tx<{ boutique_id: string }[]>`
      update bench.stock_levels set reserved = reserved + 1 where variant_id = ${variant} and on_hand - reserved >= 1 returning boutique_id`;
    const boutique = level?.boutique_id ?? "";
    await tx`
      insert into bench.order_groups (id, customer_id, currency, total, hold_expires_at)
      values (${group}, ${customer}, 'ETB', 1000, now() + interval '30 minutes')`;
    await tx`
      insert into bench.orders (id, group_id, boutique_id, customer_id, currency, prices_include_tax, subtotal, tax_total, total,
        hold_expires_at, return_days, free_cancellation_hours, cancellation_fee_percent)
      values (${order}, ${group}, ${boutique}, ${customer}, 'ETB', true, 1000, 130, 1000, now() + interval '30 minutes', 14, 24, 0)`;
    await tx`
      insert into bench.order_items (order_id, boutique_id, customer_id, variant_id, kind, product_name, size, color, sku, quantity, unit_price, tax)
      values (${order}, ${boutique}, ${customer}, ${variant}, 'sale', 'Item', '38', '', 'sku', 1, 1000, 130)`;
    await tx`insert into bench.payments (group_id, customer_id, amount, currency) values (${group}, ${customer}, 1000, 'ETB')`;
  });
  return true;
}

/** checkout in a transaction with role and claims, as the Data API makes it. */
async function checkout(sql: Sql, cart: Cart): Promise<boolean> {
  const claims = JSON.stringify({ sub: cart.customer, role: "authenticated" });
  try {
    await sql.begin(async (tx) => {
      await tx`select set_config('request.jwt.claims', ${claims}, true), set_config('request.jwt.claim.sub', ${cart.customer}, true),
        set_config('role', 'authenticated', true)`;
      await tx`select id from public.checkout(${cart.id}, ${randomUUID()})`;
    });
    return true;
  } catch (error) {
    if ((error as { hint?: string }).hint === "out_of_stock") return false;
    throw error;
  }
}

function overHttp(url: string, { jwt, publishable }: { readonly jwt: string; readonly publishable: string }): Buy {
  return async (cart) => {
    const now = Math.floor(Date.now() / 1_000);
    const token = sign(
      {
        sub: cart.customer,
        role: "authenticated",
        aud: "authenticated",
        iat: now,
        exp: now + 3_600,
        session_id: randomUUID(),
      },
      jwt,
    );
    const client = createClient<Database>(url, publishable, { accessToken: async () => token });
    const { error } = await client.rpc("checkout", { cart_id: cart.id, idempotency_key: randomUUID() });
    if (error === null) return true;
    if (error.hint === "out_of_stock") return false;
    throw error;
  };
}

async function startServer(
  databaseUrl: string,
  { jwt, publishable }: { readonly jwt: string; readonly publishable: string },
) {
  const file = new URL("checkout/server.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [file, databaseUrl, jwt, publishable], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (text) => resolve(String(text).trim()));
    child.once("exit", (code) => reject(new Error(`bench: the API ended with ${code}.`)));
  });
  return { child, url: `http://127.0.0.1:${port}` };
}
