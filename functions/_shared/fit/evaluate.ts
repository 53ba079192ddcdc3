/** What predictions are worth. */
export interface Score {
  readonly rows: number;
  /** Mean over small, true and large of the area under the curve of each against the others. */
  readonly auc: number;
  readonly logLoss: number;
  /** Log loss of telling everybody the shares of the training rows. */
  readonly baseLogLoss: number;
  /** 1 - logLoss / baseLogLoss: nothing learned is 0. */
  readonly skill: number;
  /** Mean distance of what was said from what came, over tenths of the range and outcomes, by rows. */
  readonly calibrationError: number;
}

/** @param predicted three chances per row; @param fits 0, 1, 2 per row; @param base shares among the training rows */
export function evaluate(predicted: Float64Array, fits: Uint8Array, base: readonly number[]): Score {
  let [logLoss, baseLogLoss] = [0, 0];
  fits.forEach((fit, row) => {
    logLoss -= Math.log(Math.max(1e-12, predicted[3 * row + fit] ?? 0));
    baseLogLoss -= Math.log(Math.max(1e-12, base[fit] ?? 0));
  });
  const outcomes = [0, 1, 2].map((outcome) => ({
    said: Float64Array.from(fits, (_, row) => predicted[3 * row + outcome] ?? 0),
    came: Uint8Array.from(fits, (fit) => (fit === outcome ? 1 : 0)),
  }));
  const rows = fits.length;
  const distances = outcomes.flatMap(({ said, came }) =>
    reliability(said, came).map((bin) => bin.rows * Math.abs(bin.said - bin.came)),
  );
  return {
    rows,
    auc: outcomes.reduce((sum, { said, came }) => sum + areaUnderCurve(said, came) / 3, 0),
    logLoss: logLoss / rows,
    baseLogLoss: baseLogLoss / rows,
    skill: 1 - logLoss / baseLogLoss,
    calibrationError: distances.reduce((a, b) => a + b, 0) / (3 * rows),
  };
}

/** Mann and Whitney's U, ties counting half; NaN without both outcomes. */
export function areaUnderCurve(said: Float64Array, came: Uint8Array): number {
  const order = Int32Array.from(said, (_, row) => row).sort((a, b) => (said[a] ?? 0) - (said[b] ?? 0));
  let [ranks, positives] = [0, 0];
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && said[order[last + 1] ?? 0] === said[order[first] ?? 0]) last += 1;
    for (let n = first; n <= last; n += 1) {
      if (came[order[n] ?? 0] !== 1) continue;
      ranks += (first + last) / 2 + 1;
      positives += 1;
    }
    first = last + 1;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}

/** Per tenth of the range: how many rows were told it, what they were told on average, and how often it came. */
export function reliability(said: Float64Array, came: Uint8Array): { rows: number; said: number; came: number }[] {
  const bins = Array.from({ length: 10 }, () => ({ rows: 0, said: 0, came: 0 }));
  said.forEach((chance, row) => {
    const bin = bins[Math.min(9, Math.floor(chance * 10))];
    if (bin === undefined) return;
    bin.rows += 1;
    bin.said += chance;
    bin.came += came[row] ?? 0;
  });
  return bins
    .filter(({ rows }) => rows > 0)
    .map((bin) => ({ rows: bin.rows, said: bin.said / bin.rows, came: bin.came / bin.rows }));
}
