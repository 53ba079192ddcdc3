import { z } from "zod";
import type { OutgoingAnswer, OutgoingHttp } from "../webhooks/outgoing-http.ts";
import { nextWait, readRetryAfter } from "../webhooks/retry-plan.ts";
import { signatureHeaders } from "../webhooks/sign.ts";
import { defineQueue } from "./queue.ts";

const TIMEOUT_MS = 15_000;

/** What is kept of an answer. */
const ANSWER_BYTES = 4096;

/**
 * One attempt to send an event to an endpoint.
 *
 * How it went, and the job for the next attempt, are written in one transaction, and this job is then done, whatever the
 * receiver said. The plan of a day, Retry-After and replays are thus the delivery's own, where managers see them; the
 * retries of the queue are for what goes wrong on this side alone, such as a database that is away.
 */
export const deliverWebhook = defineQueue({
  name: "webhook.deliver",
  payload: z.object({ delivery_id: z.uuid() }),
  retryLimit: 10,
  // Not before the claim of the attempt that broke off is over.
  retryDelaySeconds: 30,
  retryDelayMaxSeconds: 600,
  expireInSeconds: 60,
  pollingSeconds: 2,
  concurrency: 8,
  // A receiver that lets us wait takes two of them, until its time is over, and leaves the others.
  tenantConcurrency: 2,
  overdueSeconds: 600,
  async run({ delivery_id }, { sql, http, webhookSecret }) {
    const [claim] = await sql<Claim[]>`select * from private.claim_webhook_delivery(${delivery_id})`;
    if (claim === undefined) return;
    const { endpoint_id, secret_version, old_secret, event_id, body, url } = claim;
    const versions = old_secret ? [secret_version, secret_version - 1] : [secret_version];
    const secrets = await Promise.all(versions.map((version) => webhookSecret(endpoint_id, version)));
    const startedAt = new Date();
    const headers = {
      "content-type": "application/json",
      "user-agent": "Nexus-Webhooks/1",
      accept: "*/*",
      "accept-encoding": "identity",
      ...signatureHeaders({ id: event_id, body, sentAt: startedAt, secrets }),
    };
    const answer = await post(http, { url, headers, body });
    const attempt = {
      url,
      started_at: startedAt.toISOString(),
      duration_ms: Math.max(0, Date.now() - startedAt.getTime()),
      request_headers: { ...headers, "webhook-signature": secrets.map(() => "v1,***").join(" ") },
      ...("error" in answer
        ? { error: answer.error }
        : { response_status: answer.status, response_body: storable(answer.body) }),
    };
    const { state, wait, reason } = judge(answer, claim);
    await sql`select private.settle_webhook_attempt(
      ${delivery_id}, ${claim.n}, ${sql.json(attempt)}, ${state}, ${wait}, ${reason})`;
  },
});

interface Claim {
  readonly n: number;
  readonly tries: number;
  readonly endpoint_id: string;
  readonly url: string;
  readonly secret_version: number;
  readonly old_secret: boolean;
  readonly event_id: string;
  readonly event_type: string;
  readonly body: string;
}

type Outcome = OutgoingAnswer | { readonly error: string };

async function post(
  http: OutgoingHttp,
  request: { readonly url: string; readonly headers: Record<string, string>; readonly body: string },
): Promise<Outcome> {
  try {
    return await http.post({ ...request, timeoutMs: TIMEOUT_MS, maxBytes: ANSWER_BYTES });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Some errors of the network have a code and no words.
    return { error: storable((message || code || "No answer.").slice(0, 500)) };
  }
}

interface Verdict {
  readonly state: "delivered" | "failed" | "dead";
  readonly wait: number | null;
  readonly reason: string | null;
}

/** What comes of an attempt. A redirect is not followed, for it could lead anywhere; it counts as a failure. */
function judge(outcome: Outcome, { tries, event_type }: Claim): Verdict {
  const status = "error" in outcome ? undefined : outcome.status;
  if (status !== undefined && status >= 200 && status < 300) return { state: "delivered", wait: null, reason: null };
  const failure = "error" in outcome ? outcome.error : `The receiver answered ${status}.`;
  if (status === 410) return { state: "dead", wait: null, reason: "The receiver answered 410: it is gone for good." };
  if (event_type === "webhook.test") return { state: "dead", wait: null, reason: `${failure} A test is tried once.` };
  const retryAfter = "error" in outcome ? undefined : readRetryAfter(outcome.retryAfter, new Date());
  const wait = nextWait(tries, retryAfter);
  if (wait !== null) return { state: "failed", wait, reason: failure };
  return { state: "dead", wait, reason: `${failure} Given up after ${tries} attempts.` };
}

/** Postgres keeps no NUL in a text, and no half of a surrogate pair in JSON. */
function storable(text: string): string {
  return text.replaceAll("\0", "\ufffd").toWellFormed();
}
