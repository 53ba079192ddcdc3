// npm run bench -- calendar: what customers and staff wait for, on a large calendar and when many want the same.
import { randomInt } from "node:crypto";
import postgres, { type Sql } from "postgres";
import { ProgressBar } from "../scripts/progress-bar.ts";
import { SUPERUSER } from "../stack/postgres.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { book, type Call, reserve, type TimedCall, timedCalls } from "./calendar/calls.ts";
import { type Answer, time } from "./calendar/client.ts";
import { type Rush, rushes } from "./calendar/rush.ts";
import { type DataSize, id, loadBoutiques, loadMarketplace } from "./data.ts";
import { readNumbers } from "./options.ts";
import { quantile, type Row, report } from "./table.ts";

const CLIENTS = [1, 10, 50];
const WARM_UP = 20;
/** The only garment in service of this variant of the fifth boutique is what many want. */
const WANTED_VARIANT = 41;
const RUSHES = 5;

/** Measures single calls on a tenth of the boutiques and on all of them, then many clients at once. */
export async function benchCalendar(): Promise<void> {
  const { repetitions, seconds, ...sizes } = readNumbers({
    boutiques: { default: 1_000, least: 60 },
    products: { default: 100, least: 30 },
    pieces: { default: 5, least: 2 },
    allocations: { default: 5_000_000, least: 0 },
    repetitions: { default: 300, least: 1 },
    seconds: { default: 10, least: 1 },
  });
  const size: DataSize = { ...sizes, salons: true };
  const few = Math.max(20, Math.floor(size.boutiques / 10));
  const garments = (boutiques: number) => (boutiques * size.products * 2 * size.pieces).toLocaleString("en-US");
  // Commits reach the disk: what a booking waits for.
  const cluster = await ThrowawayCluster.start(true);
  const connect = (role: "postgres" | typeof SUPERUSER, max: number) =>
    postgres(cluster.url(role, "bench"), { max, onnotice: () => undefined });
  try {
    await cluster.clone("postgres", "bench");
    await pushMigrations(cluster.url("postgres", "bench"), { seed: false });
    const superuser = connect(SUPERUSER, 1);
    const clients = connect("postgres", Math.max(...CLIENTS));
    const calls = timedCalls(size);
    await loadMarketplace(superuser);
    await loadBoutiques(superuser, 1, few, size);
    const small = await timeCalls(clients, calls, repetitions, `calls among ${few} boutiques`);
    await loadBoutiques(superuser, few + 1, size.boutiques, size);
    const large = await timeCalls(clients, calls, repetitions, `calls among ${size.boutiques} boutiques`);
    const [sizeNow] = await superuser<{ allocations: number; heap: string; guard: string; indexes: string }[]>`
      select (select count(*)::int from public.allocations) as allocations, pg_size_pretty(pg_relation_size('public.allocations')) as heap,
        pg_size_pretty(pg_relation_size('public.live_allocations_of_a_resource_never_overlap')) as guard,
        pg_size_pretty(pg_indexes_size('public.allocations')) as indexes`;
    const note = `${garments(size.boutiques)} garments of ${size.boutiques} boutiques, ${sizeNow?.allocations.toLocaleString("en-US")} allocations`;
    await report(
      "calendar",
      calls.map((call) => latencyRow(call, calls, small, large, few, size.boutiques)),
      `${note}, ${repetitions} repetitions. Times in ms.`,
    );
    await report(
      "calendar-size",
      [
        {
          allocations: sizeNow?.heap ?? "",
          "exclusion index": sizeNow?.guard ?? "",
          "all indexes": sizeNow?.indexes ?? "",
        },
      ],
      `${note}.`,
    );

    await superuser`
      update public.garments set retired_at = now()
      where variant_id = ${id(`variant 5 ${WANTED_VARIANT}`)} and id <> ${id(`garment 5 ${1 + (WANTED_VARIANT - 1) * size.pieces}`)}`;
    const someBoutique = () => 1 + randomInt(size.boutiques);
    const published = () => 1 + 2 * randomInt(8);
    await report(
      "calendar-throughput",
      [
        ...(await contend(clients, seconds, "reserve_rental", {
          different: () => reserve(someBoutique(), published()),
          same: () => reserve(5, WANTED_VARIANT),
        })),
        ...(await contend(clients, seconds, "book_fitting", {
          different: () => book(someBoutique()),
          same: () => book(5, 1),
        })),
      ],
      `${note}. ${seconds} seconds each. Different: any boutique. Same: one garment, one stylist. Times in ms.`,
    );
    await Promise.all([superuser.end(), clients.end()]);

    const days = Array.from({ length: 1 + RUSHES }, (_, n) => 60 + n);
    const [first, ...later] = await rushes(cluster.url("authenticator", "bench"), 200, days);
    await report(
      "calendar-rush",
      [rushRow("the first, on new connections", first === undefined ? [] : [first]), rushRow(`${RUSHES} more`, later)],
      "200 clients who want ten slots at once, through supabase-js and an API with 20 connections, all in one process.",
    );
  } finally {
    await cluster.stop();
  }
}

function rushRow(name: string, all: readonly Rush[]): Row {
  const waits = all.flatMap((each) => each.waits);
  return {
    rush: name,
    booked: all.map(({ booked }) => booked).join(", "),
    refused: all.map(({ refused }) => refused).join(", "),
    "wait p50 (ms)": Math.round(quantile(waits, 0.5)),
    p95: Math.round(quantile(waits, 0.95)),
    longest: Math.round(Math.max(...waits)),
  };
}

/** Milliseconds of every call, in turns on one connection; refusals are answers like others. */
async function timeCalls(
  sql: Sql,
  calls: readonly TimedCall[],
  repetitions: number,
  title: string,
): Promise<ReadonlyMap<string, number[]>> {
  const connection = await sql.reserve();
  const samples = new Map(calls.map(({ name }) => [name, [] as number[]]));
  const bar = new ProgressBar(title);
  try {
    for (let n = 0; n < WARM_UP + repetitions; n += 1) {
      for (const { name, make } of calls) {
        const { milliseconds } = await time(connection, make());
        if (n >= WARM_UP) samples.get(name)?.push(milliseconds);
      }
      bar.update((n + 1) / (WARM_UP + repetitions));
    }
  } finally {
    connection.release();
  }
  bar.finish();
  return samples;
}

function latencyRow(
  { name, baseline }: TimedCall,
  calls: readonly TimedCall[],
  small: ReadonlyMap<string, number[]>,
  large: ReadonlyMap<string, number[]>,
  few: number,
  all: number,
): Row {
  const p50 = (samples: ReadonlyMap<string, number[]>, of: string) => quantile(samples.get(of) ?? [], 0.5);
  const both = (samples: ReadonlyMap<string, number[]>) =>
    [0.5, 0.95].map((share) => quantile(samples.get(name) ?? [], share).toFixed(2)).join(", ");
  const compared = calls.find((call) => call.name === baseline)?.name;
  return {
    call: name,
    [`p50, p95 among ${few} boutiques`]: both(small),
    [`p50, p95 among ${all}`]: both(large),
    "all / few": (p50(large, name) / p50(small, name)).toFixed(2),
    "times its baseline":
      compared === undefined ? "" : `${(p50(large, name) / p50(large, compared)).toFixed(1)} x ${compared}`,
  };
}

/** As many calls as clients make in some seconds, each after its answer; every one is undone in between. */
async function contend(
  sql: Sql,
  seconds: number,
  name: string,
  kinds: Readonly<Record<string, () => Call>>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const clients of CLIENTS) {
    for (const [kind, make] of Object.entries(kinds)) {
      const bar = new ProgressBar(`${name}, ${clients} clients, ${kind}`);
      const startedAt = performance.now();
      const until = startedAt + seconds * 1_000;
      const work = async () => {
        const connection = await sql.reserve();
        const answers: Answer[] = [];
        try {
          while (performance.now() < until) {
            answers.push(await time(connection, make()));
            bar.update(Math.min(1, (performance.now() - startedAt) / (seconds * 1_000)));
          }
        } finally {
          connection.release();
        }
        return answers;
      };
      const answers = (await Promise.all(Array.from({ length: clients }, work))).flat();
      const times = answers.map(({ milliseconds }) => milliseconds);
      bar.finish();
      rows.push({
        call: name,
        clients,
        on: kind,
        "done per second": Math.round(answers.filter(({ refusal }) => refusal === undefined).length / seconds),
        "refused per second": Math.round(answers.filter(({ refusal }) => refusal !== undefined).length / seconds),
        p50: quantile(times, 0.5).toFixed(1),
        p95: quantile(times, 0.95).toFixed(1),
        longest: Math.max(...times).toFixed(0),
      });
    }
  }
  return rows;
}
