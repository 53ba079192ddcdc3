import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

const types = { avatars: "image/png", "private-documents": "application/pdf" } as const;
const buckets = Object.entries(types);
const blob = (type: string, bytes = 100) => new Blob([new Uint8Array(bytes)], { type });
const name = () => `${bride.id}/${randomUUID()}`;

describe.each(buckets)("the bucket %s", (bucket, type) => {
  it("takes, changes, lists and removes a person's own files", async () => {
    const files = bride.client.storage.from(bucket);
    const path = name();
    expect((await files.upload(path, blob(type))).error).toBeNull();
    expect((await files.update(path, blob(type, 200))).error).toBeNull();
    expect((await files.download(path)).data?.size).toBe(200);
    // The embedded server answers with whole paths, the platform with names in the folder.
    expect((await files.list(bride.id)).data?.some((file) => path.endsWith(file.name))).toBe(true);
    expect((await files.remove([path])).data).toHaveLength(1);
  });

  it("keeps her out of every other folder, however she writes its name", async () => {
    const stranger = await world.asCustomer("Hannah");
    const paths = [
      `${stranger.id}/file`,
      `${randomUUID()}/file`,
      "file",
      `${bride.id}x/file`,
      `${bride.id.toUpperCase()}/file`,
      `${bride.id}/../${stranger.id}/file`,
      `${bride.id}/%2e%2e/${stranger.id}/file`,
      `${bride.id}/..%2f${stranger.id}%2ffile`,
    ];
    for (const path of paths) {
      const response = await world.fetch(`/storage/v1/object/${bucket}/${path}`, {
        method: "POST",
        headers: {
          apikey: world.keys.publishable,
          authorization: `Bearer ${bride.accessToken}`,
          "content-type": type,
        },
        body: blob(type),
      });
      expect(response.status, path).toBeGreaterThanOrEqual(400);
      expect(response.status, path).toBeLessThan(500);
    }
    const rows = await world.sql`
      select name from storage.objects where bucket_id = ${bucket} and not starts_with(name, ${`${bride.id}/`})`;
    expect([...rows]).toEqual([]);
  });

  it.each(["text/html", "image/svg+xml", "application/zip"])("takes no %s", async (wrong) => {
    expect((await bride.client.storage.from(bucket).upload(name(), blob(wrong))).error).not.toBeNull();
  });

  it("takes no file beyond its size", async () => {
    const [row] = await world.sql<
      { most: number }[]
    >`select file_size_limit::int as most from storage.buckets where id = ${bucket}`;
    const most = row?.most ?? 0;
    expect(most).toBeGreaterThan(1_000_000);
    expect((await bride.client.storage.from(bucket).upload(name(), blob(type, most + 1))).error).not.toBeNull();
    expect((await bride.client.storage.from(bucket).upload(name(), blob(type, most))).error).toBeNull();
  });
});

describe("the picture of a profile", () => {
  it("lies in her own folder, or the profile does not take it", async () => {
    const set = (avatar_path: string | null) =>
      bride.client.from("profiles").update({ avatar_path }).eq("id", bride.id).select("avatar_path");
    expect((await set(`${bride.id}/me.png`)).data).toEqual([{ avatar_path: `${bride.id}/me.png` }]);
    for (const wrong of [`${randomUUID()}/me.png`, `${bride.id}/../x/me.png`, "me.png"]) {
      expect((await set(wrong)).error).toMatchObject({ code: "23514" });
    }
    expect((await set(null)).error).toBeNull();
  });
});
