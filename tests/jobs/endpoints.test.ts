import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type JobLog, shortError, silentLog } from "../../functions/_shared/jobs/log.ts";
import { queues } from "../../functions/_shared/jobs/registry.ts";
import { freePort } from "../../stack/ports.ts";
import { SUPERUSER } from "../../stack/postgres.ts";
import { withRole } from "../../stack/throwaway.ts";
import { readConfig, type WorkerConfig } from "../../worker/config.ts";
import { type Service, startService } from "../../worker/service.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { World } from "../helpers/world.ts";

let world: World;
let service: Service;
let origin: string;
const lines: { fields: Record<string, unknown>; message: string }[] = [];

async function configuration(more: Record<string, string> = {}): Promise<WorkerConfig> {
  return readConfig({
    SUPABASE_DB_URL: world.databaseUrl,
    SUPABASE_URL: world.apiUrl,
    SUPABASE_SECRET_KEY: world.keys.secret,
    WEBHOOK_MASTER_KEY: webhookMasterKey,
    WORKER_PORT: String(await freePort()),
    WORKER_STOP_SECONDS: "1",
    ...more,
  });
}

beforeAll(async () => {
  world = await World.create();
  const note = (fields: object, message: string) => void lines.push({ fields: { ...fields }, message });
  const log: JobLog = { info: note, warn: note, error: note };
  service = await startService(await configuration(), log);
  origin = `http://127.0.0.1:${service.port}`;
});
afterAll(async () => {
  await service?.stop();
  await world?.close();
});

const waitFor = (condition: () => Promise<void> | void) => vi.waitFor(condition, { timeout: 20_000, interval: 100 });

/** The samples of /metrics by their name and labels. */
async function samples(): Promise<Record<string, number>> {
  const response = await fetch(`${origin}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/plain");
  const rows = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(rows.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

describe("/health", () => {
  it("is good while the database answers and every queue is looked at", async () => {
    await waitFor(async () => {
      const response = await fetch(`${origin}/health`);
      expect(await response.json()).toMatchObject({ ok: true, problems: [], listening: true, paused: [] });
      expect(response.status).toBe(200);
    });
  });

  it("names what is paused, which is no fault", async () => {
    await world.sql`insert into private.paused_queues (queue) values ('mail.invitation')`;
    await waitFor(async () => {
      const response = await fetch(`${origin}/health`);
      expect([response.status, (await response.json()).paused]).toEqual([200, ["mail.invitation"]]);
    });
    await world.sql`delete from private.paused_queues`;
  });

  it("is bad when the database is away, and good again when it is back", async () => {
    const name = new URL(world.databaseUrl).pathname.slice(1);
    const url = new URL(withRole(world.databaseUrl, SUPERUSER));
    url.pathname = "/postgres";
    const superuser = postgres(url.href, { max: 1, onnotice: () => undefined });
    try {
      await superuser.unsafe(`alter database "${name}" allow_connections false`);
      await superuser`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
      await waitFor(async () => {
        const response = await fetch(`${origin}/health`);
        expect(response.status).toBe(503);
        expect((await response.json()).problems[0]).toMatch(/^The database does not answer: /);
      });
      expect((await samples())["nexus_database_up"]).toBe(0);
    } finally {
      await superuser.unsafe(`alter database "${name}" allow_connections true`);
      await superuser.end();
    }
    await waitFor(async () => expect((await fetch(`${origin}/health`)).status).toBe(200));
  });
});

describe("/metrics", () => {
  it("counts jobs, attempts and what is overdue", async () => {
    await world.sql`
      select private.enqueue('rental.expire_hold', jsonb_build_object('rental_id', gen_random_uuid())) from generate_series(1, 3)`;
    await world.sql`insert into private.paused_queues (queue) values ('mail.invitation')`;
    await world.sql`
      insert into pgboss.job (name, data, start_after) values ('mail.invitation', '{}', now() - interval '1 hour'),
        ('mail.invitation', '{}', now() + interval '1 hour'), ('mail.invitation.dead', '{}', now())`;
    await waitFor(async () => {
      expect(await samples()).toMatchObject({
        nexus_database_up: 1,
        nexus_listen_connected: 1,
        'nexus_job_attempts_total{queue="rental.expire_hold",outcome="completed"}': 3,
        // An attempt of before may have failed with the database.
        'nexus_job_duration_seconds_count{queue="rental.expire_hold"}': expect.any(Number),
        'nexus_jobs{queue="mail.invitation",state="ready"}': 1,
        'nexus_jobs{queue="mail.invitation",state="deferred"}': 1,
        'nexus_jobs{queue="mail.invitation",state="dead"}': 1,
        'nexus_jobs{queue="rental.expire_hold",state="ready"}': 0,
        'nexus_queue_paused{queue="mail.invitation"}': 1,
        'nexus_overdue_jobs{queue="mail.invitation",problem="late"}': 1,
        'nexus_overdue_jobs{queue="mail.invitation",problem="dead"}': 1,
        nexus_jobs_watch_last_run_timestamp_seconds: expect.any(Number),
      });
    });
    const age = (await samples())['nexus_oldest_ready_job_age_seconds{queue="mail.invitation"}'];
    expect(age).toBeGreaterThan(3_590);
    expect(age).toBeLessThan(3_700);
  });

  it("has every queue, and no value of a payload", async () => {
    const names = Object.keys(await samples());
    for (const { name } of queues) expect(names).toContain(`nexus_jobs{queue="${name}",state="ready"}`);
  });
});

it("answers nothing else", async () => {
  expect((await fetch(`${origin}/`)).status).toBe(404);
  expect((await fetch(`${origin}/health`, { method: "POST" })).status).toBe(405);
});

it("logs each attempt with queue, job, request, attempt and time, and nothing of the payload", async () => {
  const rental = crypto.randomUUID();
  const id = await world.sql.begin(async (sql) => {
    await sql`select set_config('request.headers', '{"x-request-id": "req-7"}', true)`;
    const [row] = await sql<{ id: string }[]>`
      select private.enqueue('rental.expire_hold', ${sql.json({ rental_id: rental })}) as id`;
    return row?.id;
  });
  await waitFor(() => {
    const line = lines.find(({ fields }) => fields["jobId"] === id);
    expect(line).toMatchObject({
      message: "job done",
      fields: {
        queue: "rental.expire_hold",
        requestId: "req-7",
        attempt: 1,
        outcome: "completed",
        ms: expect.any(Number),
      },
    });
    expect(JSON.stringify(line)).not.toContain(rental);
  });
});

it("leaves rows and parameters out of errors in the log", () => {
  const error = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (email)=(selam@nexus.test)",
    parameters: ["x"],
  });
  expect(Object.keys(shortError(error))).toEqual(["type", "message", "code", "stack"]);
  expect(shortError({ message: "as pg-boss passes it on", queue: "q" })).toEqual({
    type: "Error",
    message: "as pg-boss passes it on",
  });
});

describe("WORKER_PORT", () => {
  it("may be 0 for no endpoints", async () => {
    const silent = await startService(await configuration({ WORKER_PORT: "0" }), silentLog);
    expect(silent.port).toBeUndefined();
    await silent.stop();
  });

  it("that is taken is named, and nothing is left running", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startService(await configuration({ WORKER_PORT: String(port) }), silentLog)).rejects.toThrow(
      /Set WORKER_PORT/,
    );
    await new Promise((resolve) => other.close(resolve));
  });
});
