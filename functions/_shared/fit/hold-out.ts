import { predict } from "./additive.ts";
import { evaluate, type Score } from "./evaluate.ts";
import { FEATURES, featuresOf } from "./features.ts";
import type { Observations } from "./observations.ts";
import { type FitModel, type Progress, questionOf, train } from "./train.ts";

/** Fewer wearings than these teach nothing that would hold. */
export const LEAST_ROWS = 200;
/** The newest share of the rows, on which a training is judged. */
const HELD_OUT = 0.1;

/** What a model says of rows: three chances each. It learns nothing from them. */
export function predictRows(model: FitModel, observations: Observations, rows: Int32Array): Float64Array {
  const values = new Float64Array(FEATURES.length);
  const predicted = new Float64Array(3 * rows.length);
  rows.forEach((row, n) => {
    featuresOf(questionOf(model, observations, row), values);
    predicted.set(predict(model.additive, values), 3 * n);
  });
  return predicted;
}

/** The shares of small, true and large. */
export function sharesIn(observations: Observations, rows: Int32Array): [number, number, number] {
  const counts: [number, number, number] = [0, 0, 0];
  for (const row of rows) counts[observations.fit[row] as 0 | 1 | 2] += 1 / rows.length;
  return counts;
}

/**
 * Trains on the older rows and judges by the newest, which it has not seen; then trains on all. Undefined when there are too
 * few rows.
 */
export async function trainAndJudge(
  observations: Observations,
  onProgress: Progress,
): Promise<{ model: FitModel; score: Score } | undefined> {
  if (observations.length < LEAST_ROWS) return undefined;
  const rows = observations.inOrder();
  const firstHeldOut = observations.day[rows[Math.floor(rows.length * (1 - HELD_OUT))] ?? 0] ?? 0;
  // Whole days: what was said on one day is on one side.
  const known = rows.filter((row) => (observations.day[row] ?? 0) < firstHeldOut);
  const heldOut = rows.filter((row) => (observations.day[row] ?? 0) >= firstHeldOut);
  if (known.length < LEAST_ROWS / 2) return undefined;
  const judged = await train(observations, known, (fraction) => onProgress(0.5 * fraction));
  const fits = Uint8Array.from(heldOut, (row) => observations.fit[row] ?? 1);
  const score = evaluate(predictRows(judged, observations, heldOut), fits, sharesIn(observations, known));
  return { model: await train(observations, rows, (fraction) => onProgress(0.5 + 0.5 * fraction)), score };
}
