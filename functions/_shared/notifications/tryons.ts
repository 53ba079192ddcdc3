import type { Sql } from "postgres";
import { accounts, type Recipient } from "./recipients.ts";

/** Whose look it is; nobody when it is deleted. */
export async function customerOfTryon(sql: Sql, tryonId: string): Promise<Recipient[]> {
  const [tryon] = await sql<{ customer_id: string }[]>`select customer_id from public.tryons where id = ${tryonId}`;
  return accounts(sql, [tryon?.customer_id]);
}
