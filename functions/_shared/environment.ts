import process from "node:process";
import { z } from "zod";
import { webhookKeyVariable } from "./webhooks/config.ts";

/** Address of the project, from the variable that the platform gives to every function. */
export function projectUrl(): string {
  return required("SUPABASE_URL");
}

/** Where browsers and providers reach the API, without a slash at its end: `PUBLIC_API_URL` where it is not the project's address. */
export function publicUrl(): string {
  return (process.env["PUBLIC_API_URL"] || projectUrl()).replace(/\/$/, "");
}

/** The publishable key that the platform gives to every function; on older projects the anon key. */
export function projectKey(): string {
  return defaultKey("SUPABASE_PUBLISHABLE_KEYS") ?? required("SUPABASE_ANON_KEY");
}

/** The secret key that the platform gives to every function; on older projects the service role key. */
export function projectSecretKey(): string {
  return defaultKey("SUPABASE_SECRET_KEYS") ?? required("SUPABASE_SERVICE_ROLE_KEY");
}

/** The key that secrets of webhook endpoints are derived from; the operator sets it, the same as for the worker. */
export function webhookMasterKey(): string {
  const result = webhookKeyVariable.safeParse(process.env["WEBHOOK_MASTER_KEY"]);
  if (result.success) return result.data;
  throw new Error(`WEBHOOK_MASTER_KEY is missing or wrong. ${result.error.issues[0]?.message ?? ""}`);
}

function defaultKey(variable: string): string | undefined {
  return z.record(z.string(), z.string()).safeParse(JSON.parse(process.env[variable] ?? "{}")).data?.["default"];
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new Error(`${name} is not set. The platform sets it; locally the stack does.`);
  return value;
}
