import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { deleteMediaFiles } from "../../functions/_shared/jobs/delete-media-files.ts";
import { silentLog } from "../../functions/_shared/jobs/log.ts";
import { processMedia } from "../../functions/_shared/jobs/process-media.ts";
import type { JobContext } from "../../functions/_shared/jobs/queue.ts";
import { sweepMedia } from "../../functions/_shared/jobs/sweep-media.ts";
import { readConfig } from "../../worker/config.ts";
import { startService } from "../../worker/service.ts";
import { sharpPictures } from "../../worker/sharp-pictures.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { png } from "../helpers/png.ts";
import { jobContext, runJob, webhookMasterKey } from "../helpers/run-job.ts";
import { type Client, type Person, World } from "../helpers/world.ts";

const bucket = "product-media";
let world: World;
let boutique: BoutiqueFixture;
let manager: Person;
let productId: string;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
});
afterAll(() => world.close());
beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
  manager = await world.asStaff(boutique.id, "manager");
  ({ productId } = await makeVariant(world.sql, boutique, { garments: 0 }));
});

// What is uploaded ----------------------------------------------------------------------------------------------------

/** Soft blobs of color, as far as a codec can tell a photo. */
async function photo(width: number, height: number) {
  const noise = { type: "gaussian", mean: 128, sigma: 50 } as const;
  const small = {
    width: Math.ceil(width / 16),
    height: Math.ceil(height / 16),
    channels: 3,
    background: "gray",
  } as const;
  const blobs = await sharp({ create: { ...small, noise } })
    .png()
    .toBuffer();
  return sharp(blobs).resize(width, height);
}
const jpeg = async (width = 800, height = 600) => (await photo(width, height)).jpeg().toBuffer();

// What staff do -------------------------------------------------------------------------------------------------------

async function upload(file: Buffer, name = `${randomUUID()}.jpg`, type = "image/jpeg"): Promise<string> {
  const path = `${boutique.id}/${name}`;
  const files = manager.client.storage.from(bucket);
  const { data } = await files.createSignedUploadUrl(path);
  const { error } = await files.uploadToSignedUrl(path, data?.token ?? "", new Blob([new Uint8Array(file)], { type }));
  if (error !== null) throw error;
  return path;
}

async function add(path: string, position = 0, client: Client = manager.client): Promise<string> {
  const { data, error } = await client
    .from("product_media")
    .insert({ product_id: productId, boutique_id: boutique.id, storage_path: path, alt: "The gown", position })
    .select("id")
    .single();
  if (error !== null) throw error;
  return data.id;
}

// What is there afterwards --------------------------------------------------------------------------------------------

const process = (mediaId: string, other: Partial<JobContext> = {}) =>
  runJob(world, processMedia, { media_id: mediaId }, other);
async function rowOf(mediaId: string) {
  const { data, error } = await manager.client.from("product_media").select().eq("id", mediaId).single();
  if (error !== null) throw error;
  return data;
}
async function filesOf(id: string = boutique.id): Promise<string[]> {
  const rows = await world.sql<{ name: string }[]>`
    select name from storage.objects where bucket_id = ${bucket} and starts_with(name, ${`${id}/`}) order by name`;
  return rows.map(({ name }) => name);
}
const renditionsOf = (mediaId: string, names: readonly number[]) =>
  names.map((name) => `${boutique.id}/renditions/${mediaId}/${name}.webp`);
const isPublic = async (mediaId: string) =>
  (await world.asAnon().from("product_media").select("id").eq("id", mediaId)).data?.length === 1;
const jobsOf = (queue: string, key: string, id: string) => world.sql<
  { data: Record<string, string>; group_id: string }[]
>`
  select data - 'request_id' as data, group_id from pgboss.job where name = ${queue} and data ->> ${key} = ${id}`;
/** Does what the deletion of rows has left to do. */
async function deleteFiles(): Promise<void> {
  for (const { data } of await jobsOf("media.delete_files", "boutique_id", boutique.id)) {
    await runJob(world, deleteMediaFiles, data);
  }
}

describe("a good photo", () => {
  it("becomes ready with its renditions, once, however often the job runs", async () => {
    const path = await upload(await jpeg(2400, 1800));
    const id = await add(path);
    expect([...(await jobsOf("media.process", "media_id", id))]).toEqual([
      { data: { media_id: id }, group_id: boutique.id },
    ]);
    expect(await rowOf(id)).toMatchObject({ state: "pending", listed: false, width: null, renditions: [] });
    expect(await isPublic(id)).toBe(false);

    await process(id);
    const row = await rowOf(id);
    const paths = renditionsOf(id, [320, 640, 1280, 1920]);
    expect(row).toMatchObject({ state: "ready", refusal: null, listed: true, width: 2400, height: 1800 });
    expect(row.blurhash).toMatch(/^[\w#$%*+,\-.:;=?@[\]^{|}~]{28}$/);
    expect(row.renditions).toEqual(
      [320, 640, 1280, 1920].map((width, n) => ({
        width,
        height: (width * 3) / 4,
        storage_path: paths[n],
        bytes: expect.any(Number),
      })),
    );
    expect(await filesOf()).toEqual([path, ...paths].toSorted());
    expect(await isPublic(id)).toBe(true);

    await process(id);
    await Promise.all([process(id), process(id)]);
    expect(await rowOf(id)).toEqual(row);
    expect(await filesOf()).toEqual([path, ...paths].toSorted());
  });

  it("is turned upright, and its renditions say nothing of who took it where", async () => {
    const original = await sharp(await jpeg(400, 300))
      .withExif({ IFD0: { Artist: "Somebody" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "9/1 0/1 0/1" } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(original.includes("Somebody")).toBe(true);
    const id = await add(await upload(original));
    await process(id);
    expect(await rowOf(id)).toMatchObject({ state: "ready", width: 300, height: 400 });
    const { data } = await world
      .asAnon()
      .storage.from(bucket)
      .download(renditionsOf(id, [320])[0] ?? "");
    expect(data?.type).toBe("image/webp");
    const { format, width, height, exif, xmp, icc, orientation } = await sharp(
      await (data ?? new Blob()).arrayBuffer(),
    ).metadata();
    expect({ format, width, height }).toEqual({ format: "webp", width: 300, height: 400 });
    expect([exif, xmp, icc, orientation]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("that is small is not enlarged", async () => {
    const id = await add(await upload(await jpeg(700, 500)));
    await process(id);
    const sizes = (await rowOf(id)).renditions as { width: number; height: number }[];
    expect(sizes.map(({ width, height }) => [width, height])).toEqual([
      [320, 229],
      [640, 457],
      [700, 500],
    ]);
    expect(await filesOf()).toHaveLength(4);
  });

  it.each([
    ["PNG with transparency", "image/png", async () => (await photo(500, 400)).ensureAlpha(0.5).png().toBuffer()],
    ["WebP", "image/webp", async () => (await photo(500, 400)).webp().toBuffer()],
    ["AVIF", "image/avif", async () => (await photo(500, 400)).avif({ effort: 0 }).toBuffer()],
    [
      "JPEG in the colors of print",
      "image/jpeg",
      async () => (await photo(500, 400)).toColourspace("cmyk").jpeg().toBuffer(),
    ],
    ["PNG by the name of a JPEG", "image/jpeg", async () => (await photo(500, 400)).png().toBuffer()],
  ])("may be a %s", async (_what, type, make) => {
    const id = await add(await upload(await make(), `${randomUUID()}.jpg`, type));
    await process(id);
    expect(await rowOf(id)).toMatchObject({ state: "ready", width: 500, height: 400 });
  });

  it("of an animation is its first frame", async () => {
    const pixels = Buffer.concat([Buffer.alloc(30_000, 10), Buffer.alloc(30_000, 200)]);
    const frames = sharp(pixels, { raw: { width: 100, height: 200, channels: 3, pageHeight: 100 } });
    const id = await add(
      await upload(await frames.webp({ delay: [100, 100] }).toBuffer(), "moving.webp", "image/webp"),
    );
    await process(id);
    expect(await rowOf(id)).toMatchObject({ state: "ready", width: 100, height: 100 });
  });
});

describe("the worker", () => {
  it("looks at every picture that staff add, and removes the files of those that they delete", async () => {
    const server = await FunctionServer.open(world);
    const config = readConfig({
      SUPABASE_DB_URL: world.databaseUrl,
      SUPABASE_URL: server.origin,
      SUPABASE_SECRET_KEY: world.keys.secret,
      WEBHOOK_MASTER_KEY: webhookMasterKey,
      WORKER_PORT: "0",
      WORKER_STOP_SECONDS: "1",
    });
    const service = await startService(config, silentLog);
    try {
      const ids: string[] = [];
      for (const position of [0, 1, 2]) ids.push(await add(await upload(await jpeg(500, 500)), position));
      ids.push(await add(await upload(Buffer.from("no picture".repeat(9))), 3));
      await vi.waitFor(
        async () => {
          const states = await Promise.all(ids.map(async (id) => (await rowOf(id)).state));
          expect(states).toEqual(["ready", "ready", "ready", "refused"]);
        },
        { timeout: 20_000, interval: 100 },
      );
      await manager.client.from("product_media").delete().eq("product_id", productId);
      await vi.waitFor(async () => expect(await filesOf()).toEqual([]), { timeout: 20_000, interval: 100 });
    } finally {
      await service.stop();
      await server.close();
    }
  });
});

describe("a file that is refused", () => {
  const bomb = () => png(50_000, 50_000, Buffer.alloc(1_000_000));

  it.each([
    ["a text by the name of a JPEG", "not_an_image", async () => Buffer.from("<script>".repeat(50))],
    [
      "an SVG",
      "not_an_image",
      async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ],
    ["a GIF", "not_an_image", async () => (await photo(50, 50)).gif().toBuffer()],
    ["nothing", "not_an_image", async () => Buffer.alloc(0)],
    ["a JPEG that breaks off", "broken", async () => (await jpeg()).subarray(0, 20_000)],
    [
      "the beginning of a JPEG before noise",
      "broken",
      async () => Buffer.from(`\xff\xd8\xff${"x".repeat(500)}`, "latin1"),
    ],
    ["a PNG that is larger than it has pixels for", "broken", async () => png(900, 900, Buffer.alloc(100))],
    ["a PNG of 50,000 x 50,000", "too_many_pixels", async () => bomb()],
    ["a picture of 41 megapixels", "too_many_pixels", async () => png(8_200, 5_000, Buffer.alloc(1_000))],
  ])("%s: says %s and leaves nothing", async (_what, refusal, make) => {
    const id = await add(await upload(await make()));
    await process(id);
    const refused = await rowOf(id);
    expect(refused).toMatchObject({ state: "refused", refusal, listed: false, width: null, renditions: [] });
    expect(await filesOf()).toEqual([]);
    expect(await isPublic(id)).toBe(false);
    await process(id);
    expect(await rowOf(id)).toEqual(refused);
    await deleteFiles();
  });

  it("is one that is too large, also where the bucket would take it", async () => {
    await world.sql`update storage.buckets set file_size_limit = null where id = ${bucket}`;
    try {
      const path = await upload(Buffer.alloc(21 * 1024 * 1024, 7));
      expect(await filesOf()).toEqual([path]);
      const id = await add(path);
      await process(id);
      expect(await rowOf(id)).toMatchObject({ state: "refused", refusal: "too_large" });
      expect(await filesOf()).toEqual([]);
    } finally {
      await world.sql`update storage.buckets set file_size_limit = 20971520 where id = ${bucket}`;
    }
  });

  it("is one that was never uploaded", async () => {
    const id = await add(`${boutique.id}/nothing.jpg`);
    await process(id);
    expect(await rowOf(id)).toMatchObject({ state: "refused", refusal: "file_missing" });
  });

  it("stays while another row shows it", async () => {
    const path = await upload(Buffer.from("no picture, of old".repeat(9)));
    const [old] = await world.sql<{ id: string }[]>`
      insert into public.product_media (product_id, boutique_id, storage_path, alt, state)
      values (${productId}, ${boutique.id}, ${path}, 'Of old', 'ready') returning id`;
    await process(await add(path));
    expect(await filesOf()).toEqual([path]);
    // What is on show since before there was such a job stays, too.
    await process(old?.id ?? "");
    expect(await rowOf(old?.id ?? "")).toMatchObject({ state: "ready", listed: true, renditions: [] });
    expect(await filesOf()).toEqual([path]);
  });

  it("goes also when the job died between the row and the files", async () => {
    const path = await upload(Buffer.from("no picture, of new".repeat(9)));
    const id = await add(path);
    const { files } = jobContext(world);
    const remove = () => Promise.reject(new Error("died"));
    await expect(process(id, { files: { ...files, remove } })).rejects.toThrow("died");
    expect(await rowOf(id)).toMatchObject({ state: "refused", refusal: "not_an_image" });
    expect(await filesOf()).toEqual([path]);
    await process(id);
    expect(await filesOf()).toEqual([]);
  });
});

describe("a job that dies or comes too late", () => {
  it("goes on from what it has left", async () => {
    const id = await add(await upload(await jpeg(700, 500)));
    const { files } = jobContext(world);
    let left = 2;
    const dying: typeof files.upload = async (...args) => {
      if (left === 0) throw new Error("died");
      left -= 1;
      await files.upload(...args);
    };
    await expect(process(id, { files: { ...files, upload: dying } })).rejects.toThrow("died");
    expect(await rowOf(id)).toMatchObject({ state: "pending", renditions: [] });
    expect(await isPublic(id)).toBe(false);
    await process(id);
    expect(await rowOf(id)).toMatchObject({ state: "ready" });
    expect(await filesOf()).toHaveLength(4);
  });

  it("is not refused for what is no fault of the file", async () => {
    const path = await upload(await jpeg());
    const id = await add(path);
    const slow = { ...sharpPictures, read: () => Promise.reject(new Error("timeout: 42% complete")) };
    await expect(process(id, { pictures: slow })).rejects.toThrow("timeout");
    await expect(process(id, { pictures: undefined })).rejects.toThrow("worker");
    expect(await rowOf(id)).toMatchObject({ state: "pending" });
    expect(await filesOf()).toEqual([path]);
  });

  it("does nothing for a row that is gone", async () => {
    const id = await add(await upload(await jpeg()));
    await manager.client.from("product_media").delete().eq("id", id);
    await process(id);
    await deleteFiles();
    expect(await filesOf()).toEqual([]);
  });

  it("takes back what it made for a row that went meanwhile", async () => {
    const id = await add(await upload(await jpeg()));
    const { files } = jobContext(world);
    const upload_ = async (...args: Parameters<typeof files.upload>) => {
      await manager.client.from("product_media").delete().eq("id", id);
      await deleteFiles();
      await files.upload(...args);
    };
    await process(id, { files: { ...files, upload: upload_ } });
    expect(await filesOf()).toEqual([]);
  });
});

describe("who sees a picture", () => {
  it("is the public while it is ready and its product is listed", async () => {
    const id = await add(await upload(await jpeg()));
    const setStatus = async (status: "draft" | "published") => {
      const { error } = await manager.client.from("products").update({ status }).eq("id", productId);
      expect(error).toBeNull();
      return isPublic(id);
    };
    expect(await setStatus("draft")).toBe(false);
    expect(await setStatus("published")).toBe(false);
    await process(id);
    expect(await isPublic(id)).toBe(true);
    expect(await setStatus("draft")).toBe(false);
    expect(await setStatus("published")).toBe(true);
    expect(await world.sql`select * from private.check_listed()`).toHaveLength(0);
  });

  it("is not decided by who adds it", async () => {
    const row = { product_id: productId, boutique_id: boutique.id, storage_path: `${boutique.id}/a.jpg`, alt: "A" };
    for (const wish of [{ state: "ready" as const }, { width: 5, height: 5 }, { renditions: [] }, { listed: true }]) {
      expect((await manager.client.from("product_media").insert({ ...row, ...wish })).error).toMatchObject({
        code: "42501",
      });
    }
    const id = await add(await upload(await jpeg()));
    const { error } = await manager.client.from("product_media").update({ state: "ready" }).eq("id", id);
    expect(error).toMatchObject({ code: "42501" });
  });

  it("is nobody for a picture in a foreign folder, or of a foreign boutique", async () => {
    const rival = await makeBoutique(world.sql);
    const theirs = await world.asStaff(rival.id, "manager");
    const path = await upload(await jpeg());
    const { error } = await theirs.client.from("product_media").insert({
      product_id: (await makeVariant(world.sql, rival)).productId,
      boutique_id: rival.id,
      storage_path: path,
      alt: "Mine",
    });
    expect(error).toMatchObject({ code: "23514" });
    await expect(add(path, 0, theirs.client)).rejects.toMatchObject({ code: "42501" });
    await expect(add(path, 0, (await world.asCustomer()).client)).rejects.toMatchObject({ code: "42501" });
  });

  it("sees what the job has made: renditions are nobody else's to write", async () => {
    const id = await add(await upload(await jpeg(300, 300)));
    await process(id);
    const [path = ""] = renditionsOf(id, [320]);
    const files = manager.client.storage.from(bucket);
    const other = new Blob(["other"], { type: "image/webp" });
    const size = () =>
      world.sql<{ size: string }[]>`select metadata ->> 'size' as size from storage.objects where name = ${path}`;
    const before = [...(await size())];
    expect((await files.upload(path, other, { upsert: true })).error).not.toBeNull();
    expect((await files.update(path, other)).error).not.toBeNull();
    expect((await files.move(path, `${boutique.id}/mine.webp`)).error).not.toBeNull();
    await files.remove([path]);
    expect([...(await size())]).toEqual(before);
  });
});

describe("files go", () => {
  it("with their row", async () => {
    const [gone, stays] = [
      await add(await upload(await jpeg(300, 300))),
      await add(await upload(await jpeg(300, 300))),
    ];
    await process(gone);
    await process(stays);
    const { storage_path } = await rowOf(gone);
    await manager.client.from("product_media").delete().eq("id", gone);
    expect([...(await jobsOf("media.delete_files", "media_id", gone))]).toEqual([
      { data: { media_id: gone, boutique_id: boutique.id, storage_path }, group_id: boutique.id },
    ]);
    await deleteFiles();
    await deleteFiles();
    const kept = [(await rowOf(stays)).storage_path, ...renditionsOf(stays, [320])];
    expect(await filesOf()).toEqual(kept.toSorted());
  });

  it("with their product", async () => {
    for (const position of [0, 1]) await process(await add(await upload(await jpeg(300, 300)), position));
    expect(await filesOf()).toHaveLength(4);
    const { data } = await manager.client.from("products").delete().eq("id", productId).select("id");
    expect(data).toHaveLength(1);
    await deleteFiles();
    expect(await filesOf()).toEqual([]);
  });

  it("when the last row that has them goes", async () => {
    const path = await upload(await jpeg(300, 300));
    const [first, second] = [await add(path), await add(path)];
    await manager.client.from("product_media").delete().eq("id", first);
    await deleteFiles();
    expect(await filesOf()).toEqual([path]);
    await manager.client.from("product_media").delete().eq("id", second);
    await deleteFiles();
    expect(await filesOf()).toEqual([]);
  });

  it("not while somebody adds a row that speaks of them", async () => {
    const path = await upload(await jpeg(300, 300));
    const id = await add(path);
    await manager.client.from("product_media").delete().eq("id", id);
    await world.sql.begin(async (sql) => {
      await sql`
        insert into public.product_media (product_id, boutique_id, storage_path, alt)
        values (${productId}, ${boutique.id}, ${path}, 'Again')`;
      await expect(deleteFiles()).rejects.toThrow("tried again");
    });
    await deleteFiles();
    expect(await filesOf()).toEqual([path]);
  });
});

describe("the sweep", () => {
  const age = (path: string, interval: string) => world.sql`
    update storage.objects set created_at = now() - ${interval}::interval, updated_at = now() - ${interval}::interval
    where bucket_id = ${bucket} and name = ${path}`;
  const sweep = () => runJob(world, sweepMedia, {});

  it("removes what no row speaks of after a day, and nothing else", async () => {
    const [orphan, fresh, replaced, pending, shown, refused] = [
      await upload(await jpeg(300, 300)),
      await upload(await jpeg(300, 300)),
      await upload(await jpeg(300, 300)),
      await upload(await jpeg(300, 300)),
      await upload(await jpeg(300, 300)),
      await upload(Buffer.from("no picture".repeat(9))),
    ];
    const id = await add(shown);
    await process(id);
    await add(pending);
    const no = await add(refused);
    await world.sql`update public.product_media set state = 'refused', refusal = 'broken' where id = ${no}`;
    const made = renditionsOf(id, [320])[0] ?? "";
    const leftOver = `${boutique.id}/renditions/${randomUUID()}/320.webp`;
    const odd = `${boutique.id}/renditions/no-id/320.webp`;
    const store = world.asService().storage.from(bucket);
    for (const path of [leftOver, odd]) await store.upload(path, new Blob(["x"], { type: "image/webp" }));
    for (const path of [orphan, replaced, pending, shown, refused, made, leftOver, odd]) await age(path, "25 hours");
    await world.sql`update storage.objects set updated_at = now() where name = ${replaced}`;
    await age(fresh, "23 hours");
    await sweep();
    const kept = [fresh, replaced, pending, shown, made].toSorted();
    expect(await filesOf()).toEqual(kept);
    await sweep();
    expect(await filesOf()).toEqual(kept);
  });

  it("leaves what a row is added for at that moment, and a row that comes later finds nothing", async () => {
    const [first, second] = [await upload(await jpeg(300, 300)), await upload(await jpeg(300, 300))];
    for (const path of [first, second]) await age(path, "2 days");
    await world.sql.begin(async (sql) => {
      await sql`
        insert into public.product_media (product_id, boutique_id, storage_path, alt)
        values (${productId}, ${boutique.id}, ${first}, 'At last')`;
      await sweep();
    });
    expect(await filesOf()).toEqual([first]);

    // While it removes a file, a row for it has to wait, and is told that there is no file.
    await age(first, "2 days");
    await world.sql`delete from public.product_media where storage_path = ${first}`;
    const { files } = jobContext(world);
    let added: Promise<string> | undefined;
    const remove: typeof files.remove = async (from, paths) => {
      if (paths.includes(first)) {
        added = add(first);
        await vi.waitFor(async () => {
          const waiting = await world.sql`
            select from pg_locks
            where locktype = 'advisory' and classid = 31 and not granted
              and database = (select oid from pg_database where datname = current_database())`;
          expect(waiting).toHaveLength(1);
        });
      }
      await files.remove(from, paths);
    };
    await runJob(world, sweepMedia, {}, { files: { ...files, remove } });
    const id = (await added) ?? "";
    await process(id);
    expect(await rowOf(id)).toMatchObject({ state: "refused", refusal: "file_missing" });
  });

  it("goes on over many files", async () => {
    const blob = new Blob(["x"], { type: "image/webp" });
    const store = world.asService().storage.from(bucket);
    const paths = Array.from({ length: 205 }, (_, n) => `${boutique.id}/${String(n).padStart(3, "0")}.webp`);
    for (const path of paths) await store.upload(path, blob);
    await world.sql`
      update storage.objects set created_at = now() - interval '2 days', updated_at = now() - interval '2 days'
      where starts_with(name, ${boutique.id})`;
    await add(paths[100] ?? "");
    await sweep();
    expect(await filesOf()).toEqual([paths[100]]);
  });
});

describe("reorder_media", () => {
  const reorder = (mediaIds: readonly string[], client: Client = manager.client, product = productId) =>
    client.rpc("reorder_media", { product_id: product, media_ids: [...mediaIds] });
  const addThree = async () => {
    const ids: string[] = [];
    for (const n of [0, 1, 2]) ids.push(await add(`${boutique.id}/${n}.jpg`));
    return ids as [string, string, string];
  };
  const order = async () => {
    const rows = await world.sql<{ id: string; position: number }[]>`
      select id, position from public.product_media where product_id = ${productId} order by position, id`;
    return rows.map(({ id, position }) => [id, position]);
  };

  it("puts the pictures into the order that is named", async () => {
    const [a, b, c] = await addThree();
    const { data, error } = await reorder([c, a, b]);
    expect(error).toBeNull();
    expect(data?.map(({ id, position }) => [id, position])).toEqual([
      [c, 0],
      [a, 1],
      [b, 2],
    ]);
    expect((await reorder([c, a, b])).error).toBeNull();
    expect(await order()).toEqual([
      [c, 0],
      [a, 1],
      [b, 2],
    ]);
  });

  it("of a product without pictures has nothing to do", async () => {
    expect(await reorder([])).toMatchObject({ data: [], error: null });
  });

  it("refuses a list that is not all of them, each once", async () => {
    const [a, b, c] = await addThree();
    const foreign = randomUUID();
    const before = await order();
    for (const ids of [[], [a], [a, b], [a, b, c, c], [a, b, b], [a, b, foreign], [a, b, c, foreign]]) {
      expect((await reorder(ids)).error, String(ids)).toMatchObject({ code: "PT400", hint: "invalid_media" });
    }
    const { productId: other } = await makeVariant(world.sql, boutique);
    expect((await reorder([a, b, c], manager.client, other)).error).toMatchObject({ hint: "invalid_media" });
    expect(await order()).toEqual(before);
  });

  it("is for who keeps the catalog of the boutique", async () => {
    const ids = await addThree();
    const rival = await world.asStaff((await makeBoutique(world.sql)).id, "owner");
    for (const person of [await world.asCustomer(), rival, await world.asStaff(boutique.id, "stylist")]) {
      expect((await reorder(ids, person.client)).error).toMatchObject({ code: "PT404", hint: "product_not_found" });
    }
    expect((await reorder(ids, world.asAnon())).error).toMatchObject({ code: "42501" });
  });

  it("called at once ends in one of the orders", async () => {
    const [a, b, c] = await addThree();
    const orders = [
      [a, b, c],
      [c, b, a],
      [b, c, a],
    ];
    const replies = await Promise.all([...orders, ...orders].map((ids) => reorder(ids)));
    expect(replies.map(({ error }) => error)).toEqual(replies.map(() => null));
    expect(orders.map(String)).toContain(String((await order()).map(([id]) => id)));
    expect((await order()).map(([, position]) => position)).toEqual([0, 1, 2]);
  });
});
