import type { JobContext } from "./queue.ts";

/** Why a file is not shown as a picture; the values of the enum media_refusal that its content may have. */
export type PictureRefusal = "not_an_image" | "too_large" | "too_many_pixels" | "broken";

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
  readonly renditions: readonly Rendition[];
}

/** Looks at pictures. It takes native code, which edge functions do not have: the worker brings it. */
export interface Pictures {
  /** The picture that a file is, or why it is none. Rejects when it could not be found out. */
  read(bytes: Uint8Array): Promise<Picture | PictureRefusal>;
}

/** The picture that a stored file is, or why it is none. A file of too many bytes is not read. */
export async function readPicture(
  { sql, files, pictures }: Pick<JobContext, "sql" | "files" | "pictures">,
  bucket: string,
  path: string,
): Promise<Picture | PictureRefusal | "file_missing"> {
  if (pictures === undefined) throw new Error("Pictures need a worker: start one, as docs/deploying.md says.");
  const [file] = await sql<{ size: string | null }[]>`
    select metadata ->> 'size' as size from storage.objects where bucket_id = ${bucket} and name = ${path}`;
  if (file === undefined) return "file_missing";
  if (Number(file.size) > MOST_BYTES) return "too_large";
  return pictures.read(await files.download(bucket, path));
}
