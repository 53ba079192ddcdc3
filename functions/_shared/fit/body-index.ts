// One number for a body and one for a size, on the same scale: sizes are worn by those whom they are made for. That way 38,
// S and 12 need no table of what they mean. It is the first step of a reduced-rank regression of the size on the body
// (Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 3.7), by turns of ridge regression and means.
import { GIRTHS, MEASURES } from "./measures.ts";
import type { Observations } from "./observations.ts";

/** How a body becomes a number; about -2 (small) to 3 (large). */
export interface BodyIndex {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** Of 1, then per measure: in deviations, whether it is unknown, its square. */
  readonly weights: readonly number[];
}

const WIDTH = 1 + 3 * MEASURES.length;
const RIDGE = 10;
const TURNS = 4;
/** Wearers as if a size had had them before, of the mean body. */
const PRIOR = 3;

function inputs(index: BodyIndex, body: ArrayLike<number>, into = new Float64Array(WIDTH)): Float64Array {
  into[0] = 1;
  MEASURES.forEach((_, m) => {
    const value = body[m] ?? Number.NaN;
    const known = !Number.isNaN(value);
    // What nobody has is a slip of the hand: it counts as the largest that somebody has.
    const z = known ? Math.min(4, Math.max(-4, (value - (index.means[m] ?? 0)) / (index.deviations[m] ?? 1))) : 0;
    into[1 + m] = z;
    into[1 + MEASURES.length + m] = known ? 0 : 1;
    into[1 + 2 * MEASURES.length + m] = z * z;
  });
  return into;
}

/** Where a body is on the scale of sizes; NaN without any girth or weight. */
export function bodyIndexOf(index: BodyIndex, body: ArrayLike<number>): number {
  if (GIRTHS.every((m) => Number.isNaN(body[m] ?? Number.NaN))) return Number.NaN;
  let sum = 0;
  inputs(index, body).forEach((input, n) => {
    sum += input * (index.weights[n] ?? 0);
  });
  return sum;
}

/** Fits the index of bodies and the places of sizes; of the first rows in the given order. */
export async function fitBodyIndex(
  observations: Observations,
  rows: Int32Array,
  pause: () => Promise<void>,
): Promise<{ index: BodyIndex; places: Float64Array }> {
  const scale = standardise(observations, rows);
  const start = new Float64Array(WIDTH);
  for (const m of GIRTHS) start[1 + m] = 1;
  let index: BodyIndex = { ...scale, weights: [...start] };
  let places: Float64Array = new Float64Array(0);
  for (let turn = 0; turn < TURNS; turn += 1) {
    places = placeSizes(observations, rows, index);
    index = { ...scale, weights: [...ridge(observations, rows, index, places)] };
    await pause();
  }
  return { index, places };
}

function standardise(observations: Observations, rows: Int32Array): Omit<BodyIndex, "weights"> {
  const [counts, sums, squares] = [0, 1, 2].map(() => MEASURES.map(() => 0)) as [number[], number[], number[]];
  for (const row of rows) {
    observations.bodyOf(row).forEach((value, m) => {
      if (Number.isNaN(value)) return;
      counts[m] = (counts[m] ?? 0) + 1;
      sums[m] = (sums[m] ?? 0) + value;
      squares[m] = (squares[m] ?? 0) + value * value;
    });
  }
  const means = sums.map((sum, m) => sum / Math.max(1, counts[m] ?? 0));
  const deviations = squares.map(
    (square, m) => Math.sqrt(Math.max(0, square / Math.max(1, counts[m] ?? 0) - (means[m] ?? 0) ** 2)) || 1,
  );
  return { means, deviations };
}

/** The mean body of those who wear a size, with mean 0 and deviation 1 over all wearings. */
function placeSizes(observations: Observations, rows: Int32Array, index: BodyIndex): Float64Array {
  const sizes = observations.names[1]?.texts.length ?? 0;
  const [sums, known, counts] = [new Float64Array(sizes), new Float64Array(sizes), new Float64Array(sizes)];
  for (const row of rows) {
    const size = observations.keysOf(row)[1] ?? 0;
    const value = bodyIndexOf(index, observations.bodyOf(row));
    counts[size] = (counts[size] ?? 0) + 1;
    if (Number.isNaN(value)) continue;
    sums[size] = (sums[size] ?? 0) + value;
    known[size] = (known[size] ?? 0) + 1;
  }
  const total =
    sums.reduce((a, b) => a + b, 0) /
    Math.max(
      1,
      known.reduce((a, b) => a + b, 0),
    );
  const places = sums.map((sum, n) => (sum + PRIOR * total) / ((known[n] ?? 0) + PRIOR));
  const mean = places.reduce((a, place, n) => a + place * (counts[n] ?? 0), 0) / Math.max(1, rows.length);
  const variance =
    places.reduce((a, place, n) => a + (place - mean) ** 2 * (counts[n] ?? 0), 0) / Math.max(1, rows.length);
  return places.map((place) => (place - mean) / (Math.sqrt(variance) || 1));
}

function ridge(observations: Observations, rows: Int32Array, index: BodyIndex, places: Float64Array): Float64Array {
  const matrix = Array.from({ length: WIDTH }, (_, n) => new Float64Array(WIDTH + 1).fill(RIDGE, n, n + 1));
  const x = new Float64Array(WIDTH);
  for (const row of rows) {
    inputs(index, observations.bodyOf(row), x);
    const place = places[observations.keysOf(row)[1] ?? 0] ?? 0;
    for (let i = 0; i < WIDTH; i += 1) {
      const [line, value] = [matrix[i] as Float64Array, x[i] ?? 0];
      if (value === 0) continue;
      for (let j = 0; j < WIDTH; j += 1) line[j] = (line[j] ?? 0) + value * (x[j] ?? 0);
      line[WIDTH] = (line[WIDTH] ?? 0) + value * place;
    }
  }
  return solve(matrix);
}

/** Gauss-Jordan; the matrix is positive definite, so that no pivot has to be looked for. */
function solve(matrix: readonly Float64Array[]): Float64Array {
  matrix.forEach((line, i) => {
    const pivot = line[i] ?? 1;
    for (let j = i; j < line.length; j += 1) line[j] = (line[j] ?? 0) / pivot;
    matrix.forEach((other, k) => {
      const factor = other[i] ?? 0;
      if (k === i || factor === 0) return;
      for (let j = i; j < line.length; j += 1) other[j] = (other[j] ?? 0) - factor * (line[j] ?? 0);
    });
  });
  return Float64Array.from(matrix, (line) => line[WIDTH] ?? 0);
}
