import type { Sql } from "postgres";
import type { ReadPath } from "./paths.ts";
import { type PlanNode, summarize } from "./plan.ts";

/** One path as one side runs it. Times are in microseconds. */
export interface Side {
  /** Of the executor alone, as EXPLAIN ANALYZE tells it. */
  readonly executor: readonly number[];
  /** Of a whole transaction as the client waits for it: begin, role and claims, the query with its rows, commit. */
  readonly transaction: readonly number[];
  /** Of planning it anew. */
  readonly planning: readonly number[];
  /** Rows that its scans fetched, whether they passed the filters or not. */
  readonly rows: number;
  /** Pages of 8 kB that it touched, those of policy helpers included. */
  readonly buffers: number;
  /** Kind and index of every node of its plan. */
  readonly plan: string;
}

export interface Measurement {
  readonly path: ReadPath;
  readonly role: Side;
  readonly owner: Side;
}

type Who = "role" | "owner";
interface Explained {
  readonly Plan: PlanNode;
  readonly "Planning Time": number;
  readonly "Execution Time": number;
}

const SIDES = ["role", "owner"] as const;
const WARM_UP = 10;
const RUNS_PER_TURN = 10;
const PLANNINGS = 40;

/**
 * Measures every path as its role and as the owner of the tables, in turns on one connection: what else the machine does
 * meets both alike.
 *
 * @param sql a connection of the owner, which row-level security does not apply to
 */
export async function measure(sql: Sql, paths: readonly ReadPath[], repetitions: number): Promise<Measurement[]> {
  const connection = await sql.reserve();
  const [executor, transaction, planning] = [new Samples(), new Samples(), new Samples()];

  /** Runs a command as one side in a transaction of its own, as the Data API does. */
  const as = async (who: Who, path: ReadPath, command: string): Promise<Explained[]> => {
    const claims = JSON.stringify({ sub: path.person ?? "", role: path.role });
    const role = who === "owner" ? "none" : path.role;
    const results = (await connection.unsafe(`begin; select set_config('request.jwt.claims', '${claims}', true),
      set_config('request.jwt.claim.sub', '${path.person ?? ""}', true), set_config('role', '${role}', true); ${command}; commit`)) as unknown;
    // One result per statement; those of EXPLAIN hold a plan each.
    return (results as { "QUERY PLAN"?: [Explained] }[][]).flatMap(([row]) => row?.["QUERY PLAN"] ?? []);
  };
  const explain = (who: Who, path: ReadPath, options: string, times = 1): Promise<Explained[]> => {
    const command = `explain (${options}, format json) ${callOf(who, path)}`;
    return as(who, path, Array(times).fill(command).join("; "));
  };

  try {
    for (const path of paths) {
      for (const who of SIDES) {
        await as(who, path, `prepare ${nameOf(who, path)} as ${textOf(who, path)}`);
        // Past the first runs Postgres has settled on a plan and keeps it, and so have the functions in the policies.
        await explain(who, path, "analyze, timing off", WARM_UP);
      }
    }
    for (let turn = 0; turn < repetitions / RUNS_PER_TURN; turn += 1) {
      for (const path of paths) {
        for (const who of turn % 2 === 0 ? SIDES : SIDES.toReversed()) {
          // The first run of a turn finds the processor's caches full of something else and is left out.
          const [, ...runs] = await explain(who, path, "analyze, timing off", 1 + RUNS_PER_TURN);
          executor.of(who, path).push(...runs.map((run) => run["Execution Time"] * 1000));
        }
        for (let run = 0; run < 2 * RUNS_PER_TURN; run += 1) {
          const who = (turn + run) % 2 === 0 ? "role" : "owner";
          const startedAt = performance.now();
          await as(who, path, callOf(who, path));
          transaction.of(who, path).push((performance.now() - startedAt) * 1000);
        }
      }
    }
    // Before the statements are planned anew: what is looked at is the plan that was timed.
    const measurements: Measurement[] = [];
    for (const path of paths) {
      const side = async (who: Who): Promise<Side> => {
        const [explained] = await explain(who, path, "analyze, timing off, buffers");
        if (explained === undefined) throw new Error(`Postgres did not explain "${path.name}"`);
        return {
          executor: executor.of(who, path),
          transaction: transaction.of(who, path),
          planning: planning.of(who, path),
          ...summarize(explained.Plan),
        };
      };
      measurements.push({ path, role: await side("role"), owner: await side("owner") });
    }
    await connection`set plan_cache_mode = force_custom_plan`;
    for (let repetition = 0; repetition < PLANNINGS; repetition += 1) {
      for (const path of paths) {
        for (const who of SIDES) {
          // Without values there is nothing to plan for again: the statement is prepared anew, and planned by the first use.
          await as(who, path, `deallocate ${nameOf(who, path)}`);
          await as(who, path, `prepare ${nameOf(who, path)} as ${textOf(who, path)}`);
          const [explained] = await explain(who, path, "summary");
          planning.of(who, path).push((explained?.["Planning Time"] ?? Number.NaN) * 1000);
        }
      }
    }
    await connection`reset plan_cache_mode`;

    for (const path of paths) for (const who of SIDES) await as(who, path, `deallocate ${nameOf(who, path)}`);
    return measurements;
  } finally {
    connection.release();
  }
}

/** Samples of both sides of every path. */
class Samples {
  readonly #lists = new Map<string, number[]>();

  of(who: Who, path: ReadPath): number[] {
    const list = this.#lists.get(nameOf(who, path)) ?? [];
    this.#lists.set(nameOf(who, path), list);
    return list;
  }
}

function callOf(who: Who, path: ReadPath): string {
  const values = path.values.map((value) => `'${value}'`).join(", ");
  return `execute ${nameOf(who, path)}${values && `(${values})`}`;
}

function nameOf(who: Who, path: ReadPath): string {
  return `"${who}: ${path.name}"`;
}

function textOf(who: Who, path: ReadPath): string {
  return path.query(who === "owner" ? (path.policy ?? "true") : "true");
}
