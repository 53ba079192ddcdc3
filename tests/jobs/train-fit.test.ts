import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { predict } from "../../functions/_shared/fit/additive.ts";
import { bodyIndexOf } from "../../functions/_shared/fit/body-index.ts";
import { FEATURES, featuresOf, type History } from "../../functions/_shared/fit/features.ts";
import { bustCm } from "../../functions/_shared/fit/measures.ts";
import { KINDS, keysOf, Observations } from "../../functions/_shared/fit/observations.ts";
import { readWearings, storeModel } from "../../functions/_shared/fit/store.ts";
import { train } from "../../functions/_shared/fit/train.ts";
import { trainFit } from "../../functions/_shared/jobs/train-fit.ts";
import { makeSalon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, makeBoutique } from "../helpers/fixtures.ts";
import { attendedFitting } from "../helpers/reviews.ts";
import { runJob } from "../helpers/run-job.ts";
import { type Gown, makeGown, recordWearings, SIZES, seeded, weightOf } from "../helpers/wearings.ts";
import { World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let honest: Gown;
let small: Gown;
let unknown: Gown;

interface Training {
  readonly state: string;
  readonly reason: string | null;
  readonly rows_read: string;
  readonly skill: number | null;
  readonly progress: number;
}

interface Advice {
  readonly basis: string;
  readonly confidence: string;
  readonly recommended: string | null;
  readonly sizes: readonly {
    readonly size: string;
    readonly small: number | null;
    readonly true: number | null;
    readonly large: number | null;
    readonly recommended: boolean;
    readonly variants: readonly {
      readonly variant_id: string;
      readonly in_stock: boolean;
      readonly for_rent: boolean;
    }[];
  }[];
}

beforeAll(async () => {
  world = await World.create();
  boutique = await makeBoutique(world.sql);
  honest = await makeGown(world.sql, boutique, "honest");
  small = await makeGown(world.sql, boutique, "small");
  unknown = await makeGown(world.sql, boutique, "unknown");
  await recordWearings(world.sql, boutique, honest, { count: 900, shift: 0, noise: 0.1, seed: 1 });
  await recordWearings(world.sql, boutique, small, { count: 900, shift: 1, noise: 0.1, seed: 2 });
  await recordWearings(world.sql, boutique, unknown, { count: 3, shift: 0, seed: 3 });
  await runJob(world, trainFit, {});
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.sql`delete from private.rate_limits`;
});

const trainings = () =>
  world.sql<Training[]>`select state, reason, rows_read, skill, progress from public.fit_trainings order by id`;

async function advise(gown: Gown, measurements: object | null, client = world.asAnon()): Promise<Advice> {
  const { data, error } = await client.rpc("recommend_size", {
    product_id: gown.productId,
    measurements: measurements as never,
  });
  if (error !== null) throw error;
  return data as unknown as Advice;
}

describe("advice from a model", () => {
  it("is the usual size, and a size up where a gown runs small", async () => {
    for (const size of ["36", "38", "40", "42"]) {
      const body = { weight_kg: weightOf(size), height_cm: 170 };
      expect(await advise(honest, body)).toMatchObject({ basis: "model", confidence: "good", recommended: size });
      expect((await advise(small, body)).recommended).toBe(String(Number(size) + 2));
    }
  });

  it("says how each size would fall, and which pieces there are", async () => {
    const { sizes } = await advise(small, { weight_kg: weightOf("40") });
    expect(sizes.map(({ size }) => size)).toEqual([...SIZES]);
    const at = (size: string) => sizes.find((row) => row.size === size);
    expect(at("40")?.small).toBeGreaterThan(0.5);
    expect(at("42")?.true).toBeGreaterThan(0.5);
    expect(at("42")).toMatchObject({
      recommended: true,
      variants: [{ variant_id: small.variantIds["42"], in_stock: false, for_rent: true }],
    });
    for (const row of sizes.filter((one) => one.small !== null)) {
      expect((row.small ?? 0) + (row.true ?? 0) + (row.large ?? 0)).toBeCloseTo(1, 3);
    }
  });

  it("invents nothing where it knows nothing", async () => {
    const nothing = { basis: "none", confidence: "not_enough_data", recommended: null };
    for (const answer of [
      await advise(unknown, { weight_kg: 60 }),
      await advise(honest, null),
      await advise(honest, { height_cm: 170, age: 30 }),
      // None of the wearings that it has learned from says a waist.
      await advise(honest, { waist_cm: 70 }),
    ]) {
      expect(answer).toMatchObject(nothing);
      expect(answer.sizes).toHaveLength(SIZES.length);
      expect(answer.sizes.every((row) => row.small === null && row.true === null && row.large === null)).toBe(true);
    }
    // Nobody who weighs so much has worn the smallest size.
    const heavy = await advise(honest, { weight_kg: 150 });
    expect(heavy.sizes[0]).toMatchObject({ size: "34", true: null });
  });

  it("knows what a customer has stored and has said before", async () => {
    const bride = await world.asCustomer("Selam");
    await bride.client
      .from("measurements")
      .insert({ customer_id: bride.id, weight_kg: weightOf("38"), height_cm: 170 });
    expect((await advise(honest, null, bride.client)).recommended).toBe("38");
    const salon = await makeSalon(world.sql, boutique);
    const [garment] = await world.sql<{ id: string }[]>`
      select id from public.garments where variant_id = ${honest.variantIds["42"] ?? ""}`;
    const fitting = await attendedFitting(world.sql, boutique, salon, bride.id, [garment?.id ?? ""]);
    const review = {
      kind: "fitted",
      subject_id: fitting,
      product_id: honest.productId,
      rating: 5,
      fit: "true",
    } as const;
    const written = await bride.client.rpc("write_review", review);
    expect(written.error).toBeNull();
    const { data } = await bride.client.from("measurements").delete().eq("customer_id", bride.id).select();
    expect(data).toHaveLength(1);
    expect(await advise(honest, null, bride.client)).toMatchObject({ basis: "model", recommended: "42" });
  });
});

describe("fit.train", () => {
  it("tells what it has read and what it is worth", async () => {
    const [training] = await trainings();
    expect(training).toMatchObject({ state: "used", rows_read: "1803", progress: 1, reason: null });
    expect(training?.skill).toBeGreaterThan(0.3);
  });

  it("gives the same chances in SQL as in TypeScript", async () => {
    const observations = new Observations();
    await readWearings(world.sql, observations);
    const model = await train(observations, observations.inOrder(), async () => undefined);
    await world.sql
      .begin(async (sql) => {
        await sql`update public.fit_trainings set state = 'failed', reason = 'test', finished_at = now() where state = 'running'`;
        const [started] = await sql<{ id: string }[]>`insert into public.fit_trainings default values returning id`;
        const id = started?.id ?? "";
        await storeModel(sql as never, id, model, observations);
        const random = seeded(7);
        for (let n = 0; n < 60; n += 1) {
          const gown = [honest, small, unknown][n % 3] ?? honest;
          const body = Array.from({ length: 6 }, (_, m) =>
            random() < 0.3 ? Number.NaN : ([120, 30, 60, 50, 60, 15][m] ?? 0) + 90 * random(),
          );
          const history: History | undefined =
            random() < 0.5
              ? undefined
              : { count: 2, lean: random() - 0.5, known: n % 2, gap: random() - 0.5, place: 2 * random() };
          const rows = await sql<{ size: string; small: number; fits: number; large: number }[]>`
            select s.* from private.fit_models m,
              private.fit_scores(m, ${gown.productId}, null, private.fit_product_shares(m.training_id, ${gown.productId}, null), ${[...SIZES]}, ${body.map((value) => (Number.isNaN(value) ? null : value))}::float8[],
                ${history === undefined ? null : [history.count, history.lean, history.known, history.gap, history.place]}::float8[]) s
            where m.training_id = ${id}`;
          expect(rows).toHaveLength(SIZES.length);
          for (const row of rows) {
            const keys = keysOf(gown.productId, null, row.size).map(
              (key, kind) => observations.names[kind]?.of(key) ?? 0,
            );
            const values = new Float64Array(FEATURES.length);
            featuresOf(
              {
                rates: KINDS.map((_, kind) => model.rates.read(kind, keys[kind] ?? 0)),
                ...{
                  place: model.places[keys[1] ?? 0] ?? Number.NaN,
                  index: bodyIndexOf(model.index, body),
                  body,
                  history,
                },
              },
              values,
            );
            const [s, t, l] = predict(model.additive, values);
            expect(Math.max(Math.abs(row.small - s), Math.abs(row.fits - t), Math.abs(row.large - l))).toBeLessThan(
              1e-9,
            );
          }
        }
        throw new Error("undo");
      })
      .catch((error: Error) => expect(error.message).toBe("undo"));
  });

  it.each(["34b", "32AA", " 36ddd/e", "38d+", "b34", "34", "134b", "34z", ""])(
    "reads the bust %j alike",
    async (text) => {
      const [row] = await world.sql<{ cm: number | null }[]>`select private.bust_cm(${text}) as cm`;
      const cm = bustCm(text);
      expect(row?.cm?.toFixed(9)).toBe(Number.isNaN(cm) ? undefined : cm.toFixed(9));
    },
  );

  it("stays with the model in use when a new one is worse", async () => {
    const other = await makeGown(world.sql, boutique, "random");
    await world.sql`update private.fit_records set worn_on = worn_on - 1000`;
    await recordWearings(world.sql, boutique, other, { count: 1_500, shift: 0, noise: 1, seed: 9 });
    await runJob(world, trainFit, {});
    const all = await trainings();
    expect(all.map(({ state }) => state)).toEqual(["used", "refused"]);
    expect(all[1]?.reason).toMatch(/no more than the shares|below that of the model in use/);
    const [alert] =
      await world.sql`select subject from private.alerts where kind = 'fit.model_refused' and resolved_at is null`;
    expect(alert).toBeDefined();
    const [kept] =
      await world.sql`select count(*)::int as models, (select count(*)::int from private.fit_rates r join public.fit_trainings t on t.id = r.training_id where t.state = 'refused') as rest from private.fit_models`;
    expect(kept).toEqual({ models: 1, rest: 0 });
    await world.sql`delete from private.fit_records where variant_id = any (${Object.values(other.variantIds)})`;
    await world.sql`update private.fit_records set worn_on = worn_on + 1000`;
  });

  it("leaves the model in use when it dies, and takes over the next time", async () => {
    const before = await advise(small, { weight_kg: 60 });
    let writes = 0;
    const sql = new Proxy(world.sql, {
      apply(target, self, args: [TemplateStringsArray, ...unknown[]]) {
        if (String(args[0]).includes("insert into private.fit_rates") && ++writes === 3) throw new Error("killed");
        return Reflect.apply(target, self, args);
      },
    });
    await expect(runJob(world, trainFit, {}, { sql })).rejects.toThrow("killed");
    expect((await trainings()).at(-1)).toMatchObject({ state: "running" });
    expect(await advise(small, { weight_kg: 60 })).toEqual(before);
    await runJob(world, trainFit, {});
    expect((await trainings()).slice(-2).map(({ state }) => state)).toEqual(["failed", "used"]);
    const [rest] = await world.sql`select count(*)::int as models from private.fit_models`;
    expect(rest).toEqual({ models: 1 });
  });

  it("gives way to a training that began later", async () => {
    let isFirst = true;
    const sql = new Proxy(world.sql, {
      apply(target, self, args: [TemplateStringsArray, ...unknown[]]) {
        if (isFirst && String(args[0]).includes("insert into private.fit_models")) {
          isFirst = false;
          return Reflect.apply(target, self, args).then(() => world.sql`select private.start_fit_training()`);
        }
        return Reflect.apply(target, self, args);
      },
    });
    await runJob(world, trainFit, {}, { sql }).catch(() => undefined);
    expect((await trainings()).slice(-2).map(({ state }) => state)).toEqual(["failed", "running"]);
    expect((await advise(small, { weight_kg: 60 })).basis).toBe("model");
  });

  it("learns from published reviews, and from no others", async () => {
    const read = async () => {
      const observations = new Observations();
      await readWearings(world.sql, observations);
      return observations.length;
    };
    const before = await read();
    const [review] = await world.sql<{ id: string }[]>`select id from public.reviews where fit is not null`;
    const admin = await world.asAdmin();
    expect((await admin.client.rpc("hide_review", { review_id: review?.id ?? "", reason: "Spam" })).error).toBeNull();
    expect(await read()).toBe(before - 1);
    await admin.client.rpc("show_review", { review_id: review?.id ?? "" });
    expect(await read()).toBe(before);
  });

  it("refuses to learn from almost nothing", async () => {
    await world.sql`delete from private.fit_records`;
    await runJob(world, trainFit, {});
    expect((await trainings()).at(-1)).toMatchObject({
      state: "refused",
      reason: "There are too few wearings to learn from.",
    });
  });
});
