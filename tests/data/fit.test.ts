import { expect, it } from "vitest";
import { readRentTheRunway } from "../../bench/fit.ts";
import { evaluate } from "../../functions/_shared/fit/evaluate.ts";
import { predictRows, sharesIn } from "../../functions/_shared/fit/hold-out.ts";
import { train } from "../../functions/_shared/fit/train.ts";
import { dataFile } from "./files.ts";

const { path, isAbsent, note } = dataFile("renttherunway_until_2016.csv.gz");

it.skipIf(isAbsent)(
  `knows more of later reviews than the shares, and is calibrated (${note})`,
  async () => {
    const observations = await readRentTheRunway(path);
    expect(observations.length).toBe(123_302);
    // Every eighth product: enough to learn from, and quick.
    const rows = observations.inOrder().filter((row) => (observations.keysOf(row)[4] ?? 0) % 8 === 0);
    const split = Date.UTC(2016, 6) / 86_400_000;
    const known = rows.filter((row) => (observations.day[row] ?? 0) < split);
    const rest = rows.filter((row) => (observations.day[row] ?? 0) >= split);
    const model = await train(observations, known, async () => undefined);
    const fits = Uint8Array.from(rest, (row) => observations.fit[row] ?? 1);
    const score = evaluate(predictRows(model, observations, rest), fits, sharesIn(observations, known));
    expect(score.auc).toBeGreaterThan(0.64);
    expect(score.skill).toBeGreaterThan(0.03);
    expect(score.calibrationError).toBeLessThan(0.05);
  },
  60_000,
);
