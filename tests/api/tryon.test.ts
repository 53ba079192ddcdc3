import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Json } from "../../functions/_shared/database.types.ts";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { eraseAccount } from "../../functions/_shared/jobs/erase-account.ts";
import { processMedia } from "../../functions/_shared/jobs/process-media.ts";
import { sweepMedia } from "../../functions/_shared/jobs/sweep-media.ts";
import { sweepTryons } from "../../functions/_shared/jobs/sweep-tryons.ts";
import { figurePoints, gownPoints } from "../helpers/figures.ts";
import { bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, utc, type VariantFixture } from "../helpers/fixtures.ts";
import { png } from "../helpers/png.ts";
import { runJob } from "../helpers/run-job.ts";
import { addCutout, addPhoto, filesOf, lookOf, photoOf, request, uploadPhoto, work } from "../helpers/tryons.ts";
import { type Person, World } from "../helpers/world.ts";

const { period } = utc;

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;
let gown: VariantFixture;
let manager: Person;
let bride: Person;

beforeAll(async () => {
  world = await World.create({ connections: 12 });
  boutique = await makeBoutique(world.sql, { timezone: "Etc/UTC" });
  salon = await makeSalon(world.sql, boutique);
  manager = await world.asStaff(boutique.id, "manager");
  gown = await makeVariant(world.sql, boutique, { garments: 1, name: "Genet" });
  await addCutout(world, manager, boutique, gown.productId);
});
afterAll(() => world.close());
beforeEach(async () => {
  bride = await world.asCustomer("Selam");
});

/** A photo that is ready, and a look of the gown on it. */
async function dressed(who = bride): Promise<{ photo: string; look: string }> {
  const photo = await addPhoto(who);
  await work(world);
  const { data, error } = await request(who, photo, gown.productId);
  if (error !== null) throw error;
  await work(world);
  return { photo, look: data.id };
}

describe("a customer", () => {
  it("uploads a photo, agrees, has a gown put onto it, is told, looks at it and deletes it", async () => {
    const { data: text } = await bride.client
      .from("tryon_consent_texts")
      .select("version, body_en, body_am")
      .order("version", { ascending: false })
      .limit(1)
      .single();
    expect(text?.body_en).toContain("30 days");
    const original = await sharp({ create: { width: 600, height: 400, channels: 3, background: "gray" } })
      .withExif({ IFD0: { Artist: "SECRET-PLACE" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const path = await uploadPhoto(bride, original);
    const { data: photo, error } = await bride.client.rpc("add_tryon_photo", {
      storage_path: path,
      consent_version: text?.version ?? 0,
    });
    expect(error).toBeNull();
    expect(photo).toMatchObject({ state: "pending", consent_version: 1, anchor_points: null, customer_id: bride.id });
    expect(Date.now() - Date.parse(photo?.consented_at ?? "")).toBeLessThan(60_000);
    expect(Date.parse(photo?.expires_at ?? "") - Date.now()).toBeLessThanOrEqual(30 * 86_400_000);
    await work(world);
    const id = photo?.id ?? "";
    expect(await photoOf(world, id)).toMatchObject({ state: "ready", width: 400, height: 600 });
    const { data: kept } = await bride.client.storage.from("tryon").download(path);
    const bytes = Buffer.from((await kept?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(bytes.includes("SECRET-PLACE")).toBe(false);
    const about = await sharp(bytes).metadata();
    expect(about).toMatchObject({ format: "jpeg", width: 400, height: 600 });
    expect([about.exif, about.icc, about.xmp, about.orientation]).toEqual([undefined, undefined, undefined, undefined]);

    expect((await request(bride, id, gown.productId)).error).toMatchObject({ code: "PT409", hint: "points_missing" });
    const marked = await bride.client
      .from("tryon_photos")
      .update({ anchor_points: { ...figurePoints } })
      .eq("id", id)
      .select("anchor_points");
    expect(marked.data).toEqual([{ anchor_points: figurePoints }]);
    const { data: look } = await request(bride, id, gown.productId);
    expect(look).toMatchObject({ state: "pending", expires_at: photo?.expires_at });
    await work(world);
    const { data: ready } = await bride.client
      .from("tryons")
      .select()
      .eq("id", look?.id ?? "")
      .single();
    expect(ready).toMatchObject({ state: "ready", result_path: `${bride.id}/looks/${look?.id}.jpg` });
    const { data: address } = await bride.client.storage.from("tryon").createSignedUrl(ready?.result_path ?? "", 60);
    const shown = await world.fetch(address?.signedUrl ?? "");
    const seen = await sharp(await shown.arrayBuffer()).metadata();
    expect(seen).toMatchObject({ format: "jpeg", width: 400, height: 600 });
    expect([seen.exif, seen.icc, seen.xmp]).toEqual([undefined, undefined, undefined]);

    const mails = await runJob(world, deliverNotification, {
      ...{ kind: "tryon_ready", subject_id: look?.id ?? "", occasion: "once" },
    });
    expect(mails).toMatchObject([{ to: bride.email, text: expect.stringContaining("Genet") }]);
    expect(JSON.stringify(mails)).not.toContain(ready?.result_path);
    const { data: told } = await bride.client.from("notifications").select("kind, data");
    expect(told).toMatchObject([{ kind: "tryon_ready", data: { tryon_id: look?.id } }]);

    expect((await bride.client.rpc("delete_tryon", { tryon_id: look?.id ?? "" })).error).toBeNull();
    await work(world);
    expect(await filesOf(world, bride)).toEqual([path]);
    expect((await bride.client.rpc("delete_tryon_photo", { photo_id: id })).error).toBeNull();
    await work(world);
    expect([await filesOf(world, bride), await photoOf(world, id)]).toEqual([[], undefined]);
    const again = await bride.client.rpc("delete_tryon_photo", { photo_id: id });
    expect(again.error).toMatchObject({ code: "PT404", hint: "photo_not_found" });
  });

  it("alone sees photo and look, whoever else asks", async () => {
    const { photo, look } = await dressed();
    const [first = "", second = ""] = await filesOf(world, bride);
    const others = [
      await world.asAdmin(),
      await world.asStaff(boutique.id, "owner"),
      manager,
      await world.asCustomer("Ruth"),
    ];
    for (const { client } of others) {
      for (const table of ["tryon_photos", "tryons"] as const) {
        expect((await client.from(table).select()).data).toEqual([]);
      }
      for (const path of [first, second]) {
        expect((await client.storage.from("tryon").download(path)).data).toBeNull();
        expect((await client.storage.from("tryon").createSignedUrl(path, 60)).data).toBeNull();
      }
      expect((await client.storage.from("tryon").list(bride.id)).data).toEqual([]);
      expect((await client.rpc("delete_tryon", { tryon_id: look })).error).toMatchObject({ hint: "tryon_not_found" });
      expect((await client.rpc("delete_tryon_photo", { photo_id: photo })).error).toMatchObject({ code: "PT404" });
      expect((await client.rpc("tryon_next_steps", { tryon_id: look })).error).toMatchObject({ code: "PT404" });
    }
    expect(await filesOf(world, bride)).toEqual([first, second]);
  });

  it("learns which sizes are free and when she may try them on for real", async () => {
    const { look } = await dressed();
    const steps = async (more: object = {}) => {
      const { data, error } = await bride.client.rpc("tryon_next_steps", { tryon_id: look, ...more });
      if (error !== null) throw error;
      return data as { product_id: string; sizes: object[]; fittings: { slots: { starts_at: string }[] }[] };
    };
    const { product_id, sizes, fittings } = await steps();
    expect(product_id).toBe(gown.productId);
    expect(sizes).toMatchObject([{ variant_id: gown.id, size: "38", free: 1, currency: "ETB" }]);
    expect(fittings).toMatchObject([{ location_id: boutique.locationId, service_id: salon.serviceId }]);
    const first = fittings[0]?.slots[0]?.starts_at ?? "";
    const { data: slots } = await bride.client.rpc("fitting_slots", {
      ...{ location_id: boutique.locationId, service_id: salon.serviceId, variant_ids: [gown.id] },
      ...{ from_date: first.slice(0, 10), to_date: first.slice(0, 10) },
    });
    expect(Date.parse(slots?.[0]?.starts_at ?? "")).toBe(Date.parse(first));
    await bookFitting(await world.asCustomer("Hanna"), boutique, salon, {
      startsAt: first,
      garmentIds: gown.garmentIds,
    });
    const later = (await steps({ variant_id: gown.id })).fittings[0]?.slots[0]?.starts_at ?? "";
    expect(Date.parse(later)).toBeGreaterThan(Date.parse(first));

    const other = await world.asCustomer("Ruth");
    await other.client.rpc("reserve_rental", { variant_id: gown.id, period: period(40, 41), idempotency_key: "one" });
    expect((await steps({ period: period(40, 41) })).sizes).toMatchObject([{ free: 0 }]);
    expect((await steps({ period: period(60, 61) })).sizes).toMatchObject([{ free: 1 }]);
    await expect(steps({ variant_id: randomUUID() })).rejects.toMatchObject({ hint: "variant_not_found" });
    await expect(steps({ period: "soon" })).rejects.toMatchObject({ hint: "invalid_period" });
    await expect(steps({ tryon_id: randomUUID() })).rejects.toMatchObject({ hint: "tryon_not_found" });
  });
});

describe("the consent", () => {
  const add = (storage_path: string, consent_version: number, more: object = {}) =>
    bride.client.rpc("add_tryon_photo", { storage_path, consent_version, ...more });

  it("is asked for in its newest text, and stays as it was for those who have agreed", async () => {
    const path = await uploadPhoto(bride);
    expect((await add(path, 0)).error).toMatchObject({
      ...{ code: "PT400", hint: "consent_required", details: '{"version": 1}' },
    });
    const admin = await world.asAdmin();
    const texts = { body_en: "We use another service now.", body_am: "አሁን ሌላ አገልግሎት እንጠቀማለን።" };
    expect((await bride.client.from("tryon_consent_texts").insert({ version: 2, ...texts })).error?.code).toBe("42501");
    expect((await admin.client.from("tryon_consent_texts").insert({ version: 2, ...texts })).error).toBeNull();
    try {
      expect((await add(path, 1)).error).toMatchObject({ details: '{"version": 2}' });
      expect((await add(path, 2)).data).toMatchObject({ consent_version: 2 });
      const change = await admin.client.from("tryon_consent_texts").update({ body_en: "Whatever" }).eq("version", 2);
      expect(change.error).toMatchObject({ code: "42501" });
    } finally {
      await world.sql`delete from public.tryon_photos where consent_version = 2`;
      await world.sql`delete from public.tryon_consent_texts where version = 2`;
    }
  });

  it("is withdrawn with one call, which deletes every photo, look and file at once", async () => {
    await dressed();
    await addPhoto(bride);
    await work(world);
    expect(await filesOf(world, bride)).toHaveLength(3);
    expect((await bride.client.rpc("withdraw_tryon_consent")).data).toBe(2);
    await work(world);
    expect(await filesOf(world, bride)).toEqual([]);
    expect((await bride.client.from("tryons").select()).data).toEqual([]);
    expect((await bride.client.rpc("withdraw_tryon_consent")).data).toBe(0);
  });

  it("and its withdrawal are in the audit log, without the photo and the gown", async () => {
    const { photo, look } = await dressed();
    await bride.client.rpc("delete_tryon_photo", { photo_id: photo });
    const log = await world.sql<{ action: string; row: Record<string, unknown> }[]>`
      select table_name || ' ' || action as action, coalesce(new, old) as row from public.audit_log
      where row_key ->> 'id' in (${photo}, ${look}) order by id`;
    expect(log.map(({ action }) => action)).toEqual([
      "tryon_photos insert",
      "tryon_photos update",
      "tryons insert",
      "tryons update",
      ...["tryon_photos delete", "tryons delete"].toSorted(),
    ]);
    expect(log[0]?.row).toMatchObject({ consent_version: 1, consented_at: expect.any(String), customer_id: bride.id });
    const text = JSON.stringify(log);
    expect(text).not.toContain(".jpg");
    expect(text).not.toContain(gown.productId);
    expect(text).not.toContain("shoulder");
  });

  it("is to a file of hers that is there", async () => {
    const path = await uploadPhoto(bride);
    await expect(uploadPhoto(bride, undefined, manager.id)).rejects.toMatchObject({ message: /row-level security/ });
    await expect(uploadPhoto(bride, undefined, `${bride.id}/looks`)).rejects.toMatchObject({
      message: /row-level security/,
    });
    const theirs = await uploadPhoto(manager);
    for (const wrong of [`${bride.id}/none.jpg`, theirs, `${bride.id}/looks/a.jpg`, "", `${bride.id}/../${theirs}`]) {
      expect((await add(wrong, 1)).error).toMatchObject({ code: "PT400", hint: "invalid_photo" });
    }
    const first = await add(path, 1);
    expect((await add(path, 1)).data?.id).toBe(first.data?.id);
  });

  it("keeps ten photos at most, however many are added at once", async () => {
    const paths = await Promise.all(Array.from({ length: 12 }, () => uploadPhoto(bride, new Uint8Array(9))));
    const answers = await Promise.all(paths.map((path) => add(path, 1)));
    expect(answers.filter(({ error }) => error === null)).toHaveLength(10);
    expect(answers.filter(({ error }) => error?.hint === "too_many_photos")).toHaveLength(2);
  });

  it("takes no marks that are none", async () => {
    const [path, id] = [await uploadPhoto(bride), await addPhoto(bride)];
    for (const change of [
      { left_waist: undefined },
      { hips: [0.5, 0.6] },
      { right_waist: [1.01, 0.5] },
      { left_waist: ["0.4", 0.5] },
      { left_waist: [0.4, 0.5, 0.6] },
      { left_shoulder: [0.63, 0.3], right_shoulder: [0.37, 0.3] },
      { left_waist: [0.4, 0.1], right_waist: [0.6, 0.1] },
      { left_waist: [0.5, 0.5], right_waist: [0.505, 0.5] },
    ]) {
      const anchor_points = { ...figurePoints, ...change } as Record<string, Json>;
      const refused = await add(path, 1, { anchor_points });
      expect(refused.error, JSON.stringify(change)).toMatchObject({ code: "PT400", hint: "invalid_points" });
      const { error } = await bride.client.from("tryon_photos").update({ anchor_points }).eq("id", id);
      expect(error, JSON.stringify(change)).toMatchObject({ code: "23514" });
    }
  });
});

describe("a photo that is refused", () => {
  const flat = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "gray" } })
      .png({ compressionLevel: 9 })
      .toBuffer();

  it.each([
    ["a text by the name of a photo", "not_an_image", async () => Buffer.from("<script>".repeat(50))],
    [
      "half a photo",
      "broken",
      async () =>
        (
          await sharp(await flat(500, 500))
            .jpeg()
            .toBuffer()
        ).subarray(0, 900),
    ],
    ["a bomb", "too_many_pixels", async () => png(50_000, 50_000, Buffer.alloc(1_000_000))],
    ["a thumbnail", "too_small", () => flat(900, 319)],
  ])("as it is %s leaves no file", async (_what, refusal, make) => {
    const id = await addPhoto(bride, await make());
    await work(world);
    expect(await photoOf(world, id)).toMatchObject({ state: "refused", refusal, width: null });
    expect(await filesOf(world, bride)).toEqual([]);
    const { error } = await request(bride, id, gown.productId);
    expect(error).toMatchObject({
      code: "PT409",
      hint: "photo_not_ready",
      message: expect.stringContaining("another"),
    });
  });
});

describe("a look", () => {
  it("is asked for with an idempotency key, once, however often and at once", async () => {
    const photo = await addPhoto(bride);
    await work(world);
    const all = await Promise.all(Array.from({ length: 6 }, () => request(bride, photo, gown.productId, "one")));
    expect(new Set(all.map(({ data }) => data?.id)).size).toBe(1);
    expect(await work(world)).toBe(1);
    const look = all[0]?.data?.id ?? "";
    const other = await makeVariant(world.sql, boutique);
    const reused = await request(bride, photo, other.productId, "one");
    expect(reused.error).toMatchObject({ code: "PT422", hint: "idempotency_key_reused" });
    expect((await request(bride, photo, gown.productId, "")).error).toMatchObject({ hint: "invalid_idempotency_key" });
    await bride.client.rpc("delete_tryon", { tryon_id: look });
    const gone = await request(bride, photo, gown.productId, "one");
    expect(gone.error).toMatchObject({ code: "PT410", hint: "tryon_deleted" });
  });

  it("is refused without a photo, a product on show or its cut-out", async () => {
    const photo = await addPhoto(bride);
    const asked = (product: string, id = photo, variant_id?: string) =>
      bride.client.rpc("request_tryon", {
        ...{ photo_id: id, product_id: product, idempotency_key: randomUUID() },
        ...(variant_id === undefined ? {} : { variant_id }),
      });
    expect((await asked(gown.productId)).error).toMatchObject({ code: "PT409", hint: "photo_not_ready" });
    await work(world);
    expect((await asked(gown.productId, randomUUID())).error).toMatchObject({ code: "PT404", hint: "photo_not_found" });
    expect((await asked(randomUUID())).error).toMatchObject({ code: "PT404", hint: "product_not_found" });
    const plain = await makeVariant(world.sql, boutique);
    expect((await asked(plain.productId)).error).toMatchObject({
      ...{ code: "PT409", hint: "no_cutout", message: expect.stringContaining("products_to_try_on") },
    });
    const { error } = await asked(gown.productId, photo, plain.id);
    expect(error).toMatchObject({ code: "PT404", hint: "variant_not_found" });
    expect((await asked(gown.productId, photo, gown.id)).data).toMatchObject({ variant_id: gown.id });
    const { data } = await world.asAnon().rpc("products_to_try_on", { product_ids: [gown.productId, plain.productId] });
    expect(data).toEqual([gown.productId]);
  });

  it("is made ten times in a day, however many are asked for at once, and what is deleted counts", async () => {
    const photo = await addPhoto(bride);
    await work(world);
    const all = await Promise.all(Array.from({ length: 14 }, () => request(bride, photo, gown.productId)));
    const made = all.flatMap(({ data }) => data?.id ?? []);
    expect(made).toHaveLength(10);
    const refused = all.filter(({ error }) => error !== null);
    for (const { status, error } of refused) {
      expect(status).toBe(429);
      expect(error).toMatchObject({ code: "PT429", hint: "too_many_requests", message: /Try again in 8\d{4} seconds/ });
    }
    await bride.client.rpc("delete_tryon", { tryon_id: made[0] ?? "" });
    const raw = await world.fetch("/rest/v1/rpc/request_tryon", {
      method: "POST",
      headers: {
        apikey: world.keys.publishable,
        authorization: `Bearer ${bride.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ photo_id: photo, product_id: gown.productId, idempotency_key: randomUUID() }),
    });
    expect(raw.status).toBe(429);
    expect(Number(raw.headers.get("retry-after"))).toBeGreaterThan(86_000);
    // What has failed through no fault of hers is given back; what was on the photo is not.
    await world.sql`select private.fail_tryon(${made[1] ?? ""}, 'content_refused')`;
    expect((await request(bride, photo, gown.productId)).status).toBe(429);
    await world.sql`select private.fail_tryon(${made[2] ?? ""}, 'provider_unavailable')`;
    expect((await request(bride, photo, gown.productId)).error).toBeNull();
    expect((await request(bride, photo, gown.productId)).status).toBe(429);
    await world.sql`update private.tryon_uses set created_at = created_at - interval '1 day' where customer_id = ${bride.id}`;
    expect((await request(bride, photo, gown.productId)).error).toBeNull();
    await bride.client.rpc("withdraw_tryon_consent");
  });
});

describe("a cut-out", () => {
  it("is one of a product, marked, transparent, and not among what the public sees", async () => {
    const product = (await makeVariant(world.sql, boutique)).productId;
    const id = await addCutout(world, manager, boutique, product);
    const [row] =
      await world.sql`select state, listed, renditions -> -1 ->> 'width' as width from public.product_media where id = ${id}`;
    expect(row).toMatchObject({ state: "ready", listed: false, width: "360" });
    await world.sql`update public.products set status = 'archived' where id = ${product}`;
    await world.sql`update public.products set status = 'published' where id = ${product}`;
    expect((await world.asAnon().from("product_media").select().eq("product_id", product)).data).toEqual([]);
    await expect(addCutout(world, manager, boutique, product)).rejects.toMatchObject({
      ...{ code: "23505", message: expect.stringContaining("one_cutout_of_a_product") },
    });
    const { data } = await manager.client.rpc("reorder_media", { product_id: product, media_ids: [] });
    expect(data).toEqual([]);
    const points = { ...gownPoints, left_waist: [0.3, 0.4] };
    const moved = await manager.client
      .from("product_media")
      .update({ anchor_points: points })
      .eq("id", id)
      .select("id");
    expect(moved.data).toEqual([{ id }]);
    const unmarked = {
      product_id: product,
      boutique_id: boutique.id,
      storage_path: `${boutique.id}/a.png`,
      alt: "Gown",
    };
    expect((await manager.client.from("product_media").insert({ ...unmarked, purpose: "cutout" })).error).toMatchObject(
      {
        message: expect.stringContaining("a_cutout_has_anchor_points"),
      },
    );
  });

  it("that hides what is behind it is refused, and another may take its place", async () => {
    const product = (await makeVariant(world.sql, boutique)).productId;
    const path = `${boutique.id}/${randomUUID()}.png`;
    const whole = await sharp({ create: { width: 400, height: 500, channels: 4, background: "white" } })
      .png()
      .toBuffer();
    const file = new Blob([new Uint8Array(whole)], { type: "image/png" });
    await manager.client.storage.from("product-media").upload(path, file, { contentType: "image/png" });
    const row = { product_id: product, boutique_id: boutique.id, storage_path: path, alt: "Gown" };
    const { data } = await manager.client
      .from("product_media")
      .insert({ ...row, purpose: "cutout", anchor_points: { ...gownPoints } })
      .select("id")
      .single();
    await runJob(world, processMedia, { media_id: data?.id ?? "" });
    const [seen] = await world.sql`select state, refusal from public.product_media where id = ${data?.id ?? ""}`;
    expect(seen).toEqual({ state: "refused", refusal: "not_transparent" });
    await addCutout(world, manager, boutique, product);
  });
});

describe("nothing is left", () => {
  it("of photos and looks after 30 days", async () => {
    const { photo, look } = await dressed();
    const { photo: fresh } = await dressed();
    const expire = (table: string, id: string) =>
      world.sql`update ${world.sql(table)} set created_at = created_at - interval '31 days', expires_at = created_at - interval '1 day' where id = ${id}`;
    await runJob(world, sweepTryons, {});
    expect(await filesOf(world, bride)).toHaveLength(4);
    await expire("tryon_photos", photo);
    await runJob(world, sweepTryons, {});
    await work(world);
    expect([await photoOf(world, photo), await lookOf(world, look)]).toEqual([undefined, undefined]);
    expect(await filesOf(world, bride)).toHaveLength(2);
    await expire("tryon_photos", fresh);
    await runJob(world, sweepTryons, {});
    await work(world);
    expect(await filesOf(world, bride)).toEqual([]);
    await expect(
      world.sql`insert into public.tryon_photos ${world.sql({
        ...{ customer_id: bride.id, storage_path: `${bride.id}/x.jpg`, consent_version: 1 },
        expires_at: new Date(Date.now() + 31 * 86_400_000),
      })}`,
    ).rejects.toMatchObject({ constraint_name: "photo_is_kept_for_30_days_at_most" });
  });

  it("of files that no row speaks of, a day later", async () => {
    const { photo } = await dressed();
    const orphan = await uploadPhoto(bride);
    await uploadPhoto(bride);
    await world.sql`
      update storage.objects set created_at = now() - interval '2 days', updated_at = now() - interval '2 days'
      where bucket_id = 'tryon' and (name = ${orphan} or name = (select storage_path from public.tryon_photos where id = ${photo}))`;
    await runJob(world, sweepMedia, {});
    const left = await filesOf(world, bride);
    expect(left).toHaveLength(3);
    expect(left).not.toContain(orphan);
  });

  it("of an account that goes; its export has it until then", async () => {
    const { photo, look } = await dressed();
    const [row] = await world.sql<{ data: { tables: Record<string, { id?: string; tryon_id?: string }[]> } }[]>`
      select private.exported_data(${bride.id}) as data`;
    expect(row?.data.tables["tryon_photos"]).toMatchObject([{ id: photo, consent_version: 1 }]);
    expect(row?.data.tables["tryons"]).toMatchObject([{ id: look }]);
    expect(row?.data.tables["tryon_uses"]).toMatchObject([{ tryon_id: look }]);
    const files = await world.sql`select name from private.personal_files(${bride.id}) where bucket_id = 'tryon'`;
    expect(files).toHaveLength(2);
    await bride.client.rpc("delete_account");
    await world.sql`update public.account_deletions set due_at = now() where user_id = ${bride.id}`;
    await runJob(world, eraseAccount, { user_id: bride.id });
    expect(await filesOf(world, bride)).toEqual([]);
    expect([await photoOf(world, photo), await lookOf(world, look)]).toEqual([undefined, undefined]);
    expect(await world.sql`select from private.tryon_uses where customer_id = ${bride.id}`).toHaveLength(0);
    // The jobs that the rows have left find nothing to do.
    await work(world);
  });
});
