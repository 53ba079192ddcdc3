import { randomUUID } from "node:crypto";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../functions/_shared/database.types.ts";
import { StackError } from "../../stack/errors.ts";

export type Client = SupabaseClient<Database>;

/** Where the API is, and how to reach it when not over the network. */
export interface Api {
  readonly url: string;
  readonly publishableKey: string;
  readonly fetch?: typeof fetch;
}

/** Signs somebody new up, as a front end would. */
export async function signUpCustomer(api: Api): Promise<Client> {
  const client = createClient<Database>(api.url, api.publishableKey, {
    ...(api.fetch === undefined ? {} : { global: { fetch: api.fetch } }),
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
  const { data, error } = await client.auth.signUp({
    email: `vibrent-${randomUUID()}@nexus.test`,
    password: randomUUID(),
  });
  if (error !== null || data.session === null) {
    throw new StackError(
      `A customer could not sign up: ${error?.message ?? "no session was given"}.`,
      "The replay needs sign-ups without confirmation, as many as customers ([auth] in supabase/config.toml).",
    );
  }
  return client;
}
