// Fifty people review one gown at once: each waits for the sums of the gown, which have to be right afterwards.
import { ProgressBar } from "../../scripts/progress-bar.ts";
import { quantile, report } from "../table.ts";
import { onGround } from "./cluster.ts";

const CONNECTIONS = 50;
const EACH = 40;

export async function benchRatings(): Promise<void> {
  // Commits reach the disk: what a review waits for.
  await onGround(true, async ({ superuser, connect }) => {
    await superuser`select bench.load_gowns(1), bench.load_customers(${CONNECTIONS})`;
    await superuser`
      select bench.load_fittings(1, ${CONNECTIONS * EACH}, ${CONNECTIONS}), bench.load_tried(1, ${CONNECTIONS * EACH}, ${CONNECTIONS}, 1)`;
    await superuser`vacuum analyze`;
    const sql = connect(CONNECTIONS);
    await Promise.all(Array.from({ length: CONNECTIONS }, () => sql`select pg_sleep(0)`));
    const times: number[] = [];
    const bar = new ProgressBar(`${CONNECTIONS * EACH} reviews of one gown by ${CONNECTIONS} people`);
    const startedAt = performance.now();
    const write = async (customer: number) => {
      for (let turn = 0; turn < EACH; turn += 1) {
        const fitting = customer + turn * CONNECTIONS;
        const begin = performance.now();
        await sql.begin(async (tx) => {
          await tx`
            select set_config('request.jwt.claims', json_build_object('role', 'authenticated', 'sub', md5('customer ' || ${1 + (fitting % CONNECTIONS)}::int)::uuid)::text, true),
              set_config('request.jwt.claim.sub', md5('customer ' || ${1 + (fitting % CONNECTIONS)}::int)::uuid::text, true),
              set_config('role', 'authenticated', true)`;
          await tx`
            select public.write_review('fitted', md5('fitting ' || ${fitting}::int)::uuid, md5('product 1')::uuid, ${1 + (turn % 5)}::int,
              ${["small", "true", "large"][turn % 3] ?? null}::public.review_fit)`;
        });
        times.push(performance.now() - begin);
        bar.update(times.length / (CONNECTIONS * EACH));
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, n) => write(n + 1)));
    const seconds = (performance.now() - startedAt) / 1_000;
    bar.finish();
    const wrong = await superuser`
      select from (
        select count(*) as rating_count, sum(rating)::bigint as rating_sum, count(*) filter (where fit = 'small') as fit_small,
          count(*) filter (where fit = 'true') as fit_true, count(*) filter (where fit = 'large') as fit_large
        from public.reviews) r
      join public.product_ratings s using (rating_count, rating_sum, fit_small, fit_true, fit_large)
      where s.rating_count = ${CONNECTIONS * EACH}`;
    if (wrong.length !== 1) throw new Error("bench: the sums of the gown are not those of its reviews.");
    await report(
      "experience-ratings",
      [
        {
          connections: CONNECTIONS,
          reviews: times.length,
          "reviews per second": Math.round(times.length / seconds),
          "p50 (ms)": quantile(times, 0.5).toFixed(1),
          p95: quantile(times, 0.95).toFixed(1),
          "sums are right": "yes",
        },
      ],
      "write_review of one gown, all at once, fsync on.",
    );
  });
}
