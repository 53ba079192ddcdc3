import type { TransactionSql } from "postgres";

/** Lets the rest of a transaction run as a signed-in person, or as nobody in particular, as the Data API does. */
export async function actAs(sql: TransactionSql, person: { readonly id: string } | "anon"): Promise<void> {
  const [role, id] = person === "anon" ? ["anon", ""] : ["authenticated", person.id];
  await sql`select set_config('role', ${role}, true), set_config('request.jwt.claim.sub', ${id}, true),
    set_config('request.jwt.claims', ${JSON.stringify({ sub: id, role })}, true)`;
}
