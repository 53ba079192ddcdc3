import type { JobContext } from "./queue.ts";

/** Why a file is not shown as a picture; the values of the enum media_refusal that its content may have. */
export type PictureRefusal =
  | "not_an_image"
  | "too_large"
  | "too_many_pixels"
  | "broken"
  | "too_small"
  | "not_transparent";

/** Most bytes of a file: as many as the bucket takes. */
export const MOST_BYTES = 20 * 1024 * 1024;

/** Most pixels of a picture, so that a small file cannot become gigabytes. */
export const MOST_PIXELS = 40_000_000;

/**
 * Widths of the renditions, which name their files too. A picture that is narrower than one of them has its last
 * rendition there, in its own width: nothing is enlarged.
 */
export const WIDTHS = [320, 640, 1280, 1920] as const;

/** A smaller copy of a picture, as WebP without metadata. */
export interface Rendition {
  /** The one of WIDTHS that it stands for. */
  readonly name: number;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is known of a picture, upright, and its smaller copies, the narrowest first. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly blurhash: string;
  /** Whether something of it is transparent. */
  readonly transparent: boolean;
  readonly renditions: readonly Rendition[];
}

/** A photo, upright, as JPEG without metadata. */
export interface UprightPicture {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Least pixels of the sides of a photo to try gowns on, and of a cut-out. */
export const LEAST_SIDE = 320;
/** Most pixels of an upright copy: more than a screen shows, and not more than a model takes in. */
export const UPRIGHT_WIDTH = 1440;
export const UPRIGHT_HEIGHT = 1920;

/** A place in a picture: fractions of its width and height, from the top left corner. */
export type AnchorPoint = readonly [x: number, y: number];

/** Where shoulders and waist are; left is left in the picture. */
export interface AnchorPoints {
  readonly left_shoulder: AnchorPoint;
  readonly right_shoulder: AnchorPoint;
  readonly left_waist: AnchorPoint;
  readonly right_waist: AnchorPoint;
}

/** A file that was looked at before, with what was marked in it. */
export interface AnchoredPicture {
  readonly bytes: Uint8Array;
  readonly points: AnchorPoints;
}

/** Looks at pictures. It takes native code, which edge functions do not have: the worker brings it. */
export interface Pictures {
  /** The picture that a file is, or why it is none. Rejects when it could not be found out. */
  read(bytes: Uint8Array): Promise<Picture | PictureRefusal>;
  /** A photo as an upright copy of limited size, or why it is none. Rejects when it could not be found out. */
  upright(bytes: Uint8Array): Promise<UprightPicture | PictureRefusal>;
  /** Puts the cut-out of a gown onto a photo: its shoulders and its waist lie on those of the photo. */
  dress(photo: AnchoredPicture, cutout: AnchoredPicture): Promise<UprightPicture>;
}

/** What a stored file is as a picture, or why it is none. A file of too many bytes is not read. */
export async function lookAtFile<Seen>(
  { sql, files, pictures }: Pick<JobContext, "sql" | "files" | "pictures">,
  bucket: string,
  path: string,
  look: (pictures: Pictures, bytes: Uint8Array) => Promise<Seen>,
): Promise<Seen | "too_large" | "file_missing"> {
  if (pictures === undefined) throw new Error("Pictures need a worker: start one, as docs/deploying.md says.");
  const [file] = await sql<{ size: string | null }[]>`
    select metadata ->> 'size' as size from storage.objects where bucket_id = ${bucket} and name = ${path}`;
  if (file === undefined) return "file_missing";
  if (Number(file.size) > MOST_BYTES) return "too_large";
  return look(pictures, await files.download(bucket, path));
}

/** `lookAtFile` for a picture that is shown in renditions. */
export const readPicture = (context: Pick<JobContext, "sql" | "files" | "pictures">, bucket: string, path: string) =>
  lookAtFile(context, bucket, path, (pictures, bytes) => pictures.read(bytes));
