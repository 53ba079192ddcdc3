// What a look costs the worker: the photo as it is uploaded, made upright, and the gown put onto it.
import process from "node:process";
import { figure, figurePoints, gown, gownPoints } from "../../tests/helpers/figures.ts";
import { sharpPictures } from "../../worker/sharp-pictures.ts";
import { quantile, type Row, report } from "../table.ts";

const ROUNDS = 20;
const sizes = [
  [1080, 1440],
  [4000, 6000],
] as const;

/** Measures the local renderer, one look after the other in this process. */
export async function benchTryon(): Promise<void> {
  const cutout = await sharpPictures.read(new Uint8Array(await gown(900, 1200)));
  if (typeof cutout === "string") throw new Error(cutout);
  const cloth = { bytes: cutout.renditions.at(-1)?.bytes ?? new Uint8Array(), points: gownPoints };
  const rows: Row[] = [];
  for (const [width, height] of sizes) {
    const file = new Uint8Array(await figure(width, height));
    const [photo, render]: [number[], number[]] = [[], []];
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 5);
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      const upright = await sharpPictures.upright(file);
      if (typeof upright === "string") throw new Error(upright);
      const middle = performance.now();
      await sharpPictures.dress({ bytes: upright.bytes, points: figurePoints }, cloth);
      photo.push(middle - start);
      render.push(performance.now() - middle);
    }
    clearInterval(watch);
    rows.push({
      photo: `${width} × ${height}`,
      "made upright p50, ms": quantile(photo, 0.5).toFixed(0),
      "p95, ms": quantile(photo, 0.95).toFixed(0),
      "look p50, ms": quantile(render, 0.5).toFixed(0),
      "look p95, ms": quantile(render, 0.95).toFixed(0),
      "peak RSS, MB": Math.round(peak / 1e6),
    });
  }
  await report("experience-tryon", rows, `${ROUNDS} looks each, one after the other, by the local renderer.`);
}
