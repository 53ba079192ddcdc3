import { myReviewMeasurements, myReviews } from "@nexus/client";
import { useEffect, useRef } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { useData } from "../use-data.ts";
import { Good, Problem } from "./notice.tsx";
import { OwnReviewRow } from "./own-review.tsx";
import type { ReviewNews } from "./tell-others.tsx";

/** What she has said of gowns. */
export function YourReviews({ news, onNews }: { news: ReviewNews | undefined; onNews(news: ReviewNews): void }) {
  const all = useData(
    async (signal) => {
      const options = { signal };
      const [reviews, told] = await Promise.all([myReviews(nexus, options), myReviewMeasurements(nexus, options)]);
      return reviews.map((review) => ({ ...review, told: told.find(({ review_id }) => review_id === review.id) }));
    },
    [news],
  );
  const heading = useRef<HTMLHeadingElement>(null);
  const reviews = all.data ?? [];
  // A job makes photos ready, and a change names them as they are: they are looked for until they are there.
  const isWaiting = reviews.some(({ photos }) => photos.some(({ state }) => state === "pending"));
  useEffect(() => {
    const timer = isWaiting ? setTimeout(all.reload, 2000) : undefined;
    return () => clearTimeout(timer);
  }, [all.data]);
  const isTold = news?.done === "changed" || news?.done === "deleted";
  if (reviews.length === 0 && !isTold) return <Problem error={all.error} />;
  return (
    <section class="tell" aria-labelledby="your-reviews" aria-busy={all.isLoading}>
      <h2 id="your-reviews" ref={heading} tabIndex={-1}>
        Your reviews
      </h2>
      <Problem error={all.error} />
      {isTold && (
        <Good>
          <p>
            Your review of {news.name} is {news.done}.
          </p>
        </Good>
      )}
      <ul class="rows">
        {reviews.map((review) => (
          <OwnReviewRow
            key={review.id}
            review={review}
            onDone={(done) => {
              onNews({ done, name: review.product?.name ?? "a gown" });
              heading.current?.focus();
            }}
          />
        ))}
      </ul>
    </section>
  );
}
