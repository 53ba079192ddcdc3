// recommend_size with very many reviews, as anybody calls it.
import type { Sql } from "postgres";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import type { JobContext } from "../../functions/_shared/jobs/queue.ts";
import { trainFit } from "../../functions/_shared/jobs/train-fit.ts";
import { quantile, report } from "../table.ts";
import { onGround } from "./cluster.ts";

const REVIEWS = 200_000;
const GOWNS = 2_000;
const CUSTOMERS = 50_000;
const CALLS = 2_000;

export async function benchAdvice(): Promise<void> {
  await onGround(false, async ({ superuser, connect }) => {
    await superuser`select bench.load_gowns(${GOWNS}), bench.load_customers(${CUSTOMERS})`;
    await superuser`select bench.load_tried(1, ${REVIEWS}, ${CUSTOMERS}, ${GOWNS})`;
    await superuser`select bench.load_reviews(1, ${REVIEWS}, ${CUSTOMERS}, ${GOWNS})`;
    await superuser`vacuum analyze`;
    const sql = connect(1);
    await trainFit.run({}, { sql, log: silentLog } as unknown as JobContext, {} as never);
    const [training] = await sql<
      { state: string; rows: string }[]
    >`select state, rows_read as rows from public.fit_trainings`;
    if (training?.state !== "used") throw new Error(`bench: the training was ${training?.state}.`);
    await superuser`vacuum analyze`;
    const rows = [];
    for (const [name, customer] of [
      ["anon, with her measurements", false],
      ["a customer with reviews of hers", true],
    ] as const) {
      const times = await call(sql, customer);
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(times, share).toFixed(2));
      rows.push({ caller: name, "p50 (ms)": p50 ?? "", p95: p95 ?? "", p99: p99 ?? "" });
    }
    await report(
      "experience-advice",
      rows,
      `recommend_size, ${training.rows} reviews of ${GOWNS} gowns in 8 sizes, ${CALLS} calls each, warm; in the database.`,
    );
  });
}

/** Every call is from an address of its own, so that the rate limit counts and lets it through. */
async function call(sql: Sql, isCustomer: boolean): Promise<number[]> {
  const times: number[] = [];
  for (let n = -50; n < CALLS; n += 1) {
    await sql.begin(async (tx) => {
      const role = isCustomer ? "authenticated" : "anon";
      const headers = JSON.stringify({ "x-forwarded-for": `10.${n & 7}.${(n >> 3) & 255}.${(n >> 11) & 255}` });
      await tx`
        select set_config('request.headers', ${headers}, true),
          set_config('request.jwt.claims', json_build_object('role', ${role}::text, 'sub', case when ${isCustomer} then md5('customer ' || ${1 + ((n + 50) % CUSTOMERS)}::int)::uuid end)::text, true),
          set_config('request.jwt.claim.sub', case when ${isCustomer} then md5('customer ' || ${1 + ((n + 50) % CUSTOMERS)}::int)::uuid::text else '' end, true),
          set_config('role', ${role}, true)`;
      const body = JSON.stringify({ weight_kg: 50 + ((n + 50) % 40), height_cm: 160 + ((n + 50) % 20) });
      const begin = performance.now();
      await tx.unsafe(`select public.recommend_size(md5('product ${1 + ((n + 50) % GOWNS)}')::uuid, '${body}')`);
      if (n >= 0) times.push(performance.now() - begin);
    });
  }
  return times;
}
