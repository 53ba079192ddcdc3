import process from "node:process";
import pino from "pino";
import { shortError } from "../functions/_shared/jobs/log.ts";
import { readConfig } from "./config.ts";
import { startService } from "./service.ts";

const config = readConfig();
const log = pino({ level: config.LOG_LEVEL, serializers: { err: shortError } });
const service = await startService(config, log).catch((error: unknown) => {
  log.fatal({ err: error }, "worker did not start");
  process.exit(1);
});
log.info({ port: service.port }, "worker ready");
// Tells the stack, when it is the parent.
process.send?.("ready");

let stopping = false;
async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ reason }, "worker stops");
  await service.stop();
  process.exit(0);
}
process.on("SIGTERM", () => void stop("SIGTERM"));
process.on("SIGINT", () => void stop("SIGINT"));
// The parent died: the pipe to it breaks.
process.on("disconnect", () => void stop("parent gone"));
