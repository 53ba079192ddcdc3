import { reviewableExperiences, toNexusError, writeReview } from "@nexus/client";
import { useRef, useState } from "preact/hooks";
import { dayName } from "../format.ts";
import { nexus } from "../nexus.ts";
import { gownPath, Link } from "../router.tsx";
import { useData } from "../use-data.ts";
import { Good, Problem } from "./notice.tsx";
import { comesInSizes, ReviewForm } from "./review-form.tsx";
import { kinds } from "./review-text.tsx";

/** What she has just done with a review; a new one is written, or one that is there was changed. */
export interface ReviewNews {
  readonly done: "written" | "changed" | "deleted";
  /** Of the gown. */
  readonly name: string;
  readonly path?: string | undefined;
  readonly hasPhotos?: boolean;
}

/** What she has had and not spoken of yet. */
async function loadExperiences(signal: AbortSignal) {
  const experiences = await reviewableExperiences(nexus, { signal });
  if (experiences.length === 0) return [];
  const { data, error, status } = await nexus
    .from("products")
    .select("id, slug, boutique:boutiques(slug), variants:product_variants(size)")
    .in(
      "id",
      experiences.map(({ product_id }) => product_id),
    )
    .abortSignal(signal);
  if (error !== null) throw await toNexusError(error, status);
  return experiences.map((experience) => {
    // Of what is not on show any more there is no page.
    const product = data.find(({ id }) => id === experience.product_id);
    return {
      ...experience,
      path: product && gownPath(product),
      hasSizes: comesInSizes(product?.variants),
    };
  });
}

/** Gowns that she has had and may review, and a form for each. */
export function TellOthers({ news, onNews }: { news: ReviewNews | undefined; onNews(news: ReviewNews): void }) {
  const open = useData(loadExperiences, [news]);
  const [chosen, setChosen] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const written = news?.done === "written" ? news : undefined;
  const experiences = open.data ?? [];
  if (experiences.length === 0 && written === undefined) return <Problem error={open.error} />;
  return (
    <section class="tell" aria-labelledby="tell" aria-busy={open.isLoading}>
      <h2 id="tell" ref={heading} tabIndex={-1}>
        Tell others
      </h2>
      <Problem error={open.error} />
      {written && (
        <Good>
          <p>
            <strong>Thank you.</strong> Your review of {written.name} is on its page now, with your first name.
            {written.hasPhotos && " The photos follow in a moment, without the place that cameras write into them."} The
            boutique may answer you there.
          </p>
          {written.path && (
            <Link to={written.path} class="button">
              To {written.name}
            </Link>
          )}
        </Good>
      )}
      <ul class="rows">
        {experiences.map((experience) => {
          const { kind, subject_id, product_id, product_name, happened_at, path } = experience;
          const key = subject_id + product_id;
          return (
            <li key={key}>
              <div class="head">
                <div>
                  <h3>{product_name}</h3>
                  <p class="quiet">
                    You {kinds[kind]} · {dayName(happened_at.slice(0, 10))}
                  </p>
                </div>
                <button
                  type="button"
                  class="small"
                  aria-label={`Write a review: ${product_name}`}
                  aria-expanded={chosen === key}
                  onClick={() => setChosen(chosen === key ? undefined : key)}
                >
                  Write a review
                </button>
              </div>
              {chosen === key && (
                <ReviewForm
                  hasSizes={experience.hasSizes}
                  onSend={async (input) => {
                    await writeReview(nexus, { ...input, kind, subjectId: subject_id, productId: product_id });
                    setChosen(undefined);
                    onNews({
                      done: "written",
                      name: product_name,
                      path,
                      hasPhotos: (input.photoPaths?.length ?? 0) > 0,
                    });
                    heading.current?.focus();
                  }}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
