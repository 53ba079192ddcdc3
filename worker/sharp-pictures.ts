import type { Metadata, Sharp } from "sharp";
import {
  LEAST_SIDE,
  MOST_BYTES,
  MOST_PIXELS,
  type PictureRefusal,
  type Pictures,
  type Rendition,
  UPRIGHT_HEIGHT,
  UPRIGHT_WIDTH,
  WIDTHS,
} from "../functions/_shared/jobs/pictures.ts";
import { dress } from "./dress.ts";

/** WebP has no side that is longer. */
const LONGEST_SIDE = 16_383;
/** A picture that takes longer than this is given up and tried again. */
const SECONDS = 60;
const QUALITY = 80;

/** Pictures by libvips. */
export const sharpPictures: Pictures = {
  async read(bytes) {
    const decoded = await decode(bytes, Math.max(...WIDTHS));
    if (typeof decoded === "string") return decoded;
    const { width, height, data, info } = decoded;
    const { sharp, encode } = await load();
    // From here on it is pixels of our own: what fails is no fault of the file.
    const pixels = () => sharp(data, { raw: info }).timeout({ seconds: SECONDS });
    return {
      width,
      height,
      blurhash: await blurhashOf(shrink(pixels(), 32, 32), encode),
      transparent: info.channels === 4 && !(await pixels().stats()).isOpaque,
      renditions: await renditionsOf(pixels, info.width),
    };
  },
  async upright(bytes) {
    const decoded = await decode(bytes, UPRIGHT_WIDTH, UPRIGHT_HEIGHT);
    if (typeof decoded === "string") return decoded;
    if (Math.min(decoded.width, decoded.height) < LEAST_SIDE) return "too_small";
    const { sharp } = await load();
    const { data, info } = await sharp(decoded.data, { raw: decoded.info })
      .timeout({ seconds: SECONDS })
      .flatten({ background: "white" })
      .jpeg({ quality: 90 })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, bytes: new Uint8Array(data) };
  },
  async dress(photo, cutout) {
    const { sharp } = await load();
    return dress(sharp, photo, cutout);
  },
};

/** The pixels of an upright picture that fits into a box, and how large it was, or why it is none. */
async function decode(bytes: Uint8Array, width: number, height = LONGEST_SIDE) {
  if (bytes.length > MOST_BYTES) return "too_large";
  // Before libvips sees it: it would read SVG, PDF and much else.
  if (!hasPictureSignature(bytes)) return "not_an_image";
  const { sharp } = await load();
  const open = (limit: number | false) =>
    // The first frame of an animation. Phones write files that are odd and whole: warnings are no errors.
    sharp(bytes, { limitInputPixels: limit, failOn: "error", pages: 1 }).timeout({ seconds: SECONDS });
  // The header alone.
  const header = await judged(() => open(false).metadata());
  if (typeof header === "string") return header;
  const size = upright(header);
  if (size.width * size.height > MOST_PIXELS) return "too_many_pixels";
  const pixels = await judged(() =>
    shrink(open(MOST_PIXELS).autoOrient(), width, height)
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  return typeof pixels === "string" ? pixels : { ...pixels, ...size };
}

/** Both packages, when there is something to look at; libvips is set to work on one picture with one thread. */
async function load() {
  const [{ default: sharp }, { encode }] = await Promise.all([import("sharp"), import("blurhash")]);
  sharp.concurrency(1);
  sharp.cache(false);
  return { sharp, encode };
}

/** True for what begins as JPEG, PNG, WebP or AVIF does, whatever its name and type say. */
function hasPictureSignature(bytes: Uint8Array): boolean {
  const text = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString("latin1");
  if (bytes.length < 16) return false;
  if (text(0, 3) === "\xff\xd8\xff" || text(0, 8) === "\x89PNG\r\n\x1a\n") return true;
  if (text(0, 4) === "RIFF") return text(8, 12) === "WEBP";
  return text(4, 8) === "ftyp" && ["avif", "avis"].some((brand) => text(8, 64).includes(brand));
}

/** The file is broken when it cannot be read; but for time and memory, which are not its fault. */
async function judged<T extends object>(look: () => Promise<T>): Promise<T | PictureRefusal> {
  try {
    return await look();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/timeout|memory|too many open files/i.test(message)) throw error;
    return /pixel limit/i.test(message) ? "too_many_pixels" : "broken";
  }
}

function upright({ autoOrient, width, height }: Metadata): { width: number; height: number } {
  return { width: autoOrient?.width ?? width, height: autoOrient?.height ?? height };
}

function shrink(picture: Sharp, width: number, height = LONGEST_SIDE): Sharp {
  return picture.resize({ width, height, fit: "inside", withoutEnlargement: true });
}

async function renditionsOf(pixels: () => Sharp, available: number): Promise<Rendition[]> {
  const renditions: Rendition[] = [];
  for (const name of WIDTHS) {
    const { data, info } = await shrink(pixels(), name)
      .webp({ quality: QUALITY })
      .toBuffer({ resolveWithObject: true });
    renditions.push({ name, width: info.width, height: info.height, bytes: new Uint8Array(data) });
    if (available <= name) break;
  }
  return renditions;
}

async function blurhashOf(small: Sharp, encode: typeof import("blurhash").encode): Promise<string> {
  const { data, info } = await small
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [x, y] = info.width >= info.height ? [4, 3] : [3, 4];
  return encode(new Uint8ClampedArray(data), info.width, info.height, x, y);
}
