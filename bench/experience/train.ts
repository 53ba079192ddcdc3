// Runs fit.train on the database that is named, and prints what memory it took, in MB.
import process from "node:process";
import postgres from "postgres";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import type { JobContext } from "../../functions/_shared/jobs/queue.ts";
import { trainFit } from "../../functions/_shared/jobs/train-fit.ts";

const sql = postgres(process.argv[2] ?? "", { max: 1, prepare: false, onnotice: () => undefined });
const idle = Math.round(process.memoryUsage.rss() / 1e6);
await trainFit.run({}, { sql, log: silentLog } as unknown as JobContext, {} as never);
await sql.end({ timeout: 1 });
process.stdout.write(JSON.stringify({ idle, peak: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6) }));
