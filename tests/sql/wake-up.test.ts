import { afterAll, beforeAll, expect, it } from "vitest";
import { World } from "../helpers/world.ts";

let world: World;
beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

const schedule = async () => (await world.sql`select private.schedule_wake_up() as scheduled`)[0];

it("does nothing where there is no pg_cron, pg_net or Vault, as on the embedded stack", async () => {
  expect(await schedule()).toEqual({ scheduled: false });
  await world.sql`select private.wake_up()`;
});

it("calls the function every 30 seconds with what Vault has, and nothing secret stands in the schedule", async () => {
  // As the platform has them, with tables that keep what they were called with.
  await world.sql.unsafe(`
    create schema cron; create schema net; create schema vault;
    create table cron.job (jobname text primary key, schedule text, command text);
    create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as
      'insert into cron.job values ($1, $2, $3) on conflict (jobname) do update set schedule = $2, command = $3 returning 1::bigint';
    create table net.called (url text, body jsonb, headers jsonb, timeout_milliseconds integer);
    create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}',
      timeout_milliseconds integer default 5000) returns bigint language sql as
      'insert into net.called values ($1, $2, $4, $5) returning 1::bigint';
    create table vault.decrypted_secrets (name text, decrypted_secret text);`);
  for (const _time of [1, 2]) expect(await schedule()).toEqual({ scheduled: true });
  const jobs = await world.sql<
    { jobname: string; schedule: string; command: string }[]
  >`select * from cron.job order by jobname`;
  expect([...jobs]).toEqual([
    { jobname: "nexus-wake-up", schedule: "30 seconds", command: "select private.wake_up()" },
    { jobname: "nexus-watch-jobs", schedule: "*/5 * * * *", command: "select private.watch_jobs()" },
  ]);
  for (const { command } of jobs) await world.sql.unsafe(command);
  expect(await world.sql`select from net.called`).toHaveLength(0);

  await world.sql`
    insert into vault.decrypted_secrets values
      ('nexus_jobs_url', 'https://project.example/functions/v1/jobs/drain'), ('nexus_jobs_secret', 'of the tests'), ('other', 'x')`;
  for (const { command } of jobs) await world.sql.unsafe(command);
  expect([...(await world.sql`select url, headers, body from net.called`)]).toEqual([
    {
      url: "https://project.example/functions/v1/jobs/drain",
      headers: { "content-type": "application/json", "x-jobs-secret": "of the tests" },
      body: {},
    },
  ]);
});
