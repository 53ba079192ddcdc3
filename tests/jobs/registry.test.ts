import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deadLetterName, payloadFields } from "../../functions/_shared/jobs/queue.ts";
import { queues } from "../../functions/_shared/jobs/registry.ts";
import { deadLetterQueues, queuesSql } from "../../functions/_shared/jobs/work.ts";
import { root } from "../../stack/paths.ts";
import { World } from "../helpers/world.ts";

let world: World;

beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

describe("the registry of queues", () => {
  it("is what sql/95_queues.sql was made from", () => {
    expect(readFileSync(join(root, "sql/95_queues.sql"), "utf8")).toBe(queuesSql(queues));
  });

  it("is what a migrated database has: every queue with its rules, and no other", async () => {
    const rows = await world.sql`
      select name, policy, retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds, heartbeat_seconds, dead_letter, notify
      from pgboss.queue where name not like '%.dead' order by name`;
    expect([...rows]).toEqual(
      queues
        .map((queue) => ({
          name: queue.name,
          policy: "standard",
          retry_limit: queue.retryLimit,
          retry_delay: queue.retryDelaySeconds,
          retry_backoff: true,
          retry_delay_max: queue.retryDelayMaxSeconds,
          expire_seconds: queue.expireInSeconds,
          heartbeat_seconds: 30,
          dead_letter: deadLetterName(queue),
          notify: true,
        }))
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    );
  });

  it("has a dead letter queue for every queue, which keeps its jobs for a year and drops none", async () => {
    const rows = await world.sql`
      select name, retry_limit, retention_seconds, deletion_seconds, dead_letter
      from pgboss.queue where name like '%.dead' order by name`;
    expect([...rows]).toEqual(
      deadLetterQueues(queues)
        .map((name) => ({
          name,
          retry_limit: 0,
          retention_seconds: 31_536_000,
          deletion_seconds: 0,
          dead_letter: null,
        }))
        .toSorted((a, b) => a.name.localeCompare(b.name)),
    );
  });

  it("stays the same when its SQL runs again", async () => {
    const rules = () => world.sql`select to_jsonb(q) - array['updated_on'] as rules from pgboss.queue q order by name`;
    const before = [...(await rules())];
    await world.sql.unsafe(queuesSql(queues));
    expect([...(await rules())]).toEqual(before);
  });
});

describe("sql/", () => {
  it("enqueues for queues of the registry alone, with payloads that they take", async () => {
    const functions = await world.sql<{ name: string; source: string }[]>`
      select p.proname as name, p.prosrc as source from pg_proc p
      where p.pronamespace::regnamespace::text in ('public', 'private')`;
    const calls = functions.flatMap(({ name, source }) =>
      [...source.matchAll(/private\.enqueue\('([^']+)',\s*jsonb_build_object\(([^)]*)/g)].map(
        ([, queue = "", members = ""]) => ({ name, queue, members }),
      ),
    );
    expect(calls.length).toBeGreaterThan(5);
    for (const { name, queue, members } of calls) {
      const known = queues.find((candidate) => candidate.name === queue);
      const named = [...members.matchAll(/'(\w+)'/g)].map(([, member]) => member);
      expect([name, queue, named]).toEqual([name, queue, Object.keys(known === undefined ? {} : payloadFields(known))]);
    }
  });
});

describe("a payload", () => {
  it.each(queues)("of $name is refused when it is not what the queue takes", ({ payload, cron }) => {
    // A queue that fills itself by the clock takes the empty payload, and nothing else.
    const empty = cron === undefined ? [{}] : [];
    for (const wrong of [null, 5, "text", [], ...empty, { rental_id: null }, { rental_id: "5" }]) {
      expect(payload.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
    }
  });
});
