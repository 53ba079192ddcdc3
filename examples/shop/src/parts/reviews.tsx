import { productReviews, type Review, reviewSummary, voteReview } from "@nexus/client";
import { useState } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { useSession } from "../session.tsx";
import { useAction, useData } from "../use-data.ts";
import { Problem } from "./notice.tsx";
import { ReviewText } from "./review-text.tsx";
import { Stars } from "./stars.tsx";

/** What people say who have had the gown. */
export function Reviews({ productId }: { productId: string }) {
  const summary = useData((signal) => reviewSummary(nexus, productId, { signal }), [productId]);
  const page = useData((signal) => productReviews(nexus, { productId, pageSize: 10 }, { signal }), [productId]);
  if (summary.data?.rating == null) {
    return (
      <section class="reviews">
        <h2>Reviews</h2>
        <p class="quiet">Nobody has said anything yet. Who has rented it, bought it or tried it on may be the first.</p>
      </section>
    );
  }
  return (
    <section class="reviews">
      <h2>Reviews</h2>
      <Stars rating={summary.data.rating} count={summary.data.count} />
      <Problem error={page.error} />
      <ul>
        {page.data?.reviews.map((review) => (
          <OneReview key={review.id} review={review} />
        ))}
      </ul>
    </section>
  );
}

function OneReview({ review }: { review: Review }) {
  const { user } = useSession();
  const [vote, setVote] = useState({ isOn: review.is_helpful, count: review.helpful_count });
  const toggle = useAction(async () => {
    const count = await voteReview(nexus, { reviewId: review.id, helpful: !vote.isOn });
    setVote({ isOn: !vote.isOn, count });
  });
  return (
    <li>
      <ReviewText
        review={review}
        who={review.is_own ? `Your review: ${review.author_name}` : review.author_name}
        heading="h3"
      />
      {user && !review.is_own && (
        <button type="button" class="plain" aria-pressed={vote.isOn} onClick={() => void toggle.run()}>
          Helpful{vote.count > 0 && ` (${vote.count})`}
        </button>
      )}
      <Problem error={toggle.error} />
    </li>
  );
}
