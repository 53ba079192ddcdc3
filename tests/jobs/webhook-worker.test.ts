import pino from "pino";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startWorker } from "../../functions/_shared/jobs/start-worker.ts";
import { readConfig } from "../../worker/config.ts";
import { makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { hold } from "../helpers/rentals.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { verify, WebhookReceiver } from "../helpers/webhook-receiver.ts";
import { deliveriesTo, type Endpoint, makeEndpoint, secretOf } from "../helpers/webhooks.ts";
import { World } from "../helpers/world.ts";

let world: World;
let receiver: WebhookReceiver;

beforeAll(async () => {
  [world, receiver] = await Promise.all([World.create(), WebhookReceiver.open()]);
});
afterAll(async () => {
  await receiver?.close();
  await world?.close();
});

/** A boutique with an endpoint and events on their way to it. */
async function shopWith(events: number, path: string): Promise<Endpoint> {
  const boutique = await makeBoutique(world.sql);
  const gown = await makeVariant(world.sql, boutique, { garments: events });
  const manager = await world.asStaff(boutique.id, "manager");
  const endpoint = await makeEndpoint(manager, boutique.id, `${receiver.origin}${path}`);
  const bride = await world.asCustomer("Selam");
  for (let n = 0; n < events; n += 1) await hold(bride, gown.id, period(5, 6));
  return endpoint;
}

it("delivers to one boutique while the receiver of another lets everybody wait", async () => {
  const slow = await shopWith(12, "/slow");
  const quick = await shopWith(3, "/quick");
  receiver.answer = (response, request) => {
    if (request.url === "/quick") response.writeHead(204).end();
  };
  const config = readConfig({
    SUPABASE_DB_URL: world.databaseUrl,
    SUPABASE_URL: world.apiUrl,
    SUPABASE_SECRET_KEY: world.keys.secret,
    WEBHOOK_MASTER_KEY: webhookMasterKey,
    WEBHOOK_ALLOW_PRIVATE: "1",
  });
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const worker = await startWorker({ settings: config, log, connections: 8, stopSeconds: 1.5, listen: true });
  try {
    await vi.waitFor(
      async () => {
        const states = (await deliveriesTo(world, quick)).map(({ state }) => state);
        expect(states).toEqual(Array(3).fill("delivered"));
      },
      { timeout: 10_000, interval: 50 },
    );
    // The slow one has two of the worker's eight hands, and no more.
    expect(receiver.at("/slow").length).toBeLessThanOrEqual(2);
    expect((await deliveriesTo(world, slow)).filter(({ state }) => state === "delivering").length).toBeLessThanOrEqual(
      2,
    );
  } finally {
    receiver.answerWith(204);
    await worker.stop();
  }
  const secret = await secretOf(quick.id, 1);
  expect(verify(receiver.at("/quick")[0], secret)).toMatchObject({ type: "rental.held" });
  expect(lines.join("")).toContain("webhook.deliver");
  expect(lines.join("")).not.toContain(secret.slice("whsec_".length));
});
