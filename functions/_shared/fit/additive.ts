// An additive model of three outcomes: what a value of a feature adds to the chance of small and of large, looked up in a table.
// It is a generalised additive multinomial logit (Hastie, Tibshirani 1986), fitted by turns over the features with small
// Newton steps, as in Lou, Caruana, Gehrke, "Intelligible Models" (KDD 2012).

/** One feature: the value's place among the cuts says which of the entries is added. The first entry is of unknown values. */
export interface Term {
  readonly feature: string;
  /** Ascending. */
  readonly cuts: readonly number[];
  /** One entry more than there are intervals: unknown, below the first cut, ... */
  readonly small: readonly number[];
  readonly large: readonly number[];
}

export interface Additive {
  readonly small: number;
  readonly large: number;
  readonly terms: readonly Term[];
}

const BINS = 32;
const SWEEPS = 40;
const RATE = 0.25;
/** Pulls entries of few rows to nothing. */
const PENALTY = 25;

/** The entry of a value: as 1 + width_bucket(value, cuts), and 0 for what is unknown. */
export function binOf(cuts: readonly number[], value: number): number {
  if (Number.isNaN(value)) return 0;
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= (cuts[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

/** Chances of small, true and large from what the terms come to. */
export function chances(small: number, large: number): readonly [number, number, number] {
  const most = Math.max(0, small, large);
  const [s, t, l] = [Math.exp(small - most), Math.exp(-most), Math.exp(large - most)];
  return [s / (s + t + l), t / (s + t + l), l / (s + t + l)];
}

export function predict(model: Additive, values: ArrayLike<number>): readonly [number, number, number] {
  let [small, large] = [model.small, model.large];
  model.terms.forEach(({ cuts, small: smalls, large: larges }, f) => {
    const bin = binOf(cuts, values[f] ?? Number.NaN);
    small += smalls[bin] ?? 0;
    large += larges[bin] ?? 0;
  });
  return chances(small, large);
}

/** Cuts between equal shares of the values. */
function cutsOf(column: Float32Array): number[] {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort();
  const cuts: number[] = [];
  for (let n = 1; n < BINS; n += 1) {
    const at = Math.floor((sorted.length * n) / BINS);
    const [below, above] = [sorted[at - 1] ?? 0, sorted[at] ?? 0];
    // Between two values, so that no value lies on a cut.
    if (above > below && sorted.length > 0) cuts.push((below + above) / 2);
  }
  return cuts;
}

/** @param columns per feature one value per row; @param fits 0 small, 1 true, 2 large */
export async function fitAdditive(
  features: readonly string[],
  columns: readonly Float32Array[],
  fits: Uint8Array,
  onProgress: (fraction: number) => Promise<void>,
): Promise<Additive> {
  const rows = fits.length;
  const terms = columns.map((column, f) => {
    const cuts = cutsOf(column);
    const bins = Uint8Array.from(column, (value) => binOf(cuts, value));
    return {
      feature: features[f] ?? "",
      cuts,
      bins,
      small: new Float64Array(BINS + 1),
      large: new Float64Array(BINS + 1),
    };
  });
  const counts = [0, 1, 2].map((fit) => fits.reduce((sum, value) => sum + (value === fit ? 1 : 0), 1));
  const [small, large] = [Math.log((counts[0] ?? 1) / (counts[1] ?? 1)), Math.log((counts[2] ?? 1) / (counts[1] ?? 1))];
  const smalls = new Float32Array(rows).fill(small);
  const larges = new Float32Array(rows).fill(large);
  const sums = new Float64Array(4 * (BINS + 1));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const [f, term] of terms.entries()) {
      await onProgress((sweep + f / terms.length) / SWEEPS);
      if (term.cuts.length === 0) continue;
      sums.fill(0);
      for (let row = 0; row < rows; row += 1) {
        const s = Math.exp(smalls[row] as number);
        const l = Math.exp(larges[row] as number);
        const total = 1 + s + l;
        const [ps, pl] = [s / total, l / total];
        const fit = fits[row];
        const at = (term.bins[row] as number) * 4;
        sums[at] = (sums[at] as number) + (fit === 0 ? 1 : 0) - ps;
        sums[at + 1] = (sums[at + 1] as number) + ps * (1 - ps);
        sums[at + 2] = (sums[at + 2] as number) + (fit === 2 ? 1 : 0) - pl;
        sums[at + 3] = (sums[at + 3] as number) + pl * (1 - pl);
      }
      const steps = new Float32Array(2 * (BINS + 1));
      for (let bin = 0; bin <= term.cuts.length + 1; bin += 1) {
        steps[2 * bin] = (RATE * (sums[4 * bin] as number)) / ((sums[4 * bin + 1] as number) + PENALTY);
        steps[2 * bin + 1] = (RATE * (sums[4 * bin + 2] as number)) / ((sums[4 * bin + 3] as number) + PENALTY);
        term.small[bin] = (term.small[bin] as number) + (steps[2 * bin] as number);
        term.large[bin] = (term.large[bin] as number) + (steps[2 * bin + 1] as number);
      }
      for (let row = 0; row < rows; row += 1) {
        const at = (term.bins[row] as number) * 2;
        smalls[row] = (smalls[row] as number) + (steps[at] as number);
        larges[row] = (larges[row] as number) + (steps[at + 1] as number);
      }
    }
  }
  const entries = (values: Float64Array, cuts: readonly number[]) => [...values.subarray(0, cuts.length + 2)];
  return {
    small,
    large,
    terms: terms.map((term) => ({
      feature: term.feature,
      cuts: term.cuts,
      small: entries(term.small, term.cuts),
      large: entries(term.large, term.cuts),
    })),
  };
}
