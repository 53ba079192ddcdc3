import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { type Client, type Person, World } from "../helpers/world.ts";

const bucket = "product-media";
let world: World;
let boutique: BoutiqueFixture;
let other: BoutiqueFixture;
let manager: Person;
let otherManager: Person;
let picture: Blob;

beforeAll(async () => {
  world = await World.create();
  [boutique, other] = await Promise.all([makeBoutique(world.sql), makeBoutique(world.sql)]);
  [manager, otherManager] = await Promise.all([
    world.asStaff(boutique.id, "manager"),
    world.asStaff(other.id, "manager"),
  ]);
  picture = new Blob([randomBytes(50_000)], { type: "image/jpeg" });
});
afterAll(() => world.close());

const files = (client: Client) => client.storage.from(bucket);
const path = (owner = boutique, name = "gown.jpg") => `${owner.id}/${randomUUID()}/${name}`;
const publicUrl = (name: string) => files(manager.client).getPublicUrl(name).data.publicUrl;
const bytesOf = async (source: Blob | Response) => Buffer.from(await source.arrayBuffer());

async function upload(name = path(), person = manager): Promise<string> {
  const { error } = await files(person.client).upload(name, picture);
  if (error !== null) throw error;
  return name;
}

function expectRefused(error: unknown): void {
  const status = Number((error as { status?: unknown; statusCode?: unknown } | null)?.status);
  expect(status, JSON.stringify(error)).toBeGreaterThanOrEqual(400);
  expect(status, JSON.stringify(error)).toBeLessThan(500);
}

describe("a picture that a manager uploads", () => {
  it("is served to everybody at its public address, as what it is", async () => {
    const name = path(boutique, "Kleid größer (1).jpg");
    const { data, error } = await files(manager.client).upload(name, picture, { cacheControl: "3600" });
    expect(error).toBeNull();
    expect(data?.path).toBe(name);
    const response = await world.fetch(publicUrl(name));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("image/jpeg");
    expect(response.headers.get("cache-control")).toContain("max-age=3600");
    expect((await bytesOf(response)).equals(await bytesOf(picture))).toBe(true);
    const download = await files(world.asAnon()).download(name);
    expect((await bytesOf(download.data ?? new Blob())).equals(await bytesOf(picture))).toBe(true);
  });

  it("is told from a newer one by its ETag", async () => {
    const name = await upload();
    const etag = (await world.fetch(publicUrl(name))).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"\w+"$/);
    expect((await world.fetch(publicUrl(name), { headers: { "if-none-match": etag } })).status).toBe(304);
    const newer = new Blob([randomBytes(50_000)], { type: "image/png" });
    expectRefused((await files(manager.client).upload(name, newer)).error);
    expect((await files(manager.client).upload(name, newer, { upsert: true })).error).toBeNull();
    const response = await world.fetch(publicUrl(name), { headers: { "if-none-match": etag } });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect((await bytesOf(response)).equals(await bytesOf(newer))).toBe(true);
  });

  it("comes as a blob, as bytes or by a signed address, and is replaced in each way", async () => {
    const bytes = await picture.arrayBuffer();
    const raw = { contentType: "image/webp" };
    const [name, signed] = [path(), path()];
    expect((await files(manager.client).upload(name, bytes, raw)).error).toBeNull();
    const served = async (of: string) => {
      const response = await world.fetch(publicUrl(of));
      expect((await bytesOf(response)).equals(await bytesOf(picture))).toBe(true);
      return response.headers.get("content-type");
    };
    expect(await served(name)).toBe("image/webp");
    expect((await files(manager.client).update(name, picture)).error).toBeNull();
    expect(await served(name)).toBe("image/jpeg");
    const { data } = await files(manager.client).createSignedUploadUrl(signed);
    // The address is enough: whoever holds it needs no account.
    expect((await files(world.asAnon()).uploadToSignedUrl(signed, data?.token ?? "", picture)).error).toBeNull();
    expect(await served(signed)).toBe("image/jpeg");
    expectRefused((await files(world.asAnon()).uploadToSignedUrl(name, data?.token ?? "", picture)).error);
  });

  it("is had by a signed address, which is good for that file alone", async () => {
    const [name, another] = [await upload(), await upload()];
    const { data } = await files(manager.client).createSignedUrl(name, 60);
    const response = await world.fetch(data?.signedUrl ?? "");
    expect((await bytesOf(response)).equals(await bytesOf(picture))).toBe(true);
    const { data: several } = await files(manager.client).createSignedUrls([name, another], 60);
    for (const { signedUrl } of several ?? []) expect((await world.fetch(signedUrl ?? "")).status).toBe(200);
    expect((await world.fetch((data?.signedUrl ?? "").replace(name, another))).status).toBe(403);
  });

  it("is moved, copied and deleted by a manager of its boutique", async () => {
    const name = await upload();
    const [copy, moved] = [path(), path()];
    expect((await files(manager.client).copy(name, copy)).error).toBeNull();
    expect((await files(manager.client).move(name, moved)).error).toBeNull();
    expect((await world.fetch(publicUrl(name))).ok).toBe(false);
    const { data, error } = await files(manager.client).remove([copy, moved]);
    expect(error).toBeNull();
    expect(data).toHaveLength(2);
    for (const gone of [copy, moved]) {
      const response = await world.fetch(publicUrl(gone));
      expect([400, 404]).toContain(response.status);
    }
  });

  it("may lie beside and below others of like names", async () => {
    const name = path(boutique, "look");
    for (const like of [
      name,
      `${name}/front.jpg`,
      `${name}.json`,
      `${name}.nexus-meta.json`,
      `${boutique.id}/${"long-".repeat(70)}`,
    ]) {
      expect((await files(manager.client).upload(like, picture)).error, like).toBeNull();
      const response = await world.fetch(publicUrl(like));
      expect(response.status, like).toBe(200);
      expect((await bytesOf(response)).equals(await bytesOf(picture)), like).toBe(true);
    }
  });
});

// Who may upload at all, and everything else that may be done with a file, is in storage-rights.test.ts.
describe("an upload is refused", () => {
  it("to a manager of a suspended boutique", async () => {
    const suspended = await makeBoutique(world.sql, { status: "suspended" });
    const person = await world.asStaff(suspended.id, "manager");
    expectRefused((await files(person.client).upload(path(suspended), picture)).error);
  });

  it.each([
    ["another boutique's folder", () => path(other)],
    ["no folder", () => `${randomUUID()}.jpg`],
    ["a folder that only begins with the id", () => `${boutique.id}x/gown.jpg`],
    ["the other's folder by way of one's own", () => `${boutique.id}/../${other.id}/gown.jpg`],
    ["the same, encoded", () => `${boutique.id}/%2e%2e/${other.id}/gown.jpg`],
    ["the same, encoded with its slashes", () => `${boutique.id}/..%2f${other.id}/gown.jpg`],
    ["the folder of renditions, which jobs make", () => `${boutique.id}/renditions/${randomUUID()}/640.webp`],
    ["a path out of the storage", () => `${boutique.id}/${"..%2f".repeat(8)}tmp/gown.jpg`],
    ["a path with backslashes", () => `${boutique.id}/..%5c..%5cgown.jpg`],
    ["a path with a null byte", () => `${boutique.id}/gown%00.jpg`],
  ])("into %s", async (_what, name) => {
    const response = await world.fetch(`/storage/v1/object/${bucket}/${name()}`, {
      method: "POST",
      headers: {
        apikey: world.keys.publishable,
        authorization: `Bearer ${manager.accessToken}`,
        "content-type": "image/jpeg",
      },
      body: picture,
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    const [row] =
      await world.sql`select count(*)::int as n from storage.objects where name like '%..%' or name like ${`${other.id}%`}`;
    expect(row).toEqual({ n: 0 });
  });

  it.each(["text/html", "application/pdf", "application/octet-stream", "image/gif"])("of type %s", async (type) => {
    const { error } = await files(manager.client).upload(path(), new Blob(["<script>"], { type }));
    expectRefused(error);
  });

  it("of more bytes than the bucket takes", async () => {
    const most = 20 * 1024 * 1024;
    const blob = (size: number) => new Blob([Buffer.alloc(size)], { type: "image/jpeg" });
    expectRefused((await files(manager.client).upload(path(), blob(most + 1))).error);
    expect((await files(manager.client).upload(path(), blob(most))).error).toBeNull();
    // Without a length in the headers, as a stream is sent.
    const streamed = (size: number) =>
      files(manager.client).upload(path(), blob(size).stream(), { contentType: "image/jpeg", duplex: "half" });
    expectRefused((await streamed(most + 1)).error);
    expect((await streamed(most)).error).toBeNull();
  });

  it("into a bucket that is none, or that one would like to make", async () => {
    expectRefused((await manager.client.storage.from("private").upload(path(), picture)).error);
    expectRefused((await manager.client.storage.createBucket("mine", { public: true })).error);
    expectRefused((await manager.client.storage.updateBucket(bucket, { public: true, fileSizeLimit: null })).error);
    expectRefused((await manager.client.storage.deleteBucket(bucket)).error);
    expectRefused((await manager.client.storage.emptyBucket(bucket)).error);
  });
});

describe("two managers", () => {
  it("leave each other's files alone", async () => {
    const [mine, theirs] = [await upload(), await upload(path(other), otherManager)];
    const stranger = files(otherManager.client);
    expectRefused((await stranger.update(mine, picture)).error);
    expectRefused((await stranger.move(mine, path(other))).error);
    // A delete that RLS hides the row from removes nothing.
    const { data } = await stranger.remove([mine, theirs]);
    expect(data?.map(({ name }) => name)).toEqual([theirs]);
    expect((await bytesOf(await world.fetch(publicUrl(mine)))).equals(await bytesOf(picture))).toBe(true);
    expect((await world.fetch(publicUrl(theirs))).ok).toBe(false);
  });

  it("stand in the row as who has uploaded", async () => {
    const name = await upload();
    const [row] = await world.sql`select owner_id from storage.objects where name = ${name}`;
    expect(row).toEqual({ owner_id: manager.id });
  });
});
