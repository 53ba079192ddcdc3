import { createClient, type SupabaseClient, type SupabaseClientOptions } from "@supabase/supabase-js";
import type { Database } from "../functions/_shared/database.types.ts";

export type { Database };
/** What supabase-js gives, knowing the tables, columns and RPCs of Nexus. */
export type NexusClient = SupabaseClient<Database>;
export type NexusClientOptions = SupabaseClientOptions<"public">;

/** A row of a table: `Row<"rentals">`. */
export type Row<Table extends keyof Database["public"]["Tables"]> = Database["public"]["Tables"][Table]["Row"];
/** A word of an enum: `Enum<"rental_state">`. */
export type Enum<Name extends keyof Database["public"]["Enums"]> = Database["public"]["Enums"][Name];

/**
 * A client of one Nexus project. It is supabase-js as it is: tables, auth and storage are used as its documentation says.
 *
 * @param url address of the project, as `npm start` prints it
 * @param key the publishable key; on a server, and never in a browser, the secret key
 * @example
 * const nexus = createNexusClient("http://127.0.0.1:54321", "sb_publishable_…");
 * const { products } = await searchProducts(nexus, { q: "lace" });
 */
export function createNexusClient(url: string, key: string, options?: NexusClientOptions): NexusClient {
  return createClient<Database>(url, key, options);
}
