import { type Additive, fitAdditive } from "./additive.ts";
import { type BodyIndex, bodyIndexOf, fitBodyIndex } from "./body-index.ts";
import { FEATURES, featuresOf, type History, noHistory, type Question, remember } from "./features.ts";
import { KINDS, type Observations } from "./observations.ts";
import { Rates } from "./rates.ts";

/** What is known after some wearings: enough to say how a size of a product falls on a body. */
export interface FitModel {
  readonly index: BodyIndex;
  /** By the numbers of sizes of the observations; NaN for sizes that nobody has worn until then. */
  readonly places: Float64Array;
  readonly rates: Rates;
  readonly additive: Additive;
  /** Deviation of the gap from the product's among those who wear it. */
  readonly spread: number;
  /** Of those who have said something, while training alone. */
  readonly histories: ReadonlyMap<number, History>;
}

/**
 * Called often, and waited for, with how much is done, 0 to 1: whoever trains has other things to do, such as telling that it is
 * alive.
 */
export type Progress = (fraction: number) => Promise<void>;

const PAUSE_ROWS = 2_000;
/** The share of rows, the first ones, that is only counted: before them nothing is known. */
const WARM_UP = 0.05;

/**
 * Learns from rows in the order of time. What a row is described by was known on the day before: it does not know its own
 * answer, nor what came later, so that the terms learn from rates that are as good as they will be.
 */
export async function train(observations: Observations, rows: Int32Array, onProgress: Progress): Promise<FitModel> {
  const { index, places } = await fitBodyIndex(observations, rows, () => onProgress(0));
  const seen = new Uint8Array(places.length);
  for (const row of rows) seen[observations.keysOf(row)[1] ?? 0] = 1;
  places.forEach((_, size) => {
    if (seen[size] === 0) places[size] = Number.NaN;
  });
  const rates = new Rates(observations.names, observations.day[rows[0] ?? 0] ?? 0);
  const histories = new Map<number, History>();
  const skipped = Math.floor(rows.length * WARM_UP);
  const columns = FEATURES.map(() => new Float32Array(rows.length - skipped));
  const fits = new Uint8Array(rows.length - skipped);
  const values = new Float64Array(FEATURES.length);
  let [spreadSum, spreadCount] = [0, 0];
  let waiting: { row: number; question: Question; shares: ReturnType<typeof featuresOf> }[] = [];
  const learn = () => {
    for (const { row, question, shares } of waiting) {
      const fit = observations.fit[row] ?? 1;
      rates.add(observations.keysOf(row), fit, question.place - question.index, question.place);
      const person = observations.person[row] ?? 0;
      const history = histories.get(person) ?? noHistory();
      remember(history, fit, question.place, question.index, shares);
      histories.set(person, history);
    }
    waiting = [];
  };
  let today = Number.NaN;
  for (const [n, row] of rows.entries()) {
    if (n % PAUSE_ROWS === 0) await onProgress(0.2 + (0.2 * n) / rows.length);
    const day = observations.day[row] ?? 0;
    if (day !== today) {
      learn();
      today = day;
      rates.moveTo(day);
    }
    const question = questionOf({ index, places, rates, histories }, observations, row);
    const shares = featuresOf(question, values);
    waiting.push({ row, question: { ...question, history: undefined }, shares });
    if (n < skipped) continue;
    columns.forEach((column, f) => {
      column[n - skipped] = values[f] ?? Number.NaN;
    });
    fits[n - skipped] = observations.fit[row] ?? 1;
    const gap = values[FEATURES.indexOf("product_gap")] ?? Number.NaN;
    if (Number.isNaN(gap)) continue;
    spreadSum += gap * gap;
    spreadCount += 1;
  }
  learn();
  const additive = await fitAdditive(FEATURES, columns, fits, (fraction) => onProgress(0.4 + 0.6 * fraction));
  const spread = Math.sqrt(spreadSum / Math.max(1, spreadCount)) || 1;
  return { index, places, rates, additive, spread, histories };
}

/** A row of the observations as a question to what is known. */
export function questionOf(
  known: Pick<FitModel, "index" | "places" | "rates" | "histories">,
  observations: Observations,
  row: number,
): Question {
  const keys = observations.keysOf(row);
  const body = observations.bodyOf(row);
  return {
    rates: KINDS.map((_, kind) => known.rates.read(kind, keys[kind] ?? 0)),
    place: known.places[keys[1] ?? 0] ?? Number.NaN,
    index: bodyIndexOf(known.index, body),
    body,
    history: known.histories.get(observations.person[row] ?? 0),
  };
}
