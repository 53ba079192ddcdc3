import * as z from "zod/mini";
import { type CallOptions, call, callChecked } from "./call.ts";
import type { NexusClient } from "./client.ts";
import { signedInUser } from "./people.ts";

/** A body, as far as it is told: in centimetres, kilograms and years. Named as the API names it. */
export interface Measurements {
  readonly height_cm?: number;
  readonly weight_kg?: number;
  readonly bust_cm?: number;
  readonly waist_cm?: number;
  readonly hips_cm?: number;
  readonly age?: number;
}

/** From 0 to 1; null where nobody knows. */
const chance = z.nullable(z.number());
const advice = z.object({
  /** `model`: from what others have found; `size_chart`: from the designer's chart, without chances. */
  basis: z.enum(["model", "size_chart", "none"]),
  confidence: z.enum(["good", "fair", "low", "not_enough_data"]),
  /** The size to take, whether or not there is a piece of it; null when too little is known. */
  recommended: z.nullable(z.string()),
  sizes: z.array(
    z.object({
      size: z.string(),
      small: chance,
      true: chance,
      large: chance,
      recommended: z.boolean(),
      variants: z.array(
        z.object({ variant_id: z.string(), color: z.string(), in_stock: z.boolean(), for_rent: z.boolean() }),
      ),
    }),
  ),
});
export type SizeAdvice = z.output<typeof advice>;

/**
 * How each size of a product would fall, and which to take. For anybody; who is signed in and gives no measurements is advised by
 * those of `saveMeasurements`.
 *
 * @throws NexusError `invalid_measurements`, `product_not_found`, `too_many_requests`
 */
export function recommendSize(
  nexus: NexusClient,
  { productId, measurements }: { readonly productId: string; readonly measurements?: Measurements },
  options?: CallOptions,
): Promise<SizeAdvice> {
  const args = { product_id: productId, ...(measurements === undefined ? {} : { measurements: { ...measurements } }) };
  return callChecked(advice, () => nexus.rpc("recommend_size", args), options);
}

/** What the signed-in customer has saved of her body; null when nothing. Nobody else reads it. */
export async function myMeasurements(nexus: NexusClient, options?: CallOptions) {
  const { id } = await signedInUser(nexus);
  return call(
    () =>
      nexus
        .from("measurements")
        .select("height_cm, weight_kg, bust_cm, waist_cm, hips_cm, age")
        .eq("customer_id", id)
        .maybeSingle(),
    options,
  );
}

/** Keeps the measurements of the signed-in customer in place of those before; what is left out is unknown again. */
export async function saveMeasurements(
  nexus: NexusClient,
  measurements: Measurements,
  options?: CallOptions,
): Promise<void> {
  const { id } = await signedInUser(nexus);
  const unknown = { height_cm: null, weight_kg: null, bust_cm: null, waist_cm: null, hips_cm: null, age: null };
  await call(() => nexus.from("measurements").upsert({ ...unknown, ...measurements, customer_id: id }), options);
}

/** Forgets the saved measurements. Repeating it changes nothing. */
export async function forgetMeasurements(nexus: NexusClient, options?: CallOptions): Promise<void> {
  const { id } = await signedInUser(nexus);
  await call(() => nexus.from("measurements").delete().eq("customer_id", id), options);
}
