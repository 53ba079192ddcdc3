import process from "node:process";
import { z } from "zod";
import { checkJobVariables, jobVariables, problemsOf, withoutEmpty } from "../functions/_shared/jobs/settings.ts";

/** Every variable that the worker reads. */
export const workerVariables = jobVariables.extend({
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug"]).default("info"),
  WORKER_HOST: z.string().default("127.0.0.1"),
  WORKER_PORT: z.coerce
    .number("Set it to a port for /health and /metrics, or to 0 for none.")
    .int()
    .min(0)
    .max(65_535)
    .default(9464),
  WORKER_STOP_SECONDS: z.coerce
    .number("Set it to the seconds that running jobs may take to finish when the worker is stopped.")
    .min(1)
    .max(3_600)
    // Docker gives ten.
    .default(8),
  WORKER_CONNECTIONS: z.coerce
    .number("Set it to the connections of the queue; the handlers get as many again.")
    .int()
    .min(2)
    .max(100)
    .default(8),
});
const environment = workerVariables.superRefine(checkJobVariables);

export type WorkerConfig = z.infer<typeof environment>;

/** Reads the worker's settings; ends the process with one line per wrong variable. */
export function readConfig(variables: NodeJS.ProcessEnv = process.env): WorkerConfig {
  const result = environment.safeParse(withoutEmpty(variables));
  if (result.success) return result.data;
  for (const problem of problemsOf(result.error)) process.stderr.write(`worker: ${problem}\n`);
  process.exit(78);
}
