import sharp from "sharp";
import { expect, it } from "vitest";
import type { AnchorPoints } from "../functions/_shared/jobs/pictures.ts";
import { dress } from "./dress.ts";

/** One color, marked somewhere about the middle. */
async function plain(width: number, height: number, background: string, left: number, right: number) {
  const picture = sharp({ create: { width, height, channels: 3, background } });
  const points: AnchorPoints = {
    left_shoulder: [left, 0.31],
    right_shoulder: [right, 0.33],
    left_waist: [left + 0.03, 0.51],
    right_waist: [right - 0.04, 0.5],
  };
  return { width, height, bytes: new Uint8Array(await picture.png().toBuffer()), points };
}

it("a white gown is white on a light photo, wherever it is bent to", async () => {
  const photo = await plain(640, 900, "#cfd8cc", 0.37, 0.63);
  const look = await dress(sharp, photo, await plain(331, 447, "#ffffff", 0.39, 0.62));
  // The gown is wider than the photo, and both are light: what is dark has gone past white.
  const { channels } = await sharp(look.bytes).stats();
  expect(Math.min(...channels.map(({ min }) => min))).toBeGreaterThan(200);
});
