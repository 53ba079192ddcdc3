// The Data API on a port of its own, as the stack serves it: what `npm run bench -- checkout` asks over HTTP.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { serve } from "@hono/node-server";
import { InMemoryEmailDriver } from "@supabase/lite";
import { DataApi } from "../../stack/data-api.ts";

const [databaseUrl = "", jwt = "", publishable = ""] = process.argv.slice(2);
// Refusals are part of the benchmark, and no news.
console.error = () => undefined;
const api = new DataApi({
  databaseUrl,
  keys: { publishable, secret: `sb_secret_${"s".repeat(22)}`, jwt },
  apiUrl: "http://127.0.0.1",
  storageDir: await mkdtemp(join(tmpdir(), "nexus-bench-")),
  poolSize: 20,
  email: new InMemoryEmailDriver(),
  studio: false,
});
serve({ fetch: (request) => api.fetch(request, null), port: 0, hostname: "127.0.0.1" }, ({ port }) => {
  process.stdout.write(`${port}\n`);
});
