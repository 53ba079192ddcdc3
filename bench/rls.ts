// npm run bench -- rls: what row-level security costs, and whether it grows with tenants that a query does not concern.
import postgres from "postgres";
import { SUPERUSER } from "../stack/postgres.ts";
import { pushMigrations } from "../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../stack/throwaway.ts";
import { type DataSize, loadBoutiques, loadMarketplace } from "./data.ts";
import { readNumbers } from "./options.ts";
import { type Measurement, measure, type Side } from "./rls/measure.ts";
import { readPaths, vaguePaths } from "./rls/paths.ts";
import { quantile, type Row, report } from "./table.ts";

/** Measures with a tenth of the boutiques, then with all of them. Sizes and repetitions are options. */
export async function benchRls(): Promise<void> {
  const { size, repetitions } = readOptions();
  const few = Math.max(5, Math.floor(size.boutiques / 10));
  const paths = [...readPaths, ...vaguePaths];
  const cluster = await ThrowawayCluster.start();
  const connect = (role: "postgres" | typeof SUPERUSER) =>
    postgres(cluster.url(role, "bench"), { max: 1, onnotice: () => undefined });
  try {
    await cluster.clone("postgres", "bench");
    await pushMigrations(cluster.url("postgres", "bench"), { seed: false });
    const superuser = connect(SUPERUSER);
    const owner = connect("postgres");
    await loadMarketplace(superuser);
    await loadBoutiques(superuser, 1, few, size);
    const small = await measure(owner, paths, 1);
    await loadBoutiques(superuser, few + 1, size.boutiques, size);
    const large = await measure(owner, paths, repetitions);
    await Promise.all([superuser.end(), owner.end()]);

    const isVague = ({ path }: Measurement) => vaguePaths.includes(path);
    const note = `${size.boutiques} boutiques, ${count(size.boutiques * size.products)} products, ${count(size.allocations)} allocations, ${repetitions} repetitions.`;
    const exact = large.filter((measurement) => !isVague(measurement));
    await report("rls", exact.map(costRow), note);
    await report("rls-reads", exact.map(readRow), note);
    await report(
      "rls-growth",
      exact.map((measurement, n) => growthRow(measurement, small[n], few, size.boutiques)),
      `The same boutique among ${few} and among ${size.boutiques}.`,
    );
    await report(
      "rls-vague",
      large.flatMap((measurement, n) =>
        isVague(measurement) ? [growthRow(measurement, small[n], few, size.boutiques)] : [],
      ),
      "Queries that leave it to the policy to find the rows.",
    );
  } finally {
    await cluster.stop();
  }
}

function readOptions(): { size: DataSize; repetitions: number } {
  // The paths ask for the fifth boutique and its gown 123.
  const { repetitions, ...size } = readNumbers({
    boutiques: { default: 100, least: 6 },
    products: { default: 1_000, least: 123 },
    allocations: { default: 1_000_000, least: 0 },
    repetitions: { default: 300, least: 1 },
  });
  return { size: { ...size, pieces: 1, salons: false }, repetitions };
}

function costRow({ path, role, owner }: Measurement): Row {
  return {
    "read path": path.name,
    "executor p50 role, owner (µs)": pair(role.executor, owner.executor, 0.5),
    "executor p95": pair(role.executor, owner.executor, 0.95),
    "policy (µs)": Math.round(median(role.executor) - median(owner.executor)),
    "executor ratio": (median(role.executor) / median(owner.executor)).toFixed(2),
    "transaction p50 role, owner (µs)": pair(role.transaction, owner.transaction, 0.5),
    "transaction p95": pair(role.transaction, owner.transaction, 0.95),
    "transaction ratio": (median(role.transaction) / median(owner.transaction)).toFixed(2),
  };
}

function readRow({ path, role, owner }: Measurement): Row {
  return {
    "read path": path.name,
    "rows role, owner": `${role.rows}, ${owner.rows}`,
    "pages role, owner": `${role.buffers}, ${owner.buffers}`,
    "planning role, owner (µs)": pair(role.planning, owner.planning, 0.5),
    plan: role.plan,
  };
}

function growthRow({ path, role, owner }: Measurement, small: Measurement | undefined, few: number, all: number): Row {
  const before = small?.role;
  return {
    "read path": path.name,
    [`rows, ${few} boutiques`]: before?.rows ?? "",
    [`rows, ${all} boutiques`]: role.rows,
    [`pages, ${few} boutiques`]: before?.buffers ?? "",
    [`pages, ${all} boutiques`]: role.buffers,
    "pages owner": owner.buffers,
    plan: before?.plan === role.plan ? "same" : `was ${before?.plan}, is ${role.plan}`,
    grows: before !== undefined && grows(before, role) ? "**yes**" : "no",
  };
}

function pair(role: readonly number[], owner: readonly number[], share: number): string {
  return `${Math.round(quantile(role, share))}, ${Math.round(quantile(owner, share))}`;
}

function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** An index may become some levels deeper, which is the log n that every tenant adds to. */
function grows(small: Side, large: Side): boolean {
  return large.buffers > small.buffers * 1.2 + 6;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
