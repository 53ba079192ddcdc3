import type { Review } from "@nexus/client";
import { dayName } from "../format.ts";
import { nexus } from "../nexus.ts";
import { Stars } from "./stars.tsx";

export const kinds = { bought: "bought it", rented: "rented it", fitted: "tried it on" } as const;
export const fits = { small: "Runs small", true: "True to size", large: "Runs large" } as const;

type Told = Pick<
  Review,
  "rating" | "title" | "body" | "author_name" | "kind" | "created_at" | "fit" | "reply" | "photos"
>;

export const photoUrl = (path: string) => nexus.storage.from("review-photos").getPublicUrl(path).data.publicUrl;

/** What a review says, and what the boutique has answered. */
export function ReviewText(props: { review: Told; who: string; heading: "h3" | "h4" }) {
  const { review, who, heading: Heading } = props;
  return (
    <>
      <Stars rating={review.rating} />
      {review.title && <Heading>{review.title}</Heading>}
      {review.body && <p>{review.body}</p>}
      {review.photos.length > 0 && (
        <ul class="photos" aria-label={`Photos by ${review.author_name}`}>
          {review.photos.map(({ path, alt, width, height }) => (
            <li key={path}>
              <img
                src={photoUrl(path)}
                alt={alt || `By ${review.author_name}`}
                width={width ?? undefined}
                height={height ?? undefined}
                loading="lazy"
              />
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">
        {who} {kinds[review.kind]} · {dayName(review.created_at.slice(0, 10))}
        {review.fit && ` · ${fits[review.fit]}`}
      </p>
      {review.reply && (
        <blockquote>
          <p>{review.reply}</p>
          <p class="quiet">The boutique</p>
        </blockquote>
      )}
    </>
  );
}
