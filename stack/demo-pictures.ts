import { createClient } from "@supabase/supabase-js";
import type { Database } from "../functions/_shared/database.types.ts";
import { type DemoProduct, drawGown, gownMarks } from "./demo-gowns.ts";
import type { Stoppable } from "./part.ts";

/**
 * Gives the demo products pictures as a boutique would: files in Storage and rows of `product_media`, which the worker looks at.
 * Goes on behind the start, for nobody has to wait for it; what has pictures is left alone.
 */
export class DemoPictures implements Stoppable {
  /** Resolves when all are there, or when it was told that they are not. */
  readonly drawn: Promise<void>;
  readonly #abort = new AbortController();

  /** @param onFailure told once; the next start tries again */
  constructor(apiUrl: string, secretKey: string, onFailure: (error: unknown) => void) {
    this.drawn = this.#draw(apiUrl, secretKey).catch((error) => {
      if (!this.#abort.signal.aborted) onFailure(error);
    });
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.drawn;
  }

  async #draw(apiUrl: string, secretKey: string): Promise<void> {
    const { signal } = this.#abort;
    const client = createClient<Database>(apiUrl, secretKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { fetch: (input, init) => fetch(input, { ...init, signal }) },
    });
    const { data, error } = await client
      .from("products")
      .select("id, boutique_id, slug, name, attributes, category:categories(slug), product_media(id)")
      // The ids of supabase/seed.sql.
      .gte("id", "00000000-0000-7000-8000-00000000e000")
      .lt("id", "00000000-0000-7000-8000-00000000f000");
    if (error !== null) throw error;
    const bare = data.filter(({ product_media }) => product_media.length === 0);
    if (bare.length === 0) return;
    const { default: sharp } = await import("sharp");
    for (const { id, boutique_id, slug, name, attributes, category } of bare) {
      const product = { slug, category: category?.slug ?? "", attributes: attributes as Record<string, unknown> };
      const rows = [];
      for (const [position, view] of viewsOf(product).entries()) {
        const { type, alt, purpose, anchor_points } = views[view];
        const picture = sharp(Buffer.from(drawGown(product, view)));
        const file = await (type === "png" ? picture.png() : picture.jpeg({ quality: 88 })).toBuffer();
        const storage_path = `${boutique_id}/demo-${slug}-${view}.${type === "png" ? "png" : "jpg"}`;
        const uploaded = await client.storage
          .from("product-media")
          .upload(storage_path, file, { contentType: `image/${type}`, upsert: true });
        if (uploaded.error !== null) throw uploaded.error;
        const place = { product_id: id, boutique_id, storage_path, position };
        rows.push({ ...place, alt: `${name}${alt}`, purpose, anchor_points });
      }
      // All at once: a product that has some is not looked at again.
      const written = await client.from("product_media").insert(rows);
      if (written.error !== null) throw written.error;
    }
  }
}

const views = {
  whole: { type: "jpeg", alt: " on a dress form", purpose: "gallery", anchor_points: null },
  detail: { type: "jpeg", alt: ", seen closely", purpose: "gallery", anchor_points: null },
  cutout: { type: "png", alt: " alone", purpose: "cutout", anchor_points: gownMarks },
} as const;

/** What is drawn of a product: gowns can be tried on. */
function viewsOf({ category, attributes }: DemoProduct): (keyof typeof views)[] {
  return [
    "whole",
    ...(category === "bridal-gowns" ? (["detail"] as const) : []),
    ...("silhouette" in attributes ? (["cutout"] as const) : []),
  ];
}
