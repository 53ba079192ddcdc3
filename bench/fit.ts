// npm run bench -- fit FILE: what the size advice is worth on the reviews of Rent The Runway that it has not seen.
import process from "node:process";
import { areaUnderCurve, evaluate, reliability, type Score } from "../functions/_shared/fit/evaluate.ts";
import { predictRows, sharesIn } from "../functions/_shared/fit/hold-out.ts";
import { bustCm } from "../functions/_shared/fit/measures.ts";
import { FITS, Observations } from "../functions/_shared/fit/observations.ts";
import { train } from "../functions/_shared/fit/train.ts";
import { openCsv, pathFromCaller, peakMemory } from "../scripts/dataset.ts";
import { ProgressBar } from "../scripts/progress-bar.ts";
import { columns, parseRow } from "../scripts/rent-the-runway/row.ts";
import { report } from "./table.ts";

const SPLIT = "2016-07-01";
const dayOf = (date: string): number => Date.parse(date) / 86_400_000;
const PRODUCT = 4;

/** The rows of the file as the database would give them; exact duplicates once. */
export async function readRentTheRunway(file: string): Promise<Observations> {
  const observations = new Observations();
  const seen = new Set<string>();
  const number = (value: number | null) => value ?? Number.NaN;
  const csv = await openCsv(file, ",", columns);
  for await (const row of csv.rows) {
    const parsed = parseRow(row);
    if ("refused" in parsed || seen.has(parsed.record.fingerprint)) continue;
    const { record } = parsed;
    seen.add(record.fingerprint);
    observations.add({
      ...{ person: record.customerRef, product: record.itemId, category: record.category, size: record.size },
      ...{ fit: record.fit, day: dayOf(record.wornOn) },
      body: [
        ...[number(record.heightCm), number(record.weightKg), bustCm(record.bust)],
        ...[Number.NaN, Number.NaN, number(record.age)],
      ],
    });
  }
  return observations;
}

export async function benchFit(): Promise<void> {
  const file = process.argv[3];
  if (file === undefined)
    throw new Error("bench: name the file: npm run bench -- fit renttherunway_until_2016.csv.gz.");
  const observations = await readRentTheRunway(pathFromCaller(file));
  const rows = observations.inOrder();
  const isKnown = (row: number) => (observations.day[row] ?? 0) < dayOf(SPLIT);
  const [known, rest] = [rows.filter(isKnown), rows.filter((row) => !isKnown(row))];
  const bar = new ProgressBar(`Training on ${known.length} rows before ${SPLIT}`);
  const startedAt = performance.now();
  const model = await train(observations, known, async (fraction) => bar.update(fraction));
  const seconds = (performance.now() - startedAt) / 1_000;
  bar.finish();
  const predicted = predictRows(model, observations, rest);
  const base = sharesIn(observations, known);
  const products = new Set(Array.from(known, (row) => observations.keysOf(row)[PRODUCT]));
  const judge = (of: (row: number) => boolean) => {
    const places = [...rest.keys()].filter((n) => of(rest[n] ?? 0));
    return {
      said: Float64Array.from(places.flatMap((n) => [...predicted.subarray(3 * n, 3 * n + 3)])),
      came: Uint8Array.from(places, (n) => observations.fit[rest[n] ?? 0] ?? 1),
    };
  };
  const isSeen = (row: number) => products.has(observations.keysOf(row)[PRODUCT]);
  const parts = {
    "products seen in training": isSeen,
    "all rows": () => true,
    "new products": (row: number) => !isSeen(row),
  };
  const scores = Object.entries(parts).map(([name, of]) => {
    const { said, came } = judge(of);
    const aucs = FITS.map((_, fit) => {
      const chances = Float64Array.from(came, (_value, n) => said[3 * n + fit] ?? 0);
      return areaUnderCurve(
        chances,
        Uint8Array.from(came, (value) => (value === fit ? 1 : 0)),
      );
    });
    return scoreRow(name, evaluate(said, came, base), aucs);
  });
  const note = `Trained on ${known.length} rows before ${SPLIT} in ${seconds.toFixed(1)} s; peak memory ${peakMemory()}.`;
  await report("fit", scores, note);
  const reliable = FITS.flatMap((fit, place) => {
    const said = Float64Array.from(rest, (_, n) => predicted[3 * n + place] ?? 0);
    const came = Uint8Array.from(rest, (row) => (observations.fit[row] === place ? 1 : 0));
    return reliability(said, came).map((bin) => ({
      outcome: fit,
      rows: bin.rows,
      "said, on average": bin.said.toFixed(3),
      came: bin.came.toFixed(3),
    }));
  });
  await report("fit-reliability", reliable, "All rows, by tenths of what was said.");
}

function scoreRow(name: string, score: Score, aucs: readonly number[]) {
  return {
    rows: name,
    count: score.rows,
    "mean AUC": score.auc.toFixed(4),
    ...Object.fromEntries(FITS.map((fit, n) => [`AUC ${fit}`, (aucs[n] ?? 0).toFixed(3)])),
    "log loss": score.logLoss.toFixed(4),
    "log loss of the shares": score.baseLogLoss.toFixed(4),
    "calibration error": score.calibrationError.toFixed(4),
  };
}
