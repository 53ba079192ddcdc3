import { NexusError, toNexusError } from "@nexus/client";
import { nexus } from "./nexus.ts";

/** A boutique with its branches and what they offer. Tables are read with supabase-js itself. */
export async function loadShop(slug: string, signal: AbortSignal) {
  const { data: boutique, ...answer } = await nexus
    .from("boutiques")
    .select("id, name, timezone")
    .eq("slug", slug)
    .abortSignal(signal)
    .maybeSingle();
  if (answer.error !== null) throw await toNexusError(answer.error, answer.status);
  if (boutique === null) throw new NexusError("boutique_not_found", 404, "There is no such boutique.");
  const [locations, services] = await Promise.all([
    nexus.from("locations").select("id, name, street, city, timezone").eq("boutique_id", boutique.id).order("name"),
    nexus
      .from("fitting_services")
      .select("id, name, description, duration_minutes, price, currency")
      .eq("boutique_id", boutique.id)
      .eq("listed", true)
      .order("price"),
  ]);
  for (const { error, status } of [locations, services]) if (error !== null) throw await toNexusError(error, status);
  return { ...boutique, locations: locations.data ?? [], services: services.data ?? [] };
}
export type Shop = Awaited<ReturnType<typeof loadShop>>;
