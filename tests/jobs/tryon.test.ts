import type { JobWithMetadata } from "pg-boss";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import type { UprightPicture } from "../../functions/_shared/jobs/pictures.ts";
import type { JobContext } from "../../functions/_shared/jobs/queue.ts";
import { renderTryon } from "../../functions/_shared/jobs/render-tryon.ts";
import { sweepTryons } from "../../functions/_shared/jobs/sweep-tryons.ts";
import { sharpPictures } from "../../worker/sharp-pictures.ts";
import { FashnServer } from "../helpers/fashn-server.ts";
import { dotted, figure, figurePoints, gownPoints, type Marks } from "../helpers/figures.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { jobContext, runJob } from "../helpers/run-job.ts";
import { addCutout, addPhoto, filesOf, lookOf, request, work } from "../helpers/tryons.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let fashn: FashnServer;
let boutique: BoutiqueFixture;
let manager: Person;
let product: string;
let cutout: string;
let bride: Person;
let photo: string;
let look: string;

beforeAll(async () => {
  world = await World.create();
  fashn = await FashnServer.open();
  boutique = await makeBoutique(world.sql);
  manager = await world.asStaff(boutique.id, "manager");
  product = (await makeVariant(world.sql, boutique)).productId;
  cutout = await addCutout(world, manager, boutique, product);
  bride = await world.asCustomer("Selam");
  photo = await addPhoto(bride);
  await work(world);
});
beforeEach(async () => {
  await world.sql`delete from public.tryons`;
  await world.sql`delete from private.tryon_uses`;
  await work(world);
});
afterAll(async () => {
  await fashn.close();
  await world.close();
});

/** A look is asked for, and nobody has worked on it. */
async function ask(): Promise<void> {
  const { data, error } = await request(bride, photo, product);
  if (error !== null) throw error;
  look = data.id;
}
const render = (other: Partial<JobContext> = {}, retryCount = 0) =>
  renderTryon.run({ tryon_id: look }, jobContext(world, other), { retryCount } as JobWithMetadata<unknown>);
const row = () => lookOf(world, look);
const uses = () => world.sql`select from private.tryon_uses where tryon_id = ${look}`;

describe("the local renderer", () => {
  const red = (picture: UprightPicture, [x, y]: [number, number]) => centreOfRed(picture, x, y);
  const photoOf = async (width: number, height: number) => {
    const gray = sharp({ create: { width, height, channels: 3, background: "#808890" } });
    return { bytes: new Uint8Array(await gray.jpeg({ quality: 95 }).toBuffer()), width, height };
  };

  it.each<[string, Marks, number, number]>([
    ["stands straight", figurePoints, 720, 960],
    [
      "leans",
      { left_shoulder: [0.3, 0.34], right_shoulder: [0.58, 0.26], left_waist: [0.4, 0.56], right_waist: [0.58, 0.52] },
      800,
      1000,
    ],
    [
      "is small and broad",
      { left_shoulder: [0.42, 0.4], right_shoulder: [0.6, 0.41], left_waist: [0.43, 0.5], right_waist: [0.6, 0.5] },
      1440,
      1080,
    ],
    [
      "is wider at the waist",
      { left_shoulder: [0.4, 0.3], right_shoulder: [0.6, 0.3], left_waist: [0.32, 0.5], right_waist: [0.66, 0.52] },
      700,
      1400,
    ],
  ])("lays shoulders and waist on those of who %s, to two pixels", async (_who, points, width, height) => {
    const cloth = new Uint8Array(await dotted(gownPoints));
    const photo = await photoOf(width, height);
    const picture = await sharpPictures.dress({ bytes: photo.bytes, points }, { bytes: cloth, points: gownPoints });
    expect([picture.width, picture.height]).toEqual([width, height]);
    for (const [x, y] of Object.values(points)) {
      const centre = await red(picture, [x * width, y * height]);
      expect(Math.hypot(centre.x - x * width, centre.y - y * height)).toBeLessThan(2);
    }
  });

  it("leaves the photo as it is beyond gown and shadow", async () => {
    const original = await figure(720, 960);
    const cloth = await dotted(gownPoints);
    const picture = await sharpPictures.dress(
      { bytes: new Uint8Array(original), points: figurePoints },
      { bytes: new Uint8Array(cloth), points: gownPoints },
    );
    const [before, after] = await Promise.all([pixels(original), pixels(picture.bytes)]);
    // The cloth spans 60 to 540 of 600 pixels, of which the shoulders are 180, and those of the figure 187 of 720.
    const [from, until, top] = [360 - 260, 360 + 260, 288 - 70];
    let changed = 0;
    let covered = 0;
    for (let y = 0; y < 960; y += 1) {
      for (let x = 0; x < 720; x += 1) {
        const difference = Math.abs((before[(y * 720 + x) * 3] ?? 0) - (after[(y * 720 + x) * 3] ?? 0));
        if (y < top || x < from || x > until) changed = Math.max(changed, difference);
        else covered += difference > 30 ? 1 : 0;
      }
    }
    expect(changed).toBeLessThan(16);
    expect(covered).toBeGreaterThan(100_000);
  });

  it("makes the look once, whoever runs the job again", async () => {
    await ask();
    // Two uploads of one file may meet: the attempt that fails is made again.
    await Promise.allSettled([render(), render()]);
    await render();
    const ready = await row();
    expect(ready).toMatchObject({ state: "ready", run_started_at: null, provider_run: null });
    await render();
    expect(await row()).toEqual(ready);
    expect(await filesOf(world, bride)).toHaveLength(2);
  });

  it("leaves no file when the look is deleted meanwhile", async () => {
    await ask();
    const { tryon } = jobContext(world);
    const slow = {
      ...tryon,
      start: async (input: Parameters<typeof tryon.start>[0]) => {
        const progress = await tryon.start(input);
        await bride.client.rpc("delete_tryon", { tryon_id: look });
        await work(world);
        return progress;
      },
    };
    await render({ tryon: slow });
    expect(await row()).toBeUndefined();
    expect((await filesOf(world, bride)).filter((path) => path.includes("/looks/"))).toEqual([]);
  });

  it("says so when the cut-out is gone, or the worker cannot see pictures", async () => {
    await ask();
    await expect(
      render({ tryon: { ...jobContext(world).tryon, start: () => Promise.reject(new Error("ill")) } }),
    ).rejects.toThrow("ill");
    expect(await row()).toMatchObject({ state: "pending" });
    await manager.client.from("product_media").delete().eq("id", cutout);
    await render();
    expect(await row()).toMatchObject({ state: "failed", failure: "no_cutout" });
    expect(await uses()).toHaveLength(0);
    cutout = await addCutout(world, manager, boutique, product);
  });

  it("gives up after its last attempt, and she is told what to do", async () => {
    await ask();
    const ill = { ...jobContext(world).tryon, start: () => Promise.reject(new Error("ill")) };
    await expect(render({ tryon: ill }, renderTryon.retryLimit)).rejects.toThrow("ill");
    expect(await row()).toMatchObject({ state: "failed", failure: "provider_unavailable" });
    const told = { kind: "tryon_failed", subject_id: look, occasion: "once" };
    const jobs =
      await world.sql`select from pgboss.job where name = 'notify.deliver' and data ->> 'subject_id' = ${look}`;
    expect(jobs).toHaveLength(1);
    expect(await runJob(world, deliverNotification, told)).toMatchObject([
      { to: bride.email, text: expect.stringContaining("not counted") },
    ]);
    expect(await runJob(world, deliverNotification, told)).toEqual([]);
  });

  it("does not wait for ever for a job that has died", async () => {
    await ask();
    await world.sql`update public.tryons set created_at = now() - interval '3 hours', expires_at = now() + interval '1 day' where id = ${look}`;
    await runJob(world, sweepTryons, {});
    expect(await row()).toMatchObject({ state: "failed", failure: "timed_out" });
  });
});

describe("FASHN", () => {
  const provider = () => ({ tryon: fashn.provider(sharpPictures) });
  const uri = (bytes: Uint8Array) => `data:image/jpeg;base64,${Buffer.from(bytes).toString("base64")}`;
  const enqueued = () =>
    world.sql`select from pgboss.job where name = 'tryon.render' and data ->> 'tryon_id' = ${look} and start_after > now()`;

  beforeEach(async () => {
    Object.assign(fashn.server, { fault: "none", only: undefined });
    fashn.inputs.length = 0;
    await ask();
  });

  it("is asked once, and then how far it is, until the look is there", async () => {
    await render(provider());
    const [run] = [...fashn.runs.keys()].slice(-1);
    expect(await row()).toMatchObject({ state: "pending", provider_run: run });
    expect(await enqueued()).toHaveLength(1);
    const [input] = fashn.inputs;
    expect(input).toMatchObject({ return_base64: true, output_format: "jpeg" });
    const sent = await sharp(Buffer.from(String(input?.["model_image"]).split(",")[1] ?? "", "base64")).metadata();
    expect(sent).toMatchObject({ format: "jpeg", width: 360, height: 480 });
    expect(String(input?.["garment_image"])).toMatch(/^data:image\/webp;base64,/);

    await render(provider());
    expect(await row()).toMatchObject({ state: "pending" });
    const made = await sharp(await figure(400, 600))
      .withExif({ IFD0: { Artist: "SECRET" } })
      .png()
      .toBuffer();
    fashn.complete(uri(made));
    await render(provider());
    expect(await row()).toMatchObject({ state: "ready" });
    expect(fashn.inputs).toHaveLength(1);
    const { data } = await bride.client.storage.from("tryon").download(`${bride.id}/looks/${look}.jpg`);
    const { exif, format, width } = await sharp(await (data ?? new Blob()).arrayBuffer()).metadata();
    expect({ exif, format, width }).toEqual({ exif: undefined, format: "jpeg", width: 400 });
  });

  it.each([429, 500, 503] as const)("that answers %s is asked again later", async (status) => {
    fashn.server.fault = status;
    await expect(render(provider())).rejects.toThrow(String(status));
    expect(await row()).toMatchObject({ state: "pending", run_started_at: null });
    fashn.server.fault = "none";
    await render(provider());
    fashn.server.fault = status;
    await expect(render(provider())).rejects.toThrow(String(status));
    fashn.server.fault = "none";
    fashn.complete(uri(await figure(400, 600)));
    await render(provider());
    expect(await row()).toMatchObject({ state: "ready" });
    expect(fashn.inputs).toHaveLength(1);
  });

  it("that stays away fails the look in the end, which is not counted", async () => {
    fashn.server.fault = 503;
    expect(await uses()).toHaveLength(1);
    await expect(render(provider(), renderTryon.retryLimit)).rejects.toThrow("503");
    expect(await row()).toMatchObject({ state: "failed", failure: "provider_unavailable" });
    expect(await uses()).toHaveLength(0);
  });

  it("that cannot be reached has begun nothing, and a key that is wrong neither", async () => {
    const gone = await FashnServer.open();
    const unreachable = gone.provider(sharpPictures);
    await gone.close();
    await expect(render({ tryon: unreachable })).rejects.toThrow("cannot be reached");
    await expect(render({ tryon: fashn.provider(sharpPictures, "fa-wrong") })).rejects.toThrow("401");
    expect(await row()).toMatchObject({ state: "pending", run_started_at: null });
  });

  it.each(["lost", "down", "wrong_json", "wrong_form"] as const)(
    "that may have begun (%s) is not asked again: nothing is paid twice",
    async (fault) => {
      fashn.server.fault = fault;
      const asked = fashn.server.requests.length;
      await render(provider());
      expect(await row()).toMatchObject({ state: "failed", failure: "interrupted" });
      fashn.server.fault = "none";
      await render(provider());
      expect(fashn.server.requests.length).toBe(asked + 1);
      expect(await uses()).toHaveLength(0);
    },
  );

  it("is not asked twice when a worker dies while it asks", async () => {
    await world.sql`update public.tryons set run_started_at = now() where id = ${look}`;
    await expect(render(provider())).rejects.toThrow("Another attempt");
    await world.sql`update public.tryons set run_started_at = now() - interval '3 minutes' where id = ${look}`;
    await render(provider());
    expect(await row()).toMatchObject({ state: "failed", failure: "interrupted" });
    expect(fashn.inputs).toHaveLength(0);
  });

  it("is asked once by two workers at once", async () => {
    const outcomes = await Promise.allSettled([render(provider()), render(provider())]);
    expect(outcomes.filter(({ status }) => status === "rejected").length).toBeLessThanOrEqual(1);
    expect(fashn.inputs).toHaveLength(1);
    expect(await row()).toMatchObject({ state: "pending", provider_run: expect.any(String) });
  });

  it.each([
    ["ContentModerationError", "content_refused", 1],
    ["PoseError", "photo_unsuitable", 0],
    ["PipelineError", "provider_unavailable", 0],
  ])("that says %s fails the look with %s", async (name, failure, counted) => {
    await render(provider());
    fashn.fail(name);
    await render(provider());
    expect(await row()).toMatchObject({ state: "failed", failure });
    expect(await uses()).toHaveLength(counted);
    const told = { kind: "tryon_failed", subject_id: look, occasion: "once" };
    expect(await runJob(world, deliverNotification, told)).toHaveLength(1);
  });

  it("that takes too long, or forgets the run, fails the look", async () => {
    await render(provider());
    const run = (await row())?.["provider_run"];
    await world.sql`update public.tryons set run_started_at = now() - interval '11 minutes' where id = ${look}`;
    await render(provider());
    expect(await row()).toMatchObject({ state: "failed", failure: "timed_out", provider_run: run });
    await ask();
    await render(provider());
    fashn.runs.clear();
    await render(provider());
    expect(await row()).toMatchObject({ state: "failed", failure: "timed_out" });
  });

  it("may name an address, which is read within bounds, and none inside of the network", async () => {
    await render(provider());
    fashn.complete("http://169.254.169.254/latest/meta-data");
    await expect(render(provider())).rejects.toThrow(/https|not public/);
    fashn.complete("https://localhost/out.png");
    await expect(render(provider())).rejects.toThrow("not public");
    const served = new Map<string, Buffer>([["/picture", await figure(400, 600)]]);
    fashn.serve = (path) => served.get(path);
    fashn.complete(`${fashn.server.url}/none`);
    await expect(render(provider())).rejects.toThrow("404");
    served.set("/large", Buffer.alloc(21 * 1024 * 1024));
    fashn.complete(`${fashn.server.url}/large`);
    await expect(render(provider())).rejects.toThrow("longer than");
    fashn.complete(`${fashn.server.url}/picture`);
    await render(provider());
    expect(await row()).toMatchObject({ state: "ready" });
    // The key is for the service alone.
    const asked = fashn.server.requests.filter(({ path }) => path === "/picture");
    expect(asked.map(({ headers }) => headers["authorization"])).toEqual([undefined]);
  });

  it("that gives what is no picture fails the look, and nothing of it is kept", async () => {
    await render(provider());
    fashn.complete(uri(Buffer.from("<svg>".repeat(20))));
    await render(provider());
    expect(await row()).toMatchObject({ state: "failed", failure: "provider_unavailable" });
    expect(await filesOf(world, bride)).toHaveLength(1);
  });

  it("is not asked by another provider for a run of its own", async () => {
    await render(provider());
    await render();
    expect(await row()).toMatchObject({ state: "failed", failure: "interrupted" });
  });
});

const pixels = (bytes: Uint8Array) => sharp(bytes).removeAlpha().raw().toBuffer();

/** The middle of what is red within 40 pixels of a place. */
async function centreOfRed(picture: UprightPicture, x: number, y: number): Promise<{ x: number; y: number }> {
  const data = await pixels(picture.bytes);
  let [sumX, sumY, count] = [0, 0, 0];
  for (let row = Math.max(0, Math.round(y) - 40); row < Math.min(picture.height, y + 40); row += 1) {
    for (let column = Math.max(0, Math.round(x) - 40); column < Math.min(picture.width, x + 40); column += 1) {
      const at = (row * picture.width + column) * 3;
      if ((data[at] ?? 0) < 180 || (data[at + 1] ?? 0) > 110) continue;
      sumX += column + 0.5;
      sumY += row + 0.5;
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(20);
  return { x: sumX / count, y: sumY / count };
}
