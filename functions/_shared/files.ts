import type { SupabaseClient } from "@supabase/supabase-js";

/** Files in Storage, for servers: RLS does not apply. */
export interface FileStore {
  upload(bucket: string, path: string, bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<void>;
  download(bucket: string, path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The file as it comes, for one that does not fit into memory. Read it to its end or cancel it. */
  read(bucket: string, path: string): Promise<ReadableStream<Uint8Array>>;
  /** Those that are not there (any more) are no error. */
  remove(bucket: string, paths: readonly string[]): Promise<void>;
  /** An address that whoever has it may download from, for so many seconds. */
  signedUrl(bucket: string, path: string, seconds: number): Promise<string>;
}

/** Most files that one request may remove. */
const REMOVE_AT_ONCE = 500;

/** The files of the project that a client with the secret key works for. */
export function fileStore({ storage }: Pick<SupabaseClient, "storage">): FileStore {
  return {
    async upload(bucket, path, bytes, contentType) {
      // A job that runs again replaces what its earlier attempt has left.
      const { error } = await storage.from(bucket).upload(path, bytes, { contentType, upsert: true });
      if (error !== null) throw error;
    },
    async download(bucket, path) {
      const { data, error } = await storage.from(bucket).download(path);
      if (error !== null) throw error;
      return new Uint8Array(await data.arrayBuffer());
    },
    async read(bucket, path) {
      const { data, error } = await storage.from(bucket).download(path).asStream();
      if (error !== null) throw error;
      return data;
    },
    async remove(bucket, paths) {
      for (let first = 0; first < paths.length; first += REMOVE_AT_ONCE) {
        const { error } = await storage.from(bucket).remove(paths.slice(first, first + REMOVE_AT_ONCE));
        if (error !== null) throw error;
      }
    },
    async signedUrl(bucket, path, seconds) {
      const { data, error } = await storage.from(bucket).createSignedUrl(path, seconds, { download: true });
      if (error !== null) throw error;
      return data.signedUrl;
    },
  };
}
