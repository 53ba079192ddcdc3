import type { AnchoredPicture, UprightPicture } from "../functions/_shared/jobs/pictures.ts";
import { BodyFrame } from "./body-frame.ts";

type Sharp = typeof import("sharp").default;

/** Width of the shadow that a gown throws, and how far it lies below, in half widths of the shoulders. */
const SHADOW_BLUR = 0.03;
const SHADOW_DROP = 0.03;
const SHADOW_DARK = 0.35;

interface Pixels {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number };
}

/** Puts the cut-out of a gown onto a photo, with a soft shadow. Beyond gown and shadow the photo stays as it is. */
export async function dress(sharp: Sharp, photo: AnchoredPicture, cutout: AnchoredPicture): Promise<UprightPicture> {
  const under = await sharp(photo.bytes)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = under.info;
  const body = new BodyFrame(photo.points, width, height);
  const gown = await shrunk(sharp, cutout, body);
  const layer = warped(gown, new BodyFrame(cutout.points, gown.info.width, gown.info.height), body, width, height);
  const [reach] = body.lengths;
  const shadow = await sharp(alphaOf(layer), { raw: { width, height, channels: 1 } })
    .blur(Math.max(1, reach * SHADOW_BLUR))
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  blend(under.data, layer, shadow, width, Math.round(reach * SHADOW_DROP));
  const { data, info } = await sharp(under.data, { raw: { width, height, channels: 3 } })
    // Lace is finer than the colors of the usual JPEG.
    .jpeg({ quality: 92, chromaSubsampling: "4:4:4" })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, bytes: new Uint8Array(data) };
}

/** The cut-out about as large as it will be seen: a gown that is shrunk while it is bent would flicker. */
async function shrunk(sharp: Sharp, cutout: AnchoredPicture, body: BodyFrame): Promise<Pixels> {
  const { width, height } = await sharp(cutout.bytes).metadata();
  const own = new BodyFrame(cutout.points, width, height).lengths;
  const scale = Math.max(...body.lengths.map((length, n) => length / (own[n] ?? length)));
  return sharp(cutout.bytes)
    .resize({ width: Math.max(1, Math.round(width * Math.min(1, scale))) })
    .ensureAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
}

/** The gown in the shape of the body, on a layer of the size of the photo: RGBA, each color multiplied by its alpha. */
function warped(
  { data, info }: Pixels,
  from: BodyFrame,
  to: BodyFrame,
  width: number,
  height: number,
): Uint8ClampedArray {
  // It rounds. Cut off, a sum of 254.99… would be an alpha below its color, and the photo beneath would go past white.
  const layer = new Uint8ClampedArray(width * height * 4);
  const [body, pixel] = [
    { u: 0, v: 0 },
    { x: 0, y: 0 },
  ];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      to.fromPixel(body, x + 0.5, y + 0.5);
      from.toPixel(pixel, body.u, body.v);
      sample(data, info.width, info.height, pixel.x - 0.5, pixel.y - 0.5, layer, (y * width + x) * 4);
    }
  }
  return layer;
}

/** Bilinear; what is beyond the picture is transparent. */
function sample(
  data: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  into: Uint8ClampedArray,
  at: number,
): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= width || top >= height) return;
  let red = 0;
  let green = 0;
  let blue = 0;
  let alpha = 0;
  for (let corner = 0; corner < 4; corner += 1) {
    const column = left + (corner & 1);
    const row = top + (corner >> 1);
    if (column < 0 || row < 0 || column >= width || row >= height) continue;
    const pixel = (row * width + column) * 4;
    const weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row)) * (data[pixel + 3] ?? 0);
    red += weight * (data[pixel] ?? 0);
    green += weight * (data[pixel + 1] ?? 0);
    blue += weight * (data[pixel + 2] ?? 0);
    alpha += weight;
  }
  into[at] = red / 255;
  into[at + 1] = green / 255;
  into[at + 2] = blue / 255;
  into[at + 3] = alpha;
}

function alphaOf(layer: Uint8ClampedArray): Uint8Array {
  const alpha = new Uint8Array(layer.length / 4);
  for (let pixel = 0; pixel < alpha.length; pixel += 1) alpha[pixel] = layer[pixel * 4 + 3] ?? 0;
  return alpha;
}

/** Lays shadow and gown over the photo, whose pixels it changes. */
function blend(photo: Buffer, layer: Uint8ClampedArray, shadow: Uint8Array, width: number, drop: number): void {
  for (let pixel = 0; pixel < shadow.length; pixel += 1) {
    const dark = shadow[pixel - drop * width] ?? 0;
    const alpha = layer[pixel * 4 + 3] ?? 0;
    if (dark === 0 && alpha === 0) continue;
    const kept = (1 - (SHADOW_DARK * dark) / 255) * (1 - alpha / 255);
    for (let channel = 0; channel < 3; channel += 1) {
      const at = pixel * 3 + channel;
      photo[at] = Math.round((photo[at] ?? 0) * kept + (layer[pixel * 4 + channel] ?? 0));
    }
  }
}
