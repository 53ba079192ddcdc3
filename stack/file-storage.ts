import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import type { App } from "@supabase/lite";

type StorageAdapter = NonNullable<App["_storageAdapter"]>;
type Metadata = Awaited<ReturnType<StorageAdapter["headObject"]>>;

/** Keeps the files of the Storage server in a folder: one subfolder per bucket. */
export class FileStorage implements StorageAdapter {
  readonly driver = undefined;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  async getObject(
    bucket: string,
    key: string,
    _version: string | undefined,
    headers?: { ifNoneMatch?: string; range?: string },
  ) {
    const metadata = await this.headObject(bucket, key);
    if (headers?.ifNoneMatch === metadata.eTag) return { httpStatusCode: 304, metadata };
    const body = await readFile(this.#path(bucket, key));
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers?.range ?? "");
    if (range === null) return { httpStatusCode: 200, metadata, body };
    const first = Number(range[1]);
    const last = Math.min(range[2] === "" ? body.length - 1 : Number(range[2]), body.length - 1);
    const part = body.subarray(first, last + 1);
    const contentRange = `bytes ${first}-${last}/${body.length}`;
    return { httpStatusCode: 206, metadata: { ...metadata, contentLength: part.length, contentRange }, body: part };
  }

  async uploadObject(
    bucket: string,
    key: string,
    _version: string | undefined,
    body: Parameters<StorageAdapter["uploadObject"]>[3],
    contentType: string,
    cacheControl: string,
  ): Promise<Metadata> {
    const path = this.#path(bucket, key);
    const bytes =
      body instanceof Uint8Array ? body : new Uint8Array(await new Response(body as ReadableStream).arrayBuffer());
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    await writeFile(`${path}${META}`, JSON.stringify({ contentType, cacheControl }));
    return this.headObject(bucket, key);
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    const path = this.#path(bucket, key);
    await rm(path, { force: true });
    await rm(`${path}${META}`, { force: true });
  }

  async deleteObjects(bucket: string, keys: string[]): Promise<void> {
    for (const key of keys) await this.deleteObject(bucket, key);
  }

  async copyObject(bucket: string, source: string, _version: string | undefined, toBucket: string, target: string) {
    const path = this.#path(toBucket, target);
    await mkdir(dirname(path), { recursive: true });
    await copyFile(this.#path(bucket, source), path);
    await copyFile(`${this.#path(bucket, source)}${META}`, `${path}${META}`);
    const { eTag, lastModified } = await this.headObject(toBucket, target);
    return { httpStatusCode: 200, eTag, ...(lastModified === undefined ? {} : { lastModified }) };
  }

  async headObject(bucket: string, key: string): Promise<Metadata> {
    const path = this.#path(bucket, key);
    const { size, mtime, mtimeMs } = await stat(path);
    const { contentType, cacheControl } = JSON.parse(await readFile(`${path}${META}`, "utf8")) as {
      contentType: string;
      cacheControl: string;
    };
    const eTag = `"${createHash("sha256").update(`${key}:${size}:${mtimeMs}`).digest("hex").slice(0, 32)}"`;
    return { cacheControl, contentLength: size, size, mimetype: contentType, lastModified: mtime, eTag };
  }

  privateAssetUrl(bucket: string, key: string): Promise<string> {
    return Promise.resolve(`file://${this.#path(bucket, key)}`);
  }

  /** The server has checked the key; a path that would leave the folder all the same is refused. */
  #path(bucket: string, key: string): string {
    const path = resolve(this.#folder, bucket, key);
    if (!path.startsWith(this.#folder + sep) || path.endsWith(META)) throw new Error(`Not a storage key: ${key}`);
    return path;
  }
}

const META = ".nexus-meta.json";
