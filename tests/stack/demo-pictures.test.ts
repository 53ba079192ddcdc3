import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { processMedia } from "../../functions/_shared/jobs/process-media.ts";
import { DemoPictures } from "../../stack/demo-pictures.ts";
import { root } from "../../stack/paths.ts";
import { addPhoto, request, work } from "../helpers/tryons.ts";
import { World } from "../helpers/world.ts";

let world: World;
const failures: unknown[] = [];

beforeAll(async () => {
  world = await World.create();
  vi.stubGlobal("fetch", world.fetch);
  await world.sql.unsafe(await readFile(join(root, "supabase/seed.sql"), "utf8"));
  await draw();
  await work(world, {}, [processMedia]);
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await world?.close();
});

/** What a start does. */
const draw = () => new DemoPictures(world.apiUrl, world.keys.secret, (error) => failures.push(error)).drawn;

it("gives each demo product pictures that the worker takes, once", async () => {
  const pictures = () =>
    world.sql`
      select m.purpose, m.state, count(*)::int as number, count(distinct m.product_id)::int as products
      from public.product_media m group by m.purpose, m.state order by m.purpose`;
  const drawn = [
    { purpose: "gallery", state: "ready", number: 17, products: 12 },
    { purpose: "cutout", state: "ready", number: 9, products: 9 },
  ];
  expect([...(await pictures())]).toEqual(drawn);
  await draw();
  expect([...(await pictures())]).toEqual(drawn);
  expect(failures).toEqual([]);
});

it("lets a customer try the demo gowns on", async () => {
  const bride = await world.asCustomer("Selam");
  const { data: shown } = await bride.client.from("products").select("id, slug").eq("listed", true);
  const product_ids = shown?.map(({ id }) => id) ?? [];
  const { data: possible } = await bride.client.rpc("products_to_try_on", { product_ids });
  const slugs = shown?.filter(({ id }) => possible?.includes(id)).map(({ slug }) => slug);
  expect(slugs?.toSorted()).toEqual(
    ["ashdown", "celestine", "genet", "hartfield", "lalibela", "margaux", "odette", "solene", "timket"].toSorted(),
  );

  const photo = await addPhoto(bride);
  await work(world);
  const genet = shown?.find(({ slug }) => slug === "genet")?.id ?? "";
  const { data: asked, error } = await request(bride, photo, genet);
  expect(error).toBeNull();
  await work(world);
  const { data: look } = await bride.client
    .from("tryons")
    .select()
    .eq("id", asked?.id ?? "")
    .single();
  expect(look).toMatchObject({ state: "ready", failure: null });

  const files = bride.client.storage.from("tryon");
  const { data: original } = await bride.client.from("tryon_photos").select("storage_path").eq("id", photo).single();
  const lightness = async (path: string, [x, y]: readonly [number, number]) => {
    const { data } = await files.download(path);
    const picture = sharp(await (data ?? new Blob()).arrayBuffer());
    const { width, height } = await picture.metadata();
    const spot = { left: Math.round(x * width) - 4, top: Math.round(y * height) - 4, width: 8, height: 8 };
    const pixels = await picture.extract(spot).greyscale().raw().toBuffer();
    return pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
  };
  const change = async (spot: readonly [number, number]) =>
    (await lightness(look?.result_path ?? "", spot)) - (await lightness(original?.storage_path ?? "", spot));
  // White cloth over a blue shirt and dark legs; her face and the wall beside her are what they were.
  expect(await change([0.44, 0.4])).toBeGreaterThan(60);
  expect(await change([0.45, 0.75])).toBeGreaterThan(100);
  expect(Math.abs(await change([0.5, 0.19]))).toBeLessThan(5);
  expect(Math.abs(await change([0.05, 0.5]))).toBeLessThan(5);
});
