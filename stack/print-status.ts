import type { Status } from "./data-dir.ts";

/** Accounts of supabase/seed.sql, in the order in which one would try them. */
export const demoAccounts: readonly (readonly [role: string, email: string])[] = [
  ["bride (customer)", "bride@demo.nexus.test"],
  ["stylist", "stylist@demo.nexus.test"],
  ["manager", "manager@demo.nexus.test"],
  ["owner", "owner@demo.nexus.test"],
  ["admin", "admin@demo.nexus.test"],
];
export const demoPassword = "demo-password";

/** The status for people, in the form of `supabase status`. */
export function formatStatus(status: Status, options: { demo: boolean }): string {
  const rows: (readonly [string, string])[] = [
    ["API URL", status.api_url],
    ["Shop URL", status.shop_url],
    ["DB URL", status.db_url],
    ["Studio URL", status.studio_url],
    ["Jobs URL", status.jobs_url],
    ["Functions URL", status.functions_url],
    ["Inbox URL", status.inbox_url],
    ["Test payments URL", status.payments_url],
    ["Publishable key", status.publishable_key],
    ["Secret key", status.secret_key],
    ...(options.demo ? demoAccounts.map(([role, email]) => [role, `${email} / ${demoPassword}`] as const) : []),
  ];
  return rows.map(([name, value]) => `${name.padStart(17)}: ${value}`).join("\n");
}
