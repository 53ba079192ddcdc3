// The API with the project's functions in Deno, as the stack serves them: what `npm run bench -- payments` sends webhooks to.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { InMemoryEmailDriver } from "@supabase/lite";
import { apiHandler } from "../../stack/api.ts";
import { DataApi } from "../../stack/data-api.ts";
import { FunctionsHost } from "../../stack/functions-host.ts";
import { Gateway } from "../../stack/gateway.ts";
import { root } from "../../stack/paths.ts";
import { freePort } from "../../stack/ports.ts";

const [databaseUrl = "", jwt = "", publishable = "", secret = "", testSecret = ""] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "nexus-bench-"));
const port = await freePort();
const origin = `http://127.0.0.1:${port}`;
const keys = { publishable, secret, jwt };
const api = new DataApi({
  ...{
    databaseUrl,
    keys,
    apiUrl: origin,
    storageDir: folder,
    poolSize: 20,
    email: new InMemoryEmailDriver(),
    studio: false,
  },
});
const functions = new FunctionsHost({
  functionsDir: join(root, "functions"),
  logDir: folder,
  environment: {
    SUPABASE_URL: origin,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: publishable }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: secret }),
    WEBHOOK_MASTER_KEY: "a master key of the benchmark alone, 32+",
    TEST_PAYMENTS_URL: "http://127.0.0.1:9",
    TEST_PAYMENTS_SECRET: testSecret,
  },
});
const gateway = new Gateway({ name: "bench", port, handler: apiHandler(api, functions) });
await gateway.start();
process.stdout.write(`${port}\n`);
process.once("SIGTERM", async () => {
  await gateway.stop();
  await functions.stop();
  process.exit(0);
});
