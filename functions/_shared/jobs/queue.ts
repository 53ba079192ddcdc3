import type { JobWithMetadata, QueueOptions } from "pg-boss";
import type { Sql } from "postgres";
import { z } from "zod";
import type { FileStore } from "../files.ts";
import type { Channels } from "../notifications/channels.ts";
import type { PaymentAccounts } from "../payments/accounts.ts";
import type { TryonProvider } from "../tryon/provider.ts";
import type { OutgoingHttp } from "../webhooks/outgoing-http.ts";
import type { WebhookSecrets } from "../webhooks/secrets.ts";
import type { JobLog } from "./log.ts";
import type { Pictures } from "./pictures.ts";

/** What a handler works with. Runs alike in the Node worker, in Deno and in tests. */
export interface JobContext extends Channels {
  /** Connection of the owner of the schema; RLS does not apply. */
  readonly sql: Sql;
  readonly files: FileStore;
  /** Address of the front end, for links in mails; without a slash at its end. */
  readonly siteUrl: string;
  /** Who is mailed when an alert opens or ends; nobody where it is undefined. */
  readonly alertEmail: string | undefined;
  readonly log: JobLog;
  /** The way out to addresses that people of boutiques name. */
  readonly http: OutgoingHttp;
  readonly webhookSecret: WebhookSecrets;
  readonly payments: PaymentAccounts;
  /** Undefined where there is no native code, in edge functions. */
  readonly pictures: Pictures | undefined;
  /** Makes looks of gowns on photos of customers. */
  readonly tryon: TryonProvider;
}

/** One queue: its payload, its rules and what is done for a job. */
export interface Queue<Payload = unknown> {
  /** Domain and verb, such as `rental.expire_hold`; SQL enqueues by this name. */
  readonly name: string;
  /** Ids only: the handler reads the rows anew, for much may have changed since the job was made. */
  readonly payload: z.ZodType<Payload>;
  readonly retryLimit: number;
  /** Seconds before the first repetition; it doubles each time, with jitter. */
  readonly retryDelaySeconds: number;
  readonly retryDelayMaxSeconds: number;
  /** Longest run of one attempt. After that the worker is taken for dead and the job is given out again. */
  readonly expireInSeconds: number;
  /** How long a due job may wait when nothing wakes the worker, such as one with a later start. */
  readonly pollingSeconds: number;
  /** Five-field cron expression in UTC, for a queue that fills itself; its payload is empty. */
  readonly cron?: string;
  /** What becomes of the runs that were due while no worker was there: none (the default), or one for all of them. */
  readonly missed?: "skip" | "once";
  /** Jobs of this queue that one worker process runs at a time; with a batch size, batches. */
  readonly concurrency: number;
  /** Jobs that are fetched, run and settled together; for many small ones. One unless told. */
  readonly batchSize?: number;
  /**
   * Jobs of one boutique that one worker process runs at a time, less than its concurrency: a boutique with very many, or
   * with slow ones, does not take all its hands. Holds for jobs that were enqueued with a group. It is counted in the
   * process; a count in the database lets those through that are fetched at the same moment.
   */
  readonly tenantConcurrency?: number;
  /** True for jobs that need `pictures`, or compute for long: edge functions leave them to a worker. */
  readonly needsWorker?: boolean;
  /** A job that waits longer than this after its start is overdue, and somebody is told. */
  readonly overdueSeconds: number;
  /** Does the work. Has to be idempotent on a business key: after a crash it runs again. */
  run(payload: Payload, context: JobContext, job: JobWithMetadata<unknown>): Promise<void>;
}

/** What a job can do nothing about by being tried again: it goes to the dead letters at once, with this reason. */
export class PermanentFailure extends Error {
  /** @param message what is wrong with the job, and what to do about it */
  constructor(message: string) {
    super(message);
    this.name = "PermanentFailure";
  }
}

/** Checks a queue where it is written and forgets the type of its payload, so that queues fit into one list. */
export function defineQueue<Payload>(queue: Queue<Payload>): Queue {
  return {
    ...queue,
    run(payload, context, job) {
      const parsed = queue.payload.safeParse(withoutRequestId(payload));
      if (parsed.success) return queue.run(parsed.data, context, job);
      const reasons = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "payload"}: ${message}`);
      throw new PermanentFailure(`The payload is not what ${queue.name} takes. ${reasons.join("; ")}`);
    },
  };
}

/** private.enqueue notes the HTTP request that a job came from in its payload; it is for the logs. */
export function requestIdOf(payload: unknown): string | undefined {
  if (typeof payload !== "object" || payload === null || !("request_id" in payload)) return undefined;
  return String(payload.request_id);
}

function withoutRequestId(payload: unknown): unknown {
  if (requestIdOf(payload) === undefined) return payload;
  const { request_id: _, ...rest } = payload as Readonly<Record<string, unknown>>;
  return rest;
}

/** Types of ids that a payload may have, as private.enqueue checks them. */
export type PayloadFields = Readonly<Record<string, "uuid" | "integer" | "text">>;

/** What the payload of a queue has to have, read off its zod schema. */
export function payloadFields(queue: Queue): PayloadFields {
  const schema = payloadSchema.parse(z.toJSONSchema(queue.payload));
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, { type, format }]) => [
      name,
      format === "uuid" ? "uuid" : type === "integer" ? "integer" : "text",
    ]),
  );
}

/** A flat object, all of whose members are required: a payload has ids and nothing else. */
const payloadSchema = z
  .object({
    type: z.literal("object"),
    properties: z.record(z.string(), z.object({ type: z.enum(["string", "integer"]), format: z.string().optional() })),
    required: z.array(z.string()).default([]),
  })
  .refine(({ properties, required }) => Object.keys(properties).every((name) => required.includes(name)), {
    message: "Every member of a payload is required.",
  });

/** A worker that gives no sign for so long is taken for dead, and its jobs are given out again. */
const HEARTBEAT_SECONDS = 30;

/** Takes what was enqueued for a queue that does not exist. */
export const unknownDeadLetter = "unknown.dead";

/** The queue that takes what a queue could not do after all its attempts. */
export function deadLetterName(queue: Queue): string {
  return `${queue.name}.dead`;
}

/** The queue's rules as pg-boss names them. */
export function pgBossOptions(
  queue: Queue,
): QueueOptions & { deadLetter: string; notify: boolean; heartbeatSeconds: number } {
  return {
    retryLimit: queue.retryLimit,
    retryDelay: queue.retryDelaySeconds,
    retryBackoff: true,
    retryDelayMax: queue.retryDelayMaxSeconds,
    expireInSeconds: queue.expireInSeconds,
    deadLetter: deadLetterName(queue),
    heartbeatSeconds: HEARTBEAT_SECONDS,
    notify: true,
  };
}
