import { createHash, timingSafeEqual } from "node:crypto";
import { Hono, type MiddlewareHandler } from "hono";
import type { Drained } from "../_shared/jobs/drain.ts";
import { notFound, onError, Problem } from "../_shared/problem.ts";

/** What the function does, so that a test can stand in for it. */
export interface JobRunner {
  drain(): Promise<Drained>;
  /** How the queues stand. Rejects when the database cannot be reached. */
  health(): Promise<QueueHealth>;
}

export interface QueueHealth {
  readonly ready: number;
  readonly dead: number;
  /** What private.overdue_jobs finds: queues with jobs that are due and have not been done. */
  readonly overdue: number;
  /** When the job that watches the others was last done; null when never. */
  readonly watched_at: Date | null;
}

/** Shorter ones can be guessed. */
const SECRET_LENGTH = 16;

/**
 * Does the jobs on hosts without a worker: something calls it every minute or so. All of it wants the secret.
 *
 * @param secret of JOBS_SECRET; undefined when it is not set, which every call is told
 */
export function createApp(secret: string | undefined, jobs: JobRunner) {
  const app = new Hono().basePath("/jobs");
  app.onError(onError);
  app.notFound(notFound);
  app.use(requireSecret(secret));
  app.post("/drain", async (context) => context.json(await jobs.drain()));
  app.get("/health", async (context) => {
    const health = await jobs.health().catch((error: unknown) => {
      console.error(error);
      throw new Problem(
        503,
        "database_unreachable",
        "The database does not answer. Look at SUPABASE_DB_URL and at its log.",
      );
    });
    return context.json({ ok: health.overdue === 0, ...health }, health.overdue === 0 ? 200 : 503);
  });
  return app;
}

function requireSecret(secret: string | undefined): MiddlewareHandler {
  return async (context, next) => {
    if (secret === undefined || secret.length < SECRET_LENGTH) {
      throw new Problem(
        503,
        "jobs_secret_not_set",
        `Set JOBS_SECRET to a secret of ${SECRET_LENGTH} characters or more, for the function and for who calls it.`,
      );
    }
    if (!isSame(context.req.header("x-jobs-secret") ?? "", secret)) {
      throw new Problem(401, "invalid_jobs_secret", "Send JOBS_SECRET in the header 'x-jobs-secret'.");
    }
    return next();
  };
}

/** Takes as long for every wrong secret, so that its time does not tell how much of it is right. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
