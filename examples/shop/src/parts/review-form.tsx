import { uploadReviewPhoto, writeReview } from "@nexus/client";
import { useState } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { useAction } from "../use-data.ts";
import { Measures, readMeasures } from "./measures.tsx";
import { Problem } from "./notice.tsx";
import { fits } from "./reviews.tsx";
import type { Experience } from "./tell-others.tsx";

const MOST_PHOTOS = 6;

/** Stars and words about a gown, and what helps others to find their size. */
export function ReviewForm({ experience, onWrite }: { experience: Experience; onWrite(hasPhotos: boolean): void }) {
  const { kind, subject_id, product_id, hasSizes } = experience;
  const [photos, setPhotos] = useState<readonly { path: string; name: string }[]>([]);
  const addPhotos = useAction(async (files: readonly File[]) => {
    for (const file of files) {
      const path = await uploadReviewPhoto(nexus, file);
      setPhotos((before) => [...before, { path, name: file.name }]);
    }
  });
  const write = useAction(async (form: FormData) => {
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const fit = (Object.keys(fits) as (keyof typeof fits)[]).find((name) => name === text("fit"));
    const body = { ...readMeasures(form), ...(text("usual_size") ? { usual_size: text("usual_size") } : {}) };
    await writeReview(nexus, {
      kind,
      subjectId: subject_id,
      productId: product_id,
      rating: Number(text("rating")),
      ...(fit ? { fit } : {}),
      title: text("title"),
      body: text("body"),
      ...(Object.keys(body).length > 0 ? { measurements: body } : {}),
      photoPaths: photos.map(({ path }) => path),
    });
    onWrite(photos.length > 0);
  });
  return (
    <form
      class="review-form"
      onSubmit={(event) => {
        event.preventDefault();
        void write.run(new FormData(event.currentTarget));
      }}
    >
      <fieldset>
        <legend>How do you like it?</legend>
        {[1, 2, 3, 4, 5].map((stars) => (
          <label key={stars} class="chip">
            <input type="radio" name="rating" value={stars} required aria-label={`${stars} of 5 stars`} />
            <span>{stars} ★</span>
          </label>
        ))}
      </fieldset>
      {hasSizes && (
        <fieldset>
          <legend>How does it fall? (optional)</legend>
          {Object.entries(fits).map(([fit, text]) => (
            <label key={fit} class="chip">
              <input type="radio" name="fit" value={fit} />
              <span>{text}</span>
            </label>
          ))}
        </fieldset>
      )}
      <label>
        <span>Title (optional)</span>
        <input name="title" maxLength={120} />
      </label>
      <label>
        <span>What others should know (optional)</span>
        <textarea name="body" rows={4} maxLength={5000} />
      </label>
      <div>
        <label>
          <span>Photos, up to {MOST_PHOTOS} (optional)</span>
          <input
            type="file"
            accept="image/jpeg,image/png,image/webp,image/avif"
            multiple
            disabled={photos.length >= MOST_PHOTOS || addPhotos.isBusy}
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])].slice(0, MOST_PHOTOS - photos.length);
              event.currentTarget.value = "";
              void addPhotos.run(files);
            }}
          />
        </label>
        <Problem error={addPhotos.error} />
        <ul class="files" aria-label="Photos of this review" aria-busy={addPhotos.isBusy}>
          {photos.map(({ path, name }) => (
            <li key={path}>
              {name}{" "}
              <button
                type="button"
                class="plain"
                aria-label={`Leave out ${name}`}
                onClick={() => setPhotos(photos.filter((photo) => photo.path !== path))}
              >
                Leave out
              </button>
            </li>
          ))}
        </ul>
      </div>
      {hasSizes && (
        <details>
          <summary>Your measurements (optional)</summary>
          <p class="hint">They teach the advice on sizes. Nobody but you ever sees them, the boutique neither.</p>
          <Measures />
          <label>
            <span>The size that you usually wear</span>
            <input name="usual_size" maxLength={20} />
          </label>
        </details>
      )}
      <Problem error={write.error} />
      <button type="submit" class="wide" disabled={write.isBusy || addPhotos.isBusy}>
        Tell others
      </button>
    </form>
  );
}
