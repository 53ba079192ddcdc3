import { afterAll, beforeAll, expect, it } from "vitest";
import { World } from "../helpers/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

const draw = async (bucket: string, capacity: number, perMinute: number): Promise<number> => {
  const [row] = await world.sql<{ wait: number }[]>`
    select private.draw_token(${bucket}, ${capacity}, ${perMinute}) as wait`;
  return row?.wait ?? Number.NaN;
};

it("gives out as many tokens as the bucket holds to 50 callers at once, and tells the others how long", async () => {
  const waits = await Promise.all(Array.from({ length: 50 }, () => draw("race", 10, 6)));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
  expect(waits.filter((wait) => wait > 0 && wait <= 10)).toHaveLength(40);
});

it("fills by the clock, no further than its brim, and not more slowly for being asked", async () => {
  for (let n = 0; n < 3; n += 1) expect(await draw("clock", 3, 60)).toBe(0);
  expect(await draw("clock", 3, 60)).toBe(1);
  const turnBack = (seconds: number) => world.sql`
    update private.rate_limits set refilled_at = refilled_at - ${seconds} * interval '1 second' where bucket = 'clock'`;
  await turnBack(1);
  expect(await draw("clock", 3, 60)).toBe(0);
  expect(await draw("clock", 3, 60)).toBe(1);
  await turnBack(3600);
  for (let n = 0; n < 3; n += 1) expect(await draw("clock", 3, 60)).toBe(0);
  expect(await draw("clock", 3, 60)).toBe(1);
});

it("is drawn from while it is swept away", async () => {
  for (let round = 0; round < 200; round += 1) {
    await world.sql`
      insert into private.rate_limits (bucket, tokens, refilled_at, full_at)
      values ('swept', 0, now() - interval '2 hours', now() - interval '1 hour')
      on conflict (bucket) do update set refilled_at = excluded.refilled_at, full_at = excluded.full_at`;
    const draws = Array.from({ length: 4 }, () => draw("swept", 1000, 1000));
    await Promise.all([...draws, world.sql`select private.sweep_rate_limits()`]);
    expect(await Promise.all(draws)).toEqual([0, 0, 0, 0]);
  }
});

it("keeps buckets apart, and sweeps those that are full again and no other", async () => {
  await world.sql`delete from private.rate_limits`;
  expect(await draw("hers", 1, 1)).toBe(0);
  expect(await draw("his", 1, 1)).toBe(0);
  // Three a day.
  expect(await draw("slow", 3, 3 / 1440)).toBe(0);
  expect(await draw("hers", 1, 1)).toBeGreaterThan(0);
  await world.sql`
    update private.rate_limits set refilled_at = refilled_at - interval '2 hours', full_at = full_at - interval '2 hours'
    where bucket in ('his', 'slow')`;
  const [swept] = await world.sql`select private.sweep_rate_limits()::int as n`;
  expect(swept).toEqual({ n: 1 });
  expect(await world.sql`select bucket from private.rate_limits order by 1`).toEqual([
    { bucket: "hers" },
    { bucket: "slow" },
  ]);
});
