import { deleteReview, editReview, type OwnReview } from "@nexus/client";
import { useState } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { gownPath, Link } from "../router.tsx";
import { Confirm } from "./confirm.tsx";
import { comesInSizes, ReviewForm, type Written } from "./review-form.tsx";
import { ReviewText } from "./review-text.tsx";

/** For so long the API takes changes. */
const CHANGED_FOR_DAYS = 14;

/** A review of hers, to change or to take back. */
export function OwnReviewRow({ review, onDone }: { review: Written; onDone(done: "changed" | "deleted"): void }) {
  const { id, product, state, fit, photos } = review;
  const [isChanging, setChanging] = useState(false);
  const name = product?.name ?? "A gown that is not on show any more";
  const isHidden = state === "hidden";
  return (
    <li>
      <div class="head">
        <h3>{product ? <Link to={gownPath(product)}>{name}</Link> : name}</h3>
        {isHidden && <span class="state">Hidden</span>}
      </div>
      <ReviewText
        review={{ ...review, photos: photos.filter((photo) => photo.state === "ready") }}
        who="You"
        heading="h4"
      />
      {photos.some((photo) => photo.state === "pending") && <p class="hint">Photos follow in a moment.</p>}
      {isHidden && <p class="notice">The marketplace has hidden it from others: {review.hidden_reason}</p>}
      <div class="acts">
        {isChangeable(review) && (
          <button
            type="button"
            class="plain"
            aria-label={`Change your review: ${name}`}
            aria-expanded={isChanging}
            onClick={() => setChanging(!isChanging)}
          >
            Change
          </button>
        )}
        <Confirm
          label="Delete"
          about={`your review, ${name}`}
          question={isHidden ? "Delete it? What was hidden cannot be written anew." : "Delete this review?"}
          onConfirm={async () => {
            await deleteReview(nexus, id);
            onDone("deleted");
          }}
        />
      </div>
      {isChanging && (
        <ReviewForm
          review={review}
          hasSizes={comesInSizes(product?.variants) || fit !== null}
          onSend={async (input) => {
            await editReview(nexus, id, input);
            setChanging(false);
            onDone("changed");
          }}
        />
      )}
    </li>
  );
}

const isChangeable = ({ created_at }: OwnReview) =>
  Date.now() < new Date(created_at).getTime() + CHANGED_FOR_DAYS * 24 * 60 * 60_000;
