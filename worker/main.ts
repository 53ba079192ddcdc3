import process from "node:process";
import pino from "pino";
import { readConfig } from "./config.ts";
import { startWorker } from "./worker.ts";

const config = readConfig();
const log = pino({ level: config.LOG_LEVEL });
const worker = await startWorker(config, log);
log.info("worker ready");
// Tells the stack, when it is the parent.
process.send?.("ready");

let stopping = false;
async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ reason }, "worker stops");
  await worker.stop();
  process.exit(0);
}
process.on("SIGTERM", () => void stop("SIGTERM"));
process.on("SIGINT", () => void stop("SIGINT"));
// The parent died: the pipe to it breaks.
process.on("disconnect", () => void stop("parent gone"));
