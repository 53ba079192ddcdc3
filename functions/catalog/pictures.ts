import { z } from "zod";

interface Media {
  readonly storage_path: string;
  readonly alt: string;
  readonly position?: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly blurhash: string | null;
  readonly renditions: unknown;
}

export interface Picture {
  readonly url: string;
  readonly alt: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly blurhash: string | null;
  /** Smaller copies as WebP, the narrowest first. */
  readonly renditions: readonly { readonly url: string; readonly width: number; readonly height: number }[];
}

/** As the job media.process writes them. */
const renditionsSchema = z.array(z.object({ storage_path: z.string(), width: z.number(), height: z.number() }));

/** Where a file of the bucket product-media is read. */
export const mediaUrl = (url: string, path: string): string =>
  `${url}/storage/v1/object/public/product-media/${encodeURI(path)}`;

/** Storage paths become addresses, in their order. */
export function pictures(url: string, media: readonly Media[]): Picture[] {
  const address = (path: string) => mediaUrl(url, path);
  return media
    .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
    .map(({ storage_path, alt, width, height, blurhash, renditions }) => {
      const smaller = renditionsSchema
        .parse(renditions)
        .map(({ storage_path: path, ...size }) => ({ url: address(path), ...size }));
      // The widest one: what was uploaded may be many times as large, and has its metadata.
      return { url: smaller.at(-1)?.url ?? address(storage_path), alt, width, height, blurhash, renditions: smaller };
    });
}
