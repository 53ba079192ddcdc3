import { type myReviewMeasurements, type OwnReview, type ReviewInput, uploadReviewPhoto } from "@nexus/client";
import { useRef, useState } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { useAction } from "../use-data.ts";
import { Measures, readMeasures } from "./measures.tsx";
import { Problem } from "./notice.tsx";
import { fits, photoUrl } from "./review-text.tsx";

const MOST_PHOTOS = 6;

/** A review that is there, with what she has told of her body for it. */
export type Written = OwnReview & {
  readonly told: Awaited<ReturnType<typeof myReviewMeasurements>>[number] | undefined;
};

interface Photo {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly isReady?: boolean;
}

/** Stars and words about a gown, and what helps others to find their size. */
export function ReviewForm(props: {
  /** What is changed; without it, one is written. */
  review?: Written;
  hasSizes: boolean;
  onSend(input: ReviewInput): Promise<void>;
}) {
  const { review, hasSizes, onSend } = props;
  const [added, setAdded] = useState<readonly Photo[]>([]);
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const photos = [...photosOf(review), ...added].filter(({ id }) => !leftOut.includes(id));
  const list = useRef<HTMLUListElement>(null);
  const addPhotos = useAction(async (files: readonly File[]) => {
    for (const file of files) {
      const path = await uploadReviewPhoto(nexus, file);
      setAdded((before) => [...before, { id: path, path, name: file.name }]);
    }
  });
  const send = useAction(async (form: FormData) => {
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const fit = (Object.keys(fits) as (keyof typeof fits)[]).find((name) => name === text("fit"));
    const measurements = { ...readMeasures(form), ...(text("usual_size") ? { usual_size: text("usual_size") } : {}) };
    await onSend({
      rating: Number(text("rating")),
      ...(fit ? { fit } : {}),
      title: text("title"),
      body: text("body"),
      // What the form does not ask for, or she has not touched, stays.
      ...(hasSizes ? { measurements } : {}),
      ...(added.length + leftOut.length === 0 ? {} : { photoPaths: photos.map(({ path }) => path) }),
    });
  });
  return (
    <form
      class="review-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send.run(new FormData(event.currentTarget));
      }}
    >
      <fieldset>
        <legend>How do you like it?</legend>
        {[1, 2, 3, 4, 5].map((stars) => (
          <label key={stars} class="chip">
            <input
              type="radio"
              name="rating"
              value={stars}
              required
              aria-label={`${stars} of 5 stars`}
              defaultChecked={review?.rating === stars}
            />
            <span>{stars} ★</span>
          </label>
        ))}
      </fieldset>
      {hasSizes && (
        <fieldset>
          <legend>How does it fall? (optional)</legend>
          {Object.entries(fits).map(([fit, text]) => (
            <label key={fit} class="chip">
              <input type="radio" name="fit" value={fit} defaultChecked={review?.fit === fit} />
              <span>{text}</span>
            </label>
          ))}
        </fieldset>
      )}
      <label>
        <span>Title (optional)</span>
        <input name="title" maxLength={120} defaultValue={review?.title} />
      </label>
      <label>
        <span>What others should know (optional)</span>
        <textarea name="body" rows={4} maxLength={5000} defaultValue={review?.body} />
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
        <ul class="files" aria-label="Photos of this review" aria-busy={addPhotos.isBusy} ref={list} tabIndex={-1}>
          {photos.map(({ id, path, name, isReady }) => (
            <li key={id}>
              {isReady && <img src={photoUrl(path)} alt="" />}
              {name}{" "}
              <button
                type="button"
                class="plain"
                aria-label={`Leave out ${name}`}
                onClick={() => {
                  setLeftOut([...leftOut, id]);
                  list.current?.focus();
                }}
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
          <Measures saved={review?.told} />
          <label>
            <span>The size that you usually wear</span>
            <input name="usual_size" maxLength={20} defaultValue={review?.told?.usual_size ?? ""} />
          </label>
        </details>
      )}
      <Problem error={send.error} />
      <button type="submit" class="wide" disabled={send.isBusy || addPhotos.isBusy}>
        {review ? "Keep the changes" : "Tell others"}
      </button>
    </form>
  );
}

const words = { pending: ", being made ready", ready: "", refused: ", which could not be used" } as const;
const photosOf = (review: Written | undefined): readonly Photo[] =>
  review?.photos.map(({ id, path, state }, index) => ({
    id,
    path,
    name: `Photo ${index + 1}${words[state]}`,
    isReady: state === "ready",
  })) ?? [];

/** Of what comes in one size alone nobody has to find hers. */
export const comesInSizes = (variants: readonly { size: string }[] = []) =>
  new Set(variants.map(({ size }) => size)).size > 1;
