import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";

/** A client that asks the Data API as the owner of an access token: the API verifies it, and her rights apply. */
export function userClient(url: string, publishableKey: string, accessToken: string): SupabaseClient<Database> {
  return createClient<Database>(url, publishableKey, { accessToken: () => Promise.resolve(accessToken) });
}
