import * as z from "zod/mini";
import { type CallOptions, call, callChecked, type WithHidden } from "./call.ts";
import type { Enum, NexusClient } from "./client.ts";
import { toNexusError } from "./errors.ts";
import { signedInUser } from "./people.ts";
import type { Measurements } from "./sizes.ts";

const review = z.object({
  id: z.string(),
  kind: z.enum(["bought", "rented", "fitted"]),
  author_name: z.string(),
  rating: z.number(),
  fit: z.nullable(z.enum(["small", "true", "large"])),
  title: z.string(),
  body: z.string(),
  helpful_count: z.number(),
  created_at: z.string(),
  edited_at: z.nullable(z.string()),
  reply: z.nullable(z.string()),
  replied_at: z.nullable(z.string()),
  is_own: z.boolean(),
  is_helpful: z.boolean(),
  photos: z.array(
    z.object({
      path: z.string(),
      alt: z.string(),
      width: z.nullable(z.number()),
      height: z.nullable(z.number()),
      blurhash: z.nullable(z.string()),
    }),
  ),
});
export type Review = z.output<typeof review>;
const page = z.object({ reviews: z.array(review), next: z.nullable(z.string()) });
const summary = z.object({
  rating: z.nullable(z.number()),
  count: z.number(),
  /** How many of one star, of two … of five. */
  stars: z.array(z.number()),
  fit: z.object({ small: z.number(), true: z.number(), large: z.number() }),
});
export type ReviewSummary = z.output<typeof summary>;

/** Reviews of a product, a page at a time. For anybody. */
export function productReviews(
  nexus: NexusClient,
  input: {
    readonly productId: string;
    readonly sort?: "helpful" | "newest" | "highest" | "lowest";
    readonly after?: string | null;
    readonly pageSize?: number;
  },
  options?: CallOptions,
) {
  const args = {
    product_id: input.productId,
    ...(input.sort ? { sort: input.sort } : {}),
    ...(input.after ? { after: input.after } : {}),
    ...(input.pageSize ? { page_size: input.pageSize } : {}),
  };
  return callChecked(page, () => nexus.rpc("product_reviews", args), options);
}

/** The sums of all reviews of a product. For anybody. */
export function reviewSummary(nexus: NexusClient, productId: string, options?: CallOptions): Promise<ReviewSummary> {
  return callChecked(summary, () => nexus.rpc("review_summary", { product_id: productId }), options);
}

/** What the signed-in customer may review and has not. */
export function reviewableExperiences(nexus: NexusClient, options?: CallOptions) {
  return call(() => nexus.rpc("reviewable_experiences"), options);
}

/**
 * Puts a photo for a review into Storage: JPEG, PNG, WebP or AVIF, up to 10 MiB. The path is one of the `photoPaths` of
 * `writeReview`; what no review names is removed after a while.
 */
export async function uploadReviewPhoto(nexus: NexusClient, photo: Blob): Promise<string> {
  const { id } = await signedInUser(nexus);
  const path = `${id}/${crypto.randomUUID()}`;
  const { error } = await nexus.storage.from("review-photos").upload(path, photo, { contentType: photo.type });
  if (error !== null) throw await toNexusError(error);
  return path;
}

/** What a review says. */
export interface ReviewInput {
  readonly rating: number;
  readonly fit?: Enum<"review_fit">;
  readonly title?: string;
  readonly body?: string;
  /** Of her body, for advice on sizes; nobody but she reads them. */
  readonly measurements?: Omit<Measurements, "age"> & { readonly usual_size?: string };
  /** Up to six of `uploadReviewPhoto`. */
  readonly photoPaths?: readonly string[];
}

const wordsOf = (input: ReviewInput) => ({
  rating: input.rating,
  ...(input.fit === undefined ? {} : { fit: input.fit }),
  ...(input.title === undefined ? {} : { title: input.title }),
  ...(input.body === undefined ? {} : { body: input.body }),
  ...(input.measurements === undefined ? {} : { measurements: { ...input.measurements } }),
  ...(input.photoPaths === undefined ? {} : { photo_paths: [...input.photoPaths] }),
});

/**
 * Says something about one of `reviewableExperiences`. It is shown at once; photos when a job has made them ready.
 *
 * @throws NexusError `already_reviewed`, `experience_not_found`, `own_boutique`, `invalid_measurements`, `invalid_photos`
 */
export function writeReview(
  nexus: NexusClient,
  input: ReviewInput & {
    readonly kind: Enum<"review_kind">;
    readonly subjectId: string;
    readonly productId: string;
  },
  options?: CallOptions,
) {
  const about = { kind: input.kind, subject_id: input.subjectId, product_id: input.productId };
  // Said twice it would be refused, so a lost answer is for the customer to look after.
  return call(() => nexus.rpc("write_review", { ...about, ...wordsOf(input) }), { ...options, retries: 0 });
}

/**
 * The reviews of the signed-in customer, the newest first, also what is hidden, with why. `product` is null when it is not on show
 * any more. Paths of photos change when a job has made them ready.
 */
export async function myReviews(nexus: NexusClient, options?: CallOptions) {
  const { id } = await signedInUser(nexus);
  const reviews = await call(
    () =>
      nexus
        .from("reviews")
        .select(
          `id, product_id, kind, author_name, rating, fit, title, body, state, hidden_reason, reply, replied_at, helpful_count, created_at,
          edited_at, product:products(name, slug, boutique:boutiques(slug), variants:product_variants(size)),
          photos:review_photos(id, path:storage_path, state, alt, width, height, blurhash)`,
        )
        .eq("customer_id", id)
        .neq("state", "withdrawn")
        .order("id", { ascending: false })
        .order("position", { referencedTable: "photos" })
        .limit(100),
    options,
  );
  return reviews as WithHidden<typeof reviews, "product">;
}
export type OwnReview = Awaited<ReturnType<typeof myReviews>>[number];

const measured = z.nullable(z.number());
const told = z.object({
  review_id: z.string(),
  height_cm: measured,
  weight_kg: measured,
  bust_cm: measured,
  waist_cm: measured,
  hips_cm: measured,
  usual_size: z.nullable(z.string()),
});

/** What the signed-in customer has told of her body with her reviews. Nobody else reads it. */
export function myReviewMeasurements(nexus: NexusClient, options?: CallOptions) {
  return callChecked(z.array(told), () => nexus.rpc("my_review_measurements"), options);
}

/**
 * Says a review of hers anew, for 14 days. Fit, title and body that are left out are empty then; measurements and photos that are
 * left out stay, and `{}` and `[]` remove them.
 *
 * @throws NexusError `review_not_found`, `too_late_to_edit` with `details.until`, `invalid_measurements`, `invalid_photos`
 */
export function editReview(nexus: NexusClient, reviewId: string, input: ReviewInput, options?: CallOptions) {
  return call(() => nexus.rpc("edit_review", { review_id: reviewId, ...wordsOf(input) }), options);
}

/**
 * Takes a review of hers back, at any time, with its photos, votes and answer. What was published may be written anew, what was
 * hidden not. It is not repeated by itself: the second time it is not found.
 *
 * @throws NexusError `review_not_found`
 */
export async function deleteReview(nexus: NexusClient, reviewId: string, options?: CallOptions): Promise<void> {
  await call(() => nexus.rpc("delete_review", { review_id: reviewId }), { ...options, retries: 0 });
}

/** One vote each; `helpful: false` takes it back. Answers with the count. */
export function voteReview(
  nexus: NexusClient,
  { reviewId, helpful = true }: { readonly reviewId: string; readonly helpful?: boolean },
  options?: CallOptions,
) {
  return call(() => nexus.rpc("vote_review", { review_id: reviewId, helpful }), options);
}
