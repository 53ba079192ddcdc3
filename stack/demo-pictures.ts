import { createClient } from "@supabase/supabase-js";
import type { Database } from "../functions/_shared/database.types.ts";
import { drawGown } from "./demo-gowns.ts";
import type { Stoppable } from "./part.ts";

/**
 * Gives the demo products pictures as a boutique would: files in Storage and rows of `product_media`, which the worker looks at.
 * Goes on behind the start, for nobody has to wait for it; what has pictures, or had them, is left alone.
 */
export class DemoPictures implements Stoppable {
  readonly #abort = new AbortController();
  readonly #drawn: Promise<void>;

  /** @param onFailure told once; the next start tries again */
  constructor(apiUrl: string, secretKey: string, onFailure: (error: unknown) => void) {
    this.#drawn = this.#draw(apiUrl, secretKey).catch((error) => {
      if (!this.#abort.signal.aborted) onFailure(error);
    });
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#drawn;
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
      const isBridal = product.category === "bridal-gowns";
      for (const [position, view] of (isBridal ? (["whole", "detail"] as const) : (["whole"] as const)).entries()) {
        const picture = await sharp(Buffer.from(drawGown(product, view)))
          .jpeg({ quality: 88 })
          .toBuffer();
        const storage_path = `${boutique_id}/demo-${slug}-${view}.jpg`;
        const uploaded = await client.storage
          .from("product-media")
          .upload(storage_path, picture, { contentType: "image/jpeg", upsert: true });
        if (uploaded.error !== null) throw uploaded.error;
        const alt = view === "whole" ? `${name} on a dress form` : `${name}, seen closely`;
        const written = await client
          .from("product_media")
          .insert({ product_id: id, boutique_id, storage_path, alt, position });
        if (written.error !== null) throw written.error;
      }
    }
  }
}
