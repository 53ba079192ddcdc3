import type { User } from "@supabase/supabase-js";
import { type CallOptions, call } from "./call.ts";
import type { NexusClient } from "./client.ts";
import { NexusError, toNexusError } from "./errors.ts";

/** Who is signed in here. @throws NexusError `sign_in_required` when nobody is */
export async function signedInUser(nexus: NexusClient): Promise<User> {
  const { data, error } = await nexus.auth.getSession();
  if (error !== null) throw await toNexusError(error);
  if (data.session === null) throw new NexusError("sign_in_required", 401, "Sign in first.");
  return data.session.user;
}

/** The boutiques that the signed-in person works for, with her role and permissions in each. */
export function myPermissions(nexus: NexusClient, options?: CallOptions) {
  return call(() => nexus.rpc("my_permissions"), options);
}

/** Ids of the products that the signed-in customer likes, the newest first. */
export async function myFavorites(nexus: NexusClient, options?: CallOptions): Promise<string[]> {
  const { id } = await signedInUser(nexus);
  const rows = await call(
    () => nexus.from("favorites").select("product_id").eq("customer_id", id).order("created_at", { ascending: false }),
    options,
  );
  return rows.map(({ product_id }) => product_id);
}

/** Likes a product, or no more. Repeating it changes nothing. */
export async function setFavorite(
  nexus: NexusClient,
  { productId, liked }: { readonly productId: string; readonly liked: boolean },
  options?: CallOptions,
): Promise<void> {
  const { id } = await signedInUser(nexus);
  const row = { customer_id: id, product_id: productId };
  if (liked) await call(() => nexus.from("favorites").upsert(row, { ignoreDuplicates: true }), options);
  else await call(() => nexus.from("favorites").delete().match(row), options);
}
