// npm run bench -- payments: webhooks taken in, the time from a webhook to the paid order, and settling with many clients.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import process from "node:process";
import postgres, { type Sql } from "postgres";
import { silentLog } from "../functions/_shared/jobs/log.ts";
import { jobVariables } from "../functions/_shared/jobs/settings.ts";
import { startWorker } from "../functions/_shared/jobs/start-worker.ts";
import { testEventHeaders } from "../functions/_shared/payments/test-events.ts";
import { ProgressBar } from "../scripts/progress-bar.ts";
import { SUPERUSER } from "../stack/postgres.ts";
import { endChild } from "../stack/processes.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { readNumbers } from "./options.ts";
import { quantile, type Row, report } from "./table.ts";

const CLIENTS = [1, 10, 50];
const BOUTIQUES = 20;
const VARIANTS = 50;

interface Attempt {
  readonly id: string;
  readonly group_id: string;
  readonly customer_id: string;
  readonly amount: number;
}

export async function benchPayments(): Promise<void> {
  const { payments, queued, idle } = readNumbers({
    /** For each cell. */
    payments: { default: 600, least: 60 },
    queued: { default: 1_000, least: 10 },
    idle: { default: 200, least: 10 },
  });
  const customers = payments * (2 * CLIENTS.length + CLIENTS.length) + idle + queued + idle + 100;
  // Commits reach the disk: what a payment waits for.
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
    await superuser`select bench.load_shops(${BOUTIQUES}, ${VARIANTS}, 1000000), bench.load_customers(${customers})`;
    await superuser`set session_replication_role = origin`;
    await superuser.unsafe(await readFile(new URL("payments/data.sql", import.meta.url), "utf8"));
    await superuser`select bench.fill_carts(${customers}, ${BOUTIQUES}, ${VARIANTS}, false)`;
    await superuser`vacuum analyze`;
    const attempts = await beginPayments(clients, customers);
    const take = (count: number) => attempts.splice(0, count);

    const settling: Row[] = [];
    const ways: Readonly<Record<string, (attempt: Attempt) => Promise<unknown>>> = {
      "bare SQL": (attempt) => writePayment(clients, attempt),
      settle_attempt: ({ id, amount }) =>
        clients`select private.settle_attempt(${id}, 'succeeded', ${`pay_${id}`}, ${amount}, 'ETB')`,
    };
    for (const count of CLIENTS) {
      let bare = Number.NaN;
      for (const [way, settle] of Object.entries(ways)) {
        const { perSecond, times } = await run(`${way}, ${count} clients`, take(payments), settle, count);
        if (way === "bare SQL") bare = perSecond;
        settling.push({
          clients: count,
          way,
          "payments per second": Math.round(perSecond),
          "share of bare SQL": (perSecond / bare).toFixed(2),
          "p50 (ms)": quantile(times, 0.5).toFixed(1),
          p95: quantile(times, 0.95).toFixed(1),
        });
      }
    }
    await report("payments-settle", settling, `${payments} payments for each cell, ${BOUTIQUES} boutiques, fsync on.`);

    const secret = randomUUID();
    const keys = {
      publishable: `sb_publishable_${"p".repeat(22)}`,
      secret: `sb_secret_${"s".repeat(22)}`,
      jwt: randomUUID(),
    };
    const started = await startServer([
      cluster.url("authenticator", "bench"),
      keys.jwt,
      keys.publishable,
      keys.secret,
      secret,
    ]);
    server = started.child;
    const post = sender(started.url, secret);
    const accepting: Row[] = [];
    await run("warming up", take(50), post, 10);
    for (const count of CLIENTS) {
      const { perSecond, times } = await run(`webhooks, ${count} at a time`, take(payments), post, count);
      accepting.push({
        "at a time": count,
        "webhooks per second": Math.round(perSecond),
        "p50 (ms)": quantile(times, 0.5).toFixed(1),
        p95: quantile(times, 0.95).toFixed(1),
        p99: quantile(times, 0.99).toFixed(1),
      });
    }
    await report(
      "payments-webhooks",
      accepting,
      "Signed webhooks to functions/webhooks in Deno: verified, kept, and given to the queue.",
    );
    // What was only taken in is none of the next measurement.
    await superuser`delete from pgboss.job where name <> 'payment.event' or state = 'created'`;

    const latency = await measureLatency(cluster.url("postgres", "bench"), superuser, post, { take, idle, queued });
    await report(
      "payments-latency",
      latency,
      "From sending the webhook until its order is paid, in another session's eyes; one worker.",
    );
    const wrong = await superuser`select kind, id, message from private.order_check()`;
    if (wrong.length > 0) throw new Error(`bench: order_check has found ${JSON.stringify(wrong.slice(0, 3))}`);
    process.stdout.write("\norder_check has found nothing.\n");
    await Promise.all([superuser.end(), clients.end()]);
  } finally {
    if (server !== undefined) await endChild(server, ["SIGTERM", 5_000]);
    await cluster.stop();
  }
}

/** Orders of as many customers, each with an attempt that waits for its money. */
async function beginPayments(sql: Sql, customers: number): Promise<Attempt[]> {
  const bar = new ProgressBar("orders");
  const step = 50;
  for (let first = 1; first <= customers; first += step) {
    // Carts that are ordered are open no more: always the first ones.
    await sql`select bench.begin_payments(1, ${Math.min(step, customers - first + 1)})`;
    bar.update(Math.min(1, (first + step) / customers));
  }
  bar.finish();
  return sql<Attempt[]>`
    select t.id, p.group_id, t.customer_id, t.amount::float8 as amount
    from public.payment_attempts t join public.payments p on p.id = t.payment_id order by random()`;
}

/** As many clients as told do all of it in turn. */
async function run(
  title: string,
  attempts: readonly Attempt[],
  act: (attempt: Attempt) => Promise<unknown>,
  clients: number,
) {
  const bar = new ProgressBar(title);
  const startedAt = performance.now();
  const times: number[] = [];
  let next = 0;
  const work = async () => {
    for (let attempt = attempts[next++]; attempt !== undefined; attempt = attempts[next++]) {
      const began = performance.now();
      await act(attempt);
      times.push(performance.now() - began);
      bar.update(times.length / attempts.length);
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  const perSecond = attempts.length / ((performance.now() - startedAt) / 1_000);
  bar.finish();
  return { perSecond, times };
}

/** The rows of a payment in one transaction of prepared statements, without a rule. */
async function writePayment(sql: Sql, { id, group_id, customer_id, amount }: Attempt): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      insert into bench.payment_attempts (id, payment_id, customer_id, provider, amount, currency, expires_at)
      values (${id}, ${randomUUID()}, ${customer_id}, 'test', ${amount}, 'ETB', now())`;
    await tx`
      insert into bench.payments (group_id, customer_id, amount, currency, state, settled_at, method, reference)
      values (${group_id}, ${customer_id}, ${amount}, 'ETB', 'succeeded', now(), 'test', ${id})`;
    const [order] = await tx<{ id: string; boutique_id: string }[]>`
      update bench.orders set updated_at = now() where group_id = ${group_id} returning id, boutique_id`;
    const [orderId, boutique] = [order?.id ?? randomUUID(), order?.boutique_id ?? randomUUID()];
    await tx`
      insert into bench.order_events (order_id, boutique_id, customer_id, from_state, to_state)
      values (${orderId}, ${boutique}, ${customer_id}, 'pending', 'paid')`;
    await tx`
      insert into bench.invoices (order_id, boutique_id, customer_id, kind, number, number_text, currency, total, content)
      values (${orderId}, ${boutique}, ${customer_id}, 'invoice', ${Math.floor(Math.random() * 2 ** 48)}, '1', 'ETB', ${amount}, '{}')`;
  });
}

function sender(url: string, secret: string): (attempt: Attempt) => Promise<void> {
  return async ({ id, amount }) => {
    const data = {
      ...{ reference: id, state: "succeeded", amount, amount_refunded: 0, currency: "ETB", payment_id: `pay_${id}` },
      ...{ method: "card", saved_method: null, reason: null, checkout_url: null },
    };
    const body = JSON.stringify({ type: "payment.succeeded", data });
    const headers = testEventHeaders(secret, `evt_${id}`, body, new Date());
    const response = await fetch(`${url}/functions/v1/webhooks/test`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`bench: the webhook was answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  };
}

interface Load {
  take(count: number): Attempt[];
  readonly idle: number;
  readonly queued: number;
}

async function measureLatency(
  databaseUrl: string,
  superuser: Sql,
  post: (attempt: Attempt) => Promise<void>,
  { take, idle, queued }: Load,
): Promise<Row[]> {
  await superuser`
    create trigger tell_of_payment after update of paid_at on public.order_groups
      for each row when (old.paid_at is null and new.paid_at is not null) execute function bench.tell_of_payment()`;
  const waiting = new Map<string, () => void>();
  const listener = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  await listener.listen("bench_paid", (group) => waiting.get(group)?.());
  const timed = async (attempt: Attempt): Promise<number> => {
    const began = performance.now();
    const paid = new Promise<void>((resolve) => waiting.set(attempt.group_id, resolve));
    await post(attempt);
    await paid;
    return performance.now() - began;
  };
  const rows: Row[] = [];
  const row = (name: string, times: readonly number[]) =>
    rows.push({
      webhooks: name,
      "p50 (ms)": quantile(times, 0.5).toFixed(1),
      p95: quantile(times, 0.95).toFixed(1),
      p99: quantile(times, 0.99).toFixed(1),
    });
  const worker = await startWorker({
    settings: settingsOf(databaseUrl),
    log: silentLog,
    connections: 8,
    stopSeconds: 5,
    listen: true,
  });
  try {
    for (const attempt of take(20)) await timed(attempt);
    const alone: number[] = [];
    for (const attempt of take(idle)) alone.push(await timed(attempt));
    row("one at a time, idle", alone);
    // A backlog, and others that come behind it one by one.
    const backlog = take(queued);
    await superuser`insert into private.paused_queues (queue) values ('payment.event')`;
    while (worker.working.has("payment.event")) await new Promise((resolve) => setTimeout(resolve, 50));
    await run(`${queued} webhooks while the queue is paused`, backlog, post, 20);
    await superuser`delete from private.paused_queues`;
    while (!worker.working.has("payment.event")) await new Promise((resolve) => setTimeout(resolve, 50));
    row(`behind ${queued} that wait`, await Promise.all(take(50).map(timed)));
  } finally {
    await worker.stop();
    await listener.end({ timeout: 1 });
  }
  return rows;
}

const settingsOf = (databaseUrl: string) =>
  jobVariables.parse({
    SUPABASE_DB_URL: databaseUrl,
    SUPABASE_URL: "http://127.0.0.1:9",
    SUPABASE_SECRET_KEY: "none",
    WEBHOOK_MASTER_KEY: "a master key of the benchmark alone, 32+",
  });

async function startServer(args: readonly string[]) {
  const file = new URL("payments/server.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "inherit"], detached: true });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (text) => resolve(String(text).trim()));
    child.once("exit", (code) => reject(new Error(`bench: the API ended with ${code}.`)));
  });
  return { child, url: `http://127.0.0.1:${port}` };
}
