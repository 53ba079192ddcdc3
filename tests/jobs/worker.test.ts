import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import { startWorker } from "../../functions/_shared/jobs/start-worker.ts";
import { formatFor } from "../../functions/_shared/notifications/language.ts";
import { freePort } from "../../stack/ports.ts";
import { readConfig } from "../../worker/config.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { endHold, fate, hold, type Rental } from "../helpers/rentals.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { TestInbox } from "../helpers/test-inbox.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let inbox: TestInbox;
let boutique: BoutiqueFixture;

beforeAll(async () => {
  [world, inbox] = await Promise.all([World.create(), TestInbox.open()]);
  boutique = await makeBoutique(world.sql);
});
afterAll(async () => {
  await inbox.close();
  await world.close();
});

/** Runs the real worker until something has come true. */
async function workUntil(comesTrue: () => Promise<void>, smtpPort = inbox.smtpPort): Promise<void> {
  const config = readConfig({
    SUPABASE_DB_URL: world.databaseUrl,
    SUPABASE_URL: world.apiUrl,
    SUPABASE_SECRET_KEY: world.keys.secret,
    SMTP_PORT: String(smtpPort),
    MAIL_FROM: "Bole Bridal <hello@nexus.test>",
    WEBHOOK_MASTER_KEY: webhookMasterKey,
    WEBHOOK_ALLOW_PRIVATE: "1",
  });
  const worker = await startWorker({
    settings: config,
    log: silentLog,
    connections: 8,
    stopSeconds: 1.5,
    listen: true,
  });
  try {
    await vi.waitFor(comesTrue, { timeout: 20_000, interval: 50 });
  } finally {
    await worker.stop();
  }
}

/** A bride with a hold that nothing has been done about yet. */
async function newHold(name = "Selam"): Promise<{ bride: Person; rental: Rental }> {
  const bride = await world.asCustomer(name);
  const gown = await makeVariant(world.sql, boutique, { name: "Silk & lace", pricePerDay: 15_000, deposit: 70_000 });
  return { bride, rental: await hold(bride, gown.id, period(5, 6)) };
}

const enqueue = (queue: string, payload: Record<string, string>) =>
  world.sql`select private.enqueue(${queue}, ${world.sql.json(payload)})`;

/** The states of the jobs of a queue about a rental, oldest first. */
async function states(queue: string, rental: Rental): Promise<string[]> {
  const jobs = await world.sql<{ state: string }[]>`
    select state from pgboss.job where name = ${queue} and data ->> 'rental_id' = ${rental.id} order by created_on`;
  return jobs.map(({ state }) => state);
}

const messages = ({ id }: Rental) => world.sql`
  select state, attempts, template, user_id, last_error from private.messages where send_key = ${`rental_reserved:${id}`}`;

/** Lets jobs of a queue fail for good at the first attempt, for one test. */
async function neverRetry(queue: string): Promise<void> {
  const [rules] = await world.sql`select retry_limit from pgboss.queue where name = ${queue}`;
  await world.sql`update pgboss.queue set retry_limit = 0 where name = ${queue}`;
  onTestFinished(async () => {
    await world.sql`update pgboss.queue set retry_limit = ${rules?.["retry_limit"] ?? 0} where name = ${queue}`;
  });
}

describe("the mail of a reservation", () => {
  const queue = "mail.rental_reserved";

  it("reaches the bride once, with what she has reserved", async () => {
    const { bride, rental } = await newHold("Selam <b>");
    await workUntil(async () => expect(await states(queue, rental)).toEqual(["completed"]));
    const mails = await inbox.mailsTo(bride.email);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatchObject({
      subject: "Your reservation: Silk & lace",
      from: [{ address: "hello@nexus.test", name: "Bole Bridal" }],
      headers: { "message-id": expect.stringContaining(`rental_reserved.${rental.id}@`) },
    });
    expect(mails[0]?.text).toContain("Dear Selam <b>,");
    const { day: written } = formatFor("en");
    expect(mails[0]?.text).toContain(`Days: ${written(day(5))} to ${written(day(6))}`);
    expect(mails[0]?.text).toMatch(/Price: .*300/);
    expect(mails[0]?.text).toMatch(/Deposit: .*700/);
    expect(mails[0]?.html).toContain("Dear Selam &lt;b&gt;,");
    expect([...(await messages(rental))]).toEqual([
      { state: "sent", attempts: 1, template: "rental_reserved", user_id: bride.id, last_error: null },
    ]);
  });

  it("reaches her once when its job is run again", async () => {
    const { bride, rental } = await newHold();
    await workUntil(async () => expect(await states(queue, rental)).toEqual(["completed"]));
    await enqueue(queue, { rental_id: rental.id });
    await workUntil(async () => expect(await states(queue, rental)).toEqual(["completed", "completed"]));
    expect(await inbox.mailsTo(bride.email)).toHaveLength(1);
    expect([...(await messages(rental))]).toMatchObject([{ state: "sent" }]);
  });

  it("reaches her once when its job is run several times at once", async () => {
    const { bride, rental } = await newHold();
    for (let copy = 0; copy < 3; copy += 1) await enqueue(queue, { rental_id: rental.id });
    await workUntil(async () => expect(await states(queue, rental)).toEqual(Array(4).fill("completed")));
    expect(await inbox.mailsTo(bride.email)).toHaveLength(1);
    expect([...(await messages(rental))]).toMatchObject([{ state: "sent" }]);
  });

  it("is sent when an earlier attempt broke off before it was sent", async () => {
    const { bride, rental } = await newHold();
    await world.sql`
      insert into private.messages (send_key, channel, template, user_id)
      values (${`rental_reserved:${rental.id}`}, 'email', 'rental_reserved', ${bride.id})`;
    await workUntil(async () => expect(await states(queue, rental)).toEqual(["completed"]));
    expect(await inbox.mailsTo(bride.email)).toHaveLength(1);
    expect([...(await messages(rental))]).toMatchObject([{ state: "sent", attempts: 2 }]);
  });

  it.each([
    [
      "cancelled",
      ({ bride, rental }: { bride: Person; rental: Rental }) =>
        bride.client.rpc("cancel_rental", { rental_id: rental.id }),
    ],
    [
      "expired",
      ({ rental }: { rental: Rental }) =>
        world.sql`update public.rentals set state = 'expired' where id = ${rental.id}`,
    ],
  ])("is not sent when the rental was %s before", async (_state, end) => {
    const { bride, rental } = await newHold();
    await end({ bride, rental });
    await workUntil(async () => expect(await states(queue, rental)).toEqual(["completed"]));
    const subjects = (await inbox.mailsTo(bride.email)).map(({ subject }) => subject);
    expect(subjects).not.toContain("Your reservation: Silk & lace");
    expect(await messages(rental)).toHaveLength(0);
  });

  it("is noted as failed when the mail server is not there, and sent when it is back", async () => {
    await neverRetry(queue);
    const { bride, rental } = await newHold();
    await workUntil(async () => expect(await states(queue, rental)).toEqual(["failed"]), await freePort());
    expect([...(await messages(rental))]).toMatchObject([
      { state: "failed", last_error: expect.stringMatching(/ECONNREFUSED/) },
    ]);
    expect(await states(`${queue}.dead`, rental)).toEqual(["created"]);

    await enqueue(queue, { rental_id: rental.id });
    await workUntil(async () => expect(await states(queue, rental)).toEqual(["failed", "completed"]));
    expect(await inbox.mailsTo(bride.email)).toHaveLength(1);
    expect([...(await messages(rental))]).toMatchObject([{ state: "sent", attempts: 2, last_error: null }]);
  });

  it("is tried again later, by the rules of its queue, when the mail server is not there", async () => {
    const { rental } = await newHold();
    await workUntil(async () => expect(await states(queue, rental)).toEqual(["retry"]), await freePort());
    const [job] = await world.sql`
      select retry_limit, start_after > now() as later from pgboss.job
      where name = ${queue} and data ->> 'rental_id' = ${rental.id}`;
    expect(job).toEqual({ retry_limit: 12, later: true });
  });
});

describe("the job that expires a hold", () => {
  const queue = "rental.expire_hold";

  it("gives the days back when the time of the hold is over", async () => {
    const { rental } = await newHold();
    await endHold(world.sql, rental);
    await enqueue(queue, { rental_id: rental.id });
    await workUntil(async () =>
      expect(await fate(world.sql, rental)).toEqual({ rental: "expired", allocation: "released" }),
    );
  });

  it("runs by itself when the time that it was enqueued for has come", async () => {
    const { rental } = await newHold();
    await endHold(world.sql, rental);
    await world.sql`
      update pgboss.job set start_after = now() where name = ${queue} and data ->> 'rental_id' = ${rental.id}`;
    await workUntil(async () => expect(await states(queue, rental)).toEqual(["completed"]));
    expect(await fate(world.sql, rental)).toEqual({ rental: "expired", allocation: "released" });
  });

  it("leaves a hold alone whose time is not over, and what was confirmed", async () => {
    const stylist = await world.asStaff(boutique.id, "stylist");
    const [held, confirmed] = [(await newHold()).rental, (await newHold()).rental];
    await stylist.client.rpc("confirm_rental", { rental_id: confirmed.id });
    await world.sql`update public.rentals set held_until = now() - interval '1 hour' where id = ${confirmed.id}`;
    for (const { id } of [held, confirmed]) await enqueue(queue, { rental_id: id });
    await workUntil(async () => {
      expect(await states(queue, held)).toContain("completed");
      expect(await states(queue, confirmed)).toContain("completed");
    });
    expect(await fate(world.sql, held)).toEqual({ rental: "held", allocation: "held" });
    expect(await fate(world.sql, confirmed)).toEqual({ rental: "reserved", allocation: "confirmed" });
  });
});

/** As an older version, or somebody with SQL, might: past the check of private.enqueue. */
const enqueueUnchecked = (queue: string, payload: Record<string, string>) => world.sql`
  insert into pgboss.job (name, data, retry_limit, dead_letter, policy)
  select name, ${world.sql.json(payload)}, retry_limit, dead_letter, policy from pgboss.queue where name = ${queue}`;

describe("a job with a payload that its queue does not take", () => {
  it.each(["mail.rental_reserved", "rental.expire_hold"])(
    "goes from %s to the dead letters with what was wrong",
    async (queue) => {
      const payload = { rental_id: `nobody's ${queue}` };
      await enqueueUnchecked(queue, payload);
      const dead = () =>
        world.sql`select data, state, source_output from pgboss.job where name = ${`${queue}.dead`} and data = ${world.sql.json(payload)}`;
      await workUntil(async () => expect(await dead()).toHaveLength(1));
      const [letter] = await dead();
      expect(letter).toMatchObject({ data: payload, state: "created" });
      expect(JSON.stringify(letter?.["source_output"])).toContain("rental_id");
      const [job] =
        await world.sql`select state from pgboss.job where name = ${queue} and data = ${world.sql.json(payload)}`;
      expect(job).toEqual({ state: "failed" });
    },
  );

  it("does not hold up the jobs behind it", async () => {
    await enqueueUnchecked("mail.rental_reserved", { rental_id: "nobody's" });
    const { bride, rental } = await newHold();
    await workUntil(async () => expect(await states("mail.rental_reserved", rental)).toEqual(["completed"]));
    expect(await inbox.mailsTo(bride.email)).toHaveLength(1);
  });
});
