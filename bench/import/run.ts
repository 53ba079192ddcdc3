// Runs catalog.import for one import of the database that is named, on a file of this machine, until it has ended; prints
// the seconds and the memory that it took.
import { createReadStream } from "node:fs";
import process from "node:process";
import { Readable } from "node:stream";
import postgres from "postgres";
import { importCatalog } from "../../functions/_shared/jobs/import-catalog.ts";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import type { JobContext } from "../../functions/_shared/jobs/queue.ts";

const [, , url = "", id = "", path = ""] = process.argv;
const sql = postgres(url, { max: 1, prepare: false, onnotice: () => undefined });
const files = { read: async () => Readable.toWeb(createReadStream(path)) };
const context = { sql, files, log: silentLog } as unknown as JobContext;
await sql`select 1`;
const idle = Math.round(process.memoryUsage.rss() / 1e6);
const startedAt = performance.now();
for (let state = "waiting"; state === "waiting" || state === "running"; ) {
  await importCatalog.run({ import_id: id }, context, {} as never);
  const [row] = await sql<{ state: string }[]>`select state from public.catalog_imports where id = ${id}`;
  state = row?.state ?? "gone";
}
const seconds = (performance.now() - startedAt) / 1_000;
await sql.end({ timeout: 1 });
process.stdout.write(
  JSON.stringify({ idle, peak: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6), seconds }),
);
