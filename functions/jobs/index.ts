import process from "node:process";
import { projectSecretKey } from "../_shared/environment.ts";
import { createApp } from "./app.ts";
import { createRunner } from "./runner.ts";

const runner = createRunner({ ...process.env, SUPABASE_SECRET_KEY: projectSecretKey() });
Deno.serve(createApp(process.env["JOBS_SECRET"], runner).fetch);
