import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../stack/paths.ts";

/** A copy of the checkout that a test may break. What npm has installed is shared. */
export function copyCheckout(target: string): string {
  const supabase = ["config.toml", "migrations", "templates"].map((entry) => `supabase/${entry}`);
  for (const entry of ["functions", "package.json", "stack", ...supabase, "worker"]) {
    cpSync(join(root, entry), join(target, entry), { recursive: true });
  }
  cpSync(join(root, "supabase/seed.sql"), join(target, "supabase/seed.sql"));
  symlinkSync(join(root, "node_modules"), join(target, "node_modules"));
  return target;
}
