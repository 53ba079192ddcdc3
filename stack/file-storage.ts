import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { App } from "@supabase/lite";
import { z } from "zod";

type StorageAdapter = NonNullable<App["_storageAdapter"]>;
type Metadata = Awaited<ReturnType<StorageAdapter["headObject"]>>;

/** What lies beside each file; bucket and key tell a person which one it is. */
const sidecarSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  contentType: z.string(),
  cacheControl: z.string(),
});
type Sidecar = z.infer<typeof sidecarSchema>;

/**
 * Keeps the files of the Storage server in a folder. Each lies under the hash of its bucket and key: so a
 * key may be of any length, be the folder of another, and cannot lead out of the folder.
 */
export class FileStorage implements StorageAdapter {
  readonly driver = undefined;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async getObject(bucket: string, key: string) {
    const metadata = await this.headObject(bucket, key);
    return { httpStatusCode: 200, metadata, body: await readFile(this.#path(bucket, key)) };
  }

  async uploadObject(
    bucket: string,
    key: string,
    _version: string | undefined,
    body: Parameters<StorageAdapter["uploadObject"]>[3],
    contentType: string,
    cacheControl: string,
  ): Promise<Metadata> {
    const bytes =
      body instanceof Uint8Array ? body : new Uint8Array(await new Response(body as ReadableStream).arrayBuffer());
    const path = await this.#make(bucket, key, { contentType, cacheControl });
    await replace(path, (draft) => writeFile(draft, bytes));
    return this.headObject(bucket, key);
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    const path = this.#path(bucket, key);
    await rm(path, { force: true });
    await rm(sidecar(path), { force: true });
  }

  async deleteObjects(bucket: string, keys: string[]): Promise<void> {
    for (const key of keys) await this.deleteObject(bucket, key);
  }

  async copyObject(bucket: string, source: string, _version: string | undefined, toBucket: string, target: string) {
    const from = this.#path(bucket, source);
    const { contentType, cacheControl } = await readSidecar(from);
    const to = await this.#make(toBucket, target, { contentType, cacheControl });
    await replace(to, (draft) => copyFile(from, draft));
    const { eTag, lastModified } = await this.headObject(toBucket, target);
    return { httpStatusCode: 200, eTag, ...(lastModified === undefined ? {} : { lastModified }) };
  }

  async headObject(bucket: string, key: string): Promise<Metadata> {
    const path = this.#path(bucket, key);
    const { size, mtime, mtimeMs } = await stat(path);
    const { contentType, cacheControl } = await readSidecar(path);
    const eTag = `"${hash(`${key}:${size}:${mtimeMs}`).slice(0, 32)}"`;
    return { cacheControl, contentLength: size, size, mimetype: contentType, lastModified: mtime, eTag };
  }

  privateAssetUrl(bucket: string, key: string): Promise<string> {
    return Promise.resolve(`file://${this.#path(bucket, key)}`);
  }

  #path(bucket: string, key: string): string {
    const name = hash(JSON.stringify([bucket, key]));
    return join(this.#folder, name.slice(0, 2), name);
  }

  /** Makes the place for a file and says what will be there. */
  async #make(bucket: string, key: string, type: Pick<Sidecar, "contentType" | "cacheControl">): Promise<string> {
    const path = this.#path(bucket, key);
    const content: Sidecar = { bucket, key, ...type };
    await mkdir(dirname(path), { recursive: true });
    await replace(sidecar(path), (draft) => writeFile(draft, JSON.stringify(content)));
    return path;
  }
}

/** Puts a file in its place in one step, so that nobody reads half of it. */
async function replace(path: string, write: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${process.hrtime.bigint()}.draft`;
  await write(draft);
  await rename(draft, path);
}

function sidecar(path: string): string {
  return `${path}.json`;
}

async function readSidecar(path: string): Promise<Sidecar> {
  return sidecarSchema.parse(JSON.parse(await readFile(sidecar(path), "utf8")));
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
