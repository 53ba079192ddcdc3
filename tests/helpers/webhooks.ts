import type { Database } from "../../functions/_shared/database.types.ts";
import { deliverWebhook } from "../../functions/_shared/jobs/deliver-webhook.ts";
import type { JobContext } from "../../functions/_shared/jobs/queue.ts";
import { webhookSecrets } from "../../functions/_shared/webhooks/secrets.ts";
import { runJob, webhookMasterKey } from "./run-job.ts";
import type { Person, World } from "./world.ts";

export type Endpoint = Database["public"]["Tables"]["webhook_endpoints"]["Row"];
export type Delivery = Database["public"]["Tables"]["webhook_deliveries"]["Row"];

/** The secrets that jobs of tests sign with. */
export const secretOf = webhookSecrets(webhookMasterKey);

/** An endpoint as a manager makes it; listens to everything unless told. */
export async function makeEndpoint(
  manager: Person,
  boutiqueId: string,
  url: string,
  event_types: string[] = ["*"],
): Promise<Endpoint> {
  const { data, error } = await manager.client.rpc("create_webhook_endpoint", {
    boutique_id: boutiqueId,
    url,
    event_types,
    description: "",
  });
  if (error !== null) throw error;
  return data;
}

/** The deliveries to an endpoint, oldest first. */
export function deliveriesTo(world: World, { id }: Pick<Endpoint, "id">) {
  return world.sql<(Delivery & { type: string })[]>`
    select d.*, v.type from public.webhook_deliveries d join public.webhook_events v on v.id = d.event_id
    where d.endpoint_id = ${id} order by d.created_at, d.id`;
}

/** The jobs that wait to make an attempt at a delivery. */
export function jobsOf(world: World, deliveryId: string) {
  return world.sql<{ start_after: Date; group_id: string }[]>`
    select start_after, group_id from pgboss.job
    where name = 'webhook.deliver' and data ->> 'delivery_id' = ${deliveryId} order by created_on`;
}

/** Makes the next attempt at everything that is on its way to an endpoint, as if its time had come. */
export async function deliverAll(world: World, endpoint: Endpoint, other: Partial<JobContext> = {}): Promise<void> {
  for (const { id } of await deliveriesTo(world, endpoint)) await deliver(world, id, other);
}

export async function deliver(world: World, deliveryId: string, other: Partial<JobContext> = {}): Promise<void> {
  await world.sql`
    update public.webhook_deliveries set next_attempt_at = now() where id = ${deliveryId} and next_attempt_at is not null`;
  await runJob(world, deliverWebhook, { delivery_id: deliveryId }, other);
}

export function attemptsAt(world: World, deliveryId: string) {
  return world.sql`select * from public.webhook_attempts where delivery_id = ${deliveryId} order by n`;
}
