import { reviewableExperiences, toNexusError } from "@nexus/client";
import { useState } from "preact/hooks";
import { dayName } from "../format.ts";
import { nexus } from "../nexus.ts";
import { Link } from "../router.tsx";
import { useData } from "../use-data.ts";
import { Good, Problem } from "./notice.tsx";
import { ReviewForm } from "./review-form.tsx";
import { kinds } from "./reviews.tsx";

export type Experience = Awaited<ReturnType<typeof loadExperiences>>[number];

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
      path: product && `/gowns/${product.boutique.slug}/${product.slug}`,
      hasSizes: new Set(product?.variants.map(({ size }) => size)).size > 1,
    };
  });
}

/** Gowns that she has had and may review, and a form for each. */
export function TellOthers() {
  const open = useData(loadExperiences, []);
  const [chosen, setChosen] = useState<string>();
  const [written, setWritten] = useState<Experience & { hasPhotos: boolean }>();
  const experiences = open.data ?? [];
  if (experiences.length === 0 && written === undefined) return <Problem error={open.error} />;
  return (
    <section class="tell" aria-labelledby="tell" aria-busy={open.isLoading}>
      <h2 id="tell">Tell others</h2>
      <Problem error={open.error} />
      {written && (
        <Good>
          <p>
            <strong>Thank you.</strong> Your review of {written.product_name} is on its page now, with your first name.
            {written.hasPhotos && " The photos follow in a moment, without the place that cameras write into them."} The
            boutique may answer you there.
          </p>
          {written.path && (
            <Link to={written.path} class="button">
              To {written.product_name}
            </Link>
          )}
        </Good>
      )}
      <ul class="rows">
        {experiences.map((experience) => {
          const { kind, subject_id, product_id, product_name, happened_at } = experience;
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
                  experience={experience}
                  onWrite={(hasPhotos) => {
                    setWritten({ ...experience, hasPhotos });
                    setChosen(undefined);
                    open.reload();
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
