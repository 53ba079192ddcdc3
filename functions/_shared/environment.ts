import process from "node:process";
import { z } from "zod";

/** Address of the project, from the variable that the platform gives to every function. */
export function projectUrl(): string {
  return required("SUPABASE_URL");
}

/** The publishable key that the platform gives to every function; on older projects the anon key. */
export function projectKey(): string {
  const keys = z.record(z.string(), z.string()).safeParse(JSON.parse(process.env["SUPABASE_PUBLISHABLE_KEYS"] ?? "{}"));
  return keys.data?.["default"] ?? required("SUPABASE_ANON_KEY");
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new Error(`${name} is not set. The platform sets it; locally the stack does.`);
  return value;
}
