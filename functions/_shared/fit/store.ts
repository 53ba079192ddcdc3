import type { Sql } from "postgres";
import { KINDS, type Observations, type Wearing } from "./observations.ts";
import type { FitModel } from "./train.ts";

/** Rows that are read or written at a time. */
const PAGE = 5_000;
const FIRST = "00000000-0000-0000-0000-000000000000";

interface Row extends Omit<Wearing, "product" | "category" | "size" | "body"> {
  readonly id: string;
  readonly product_id: string;
  readonly category_id: string | null;
  readonly size: string | null;
  readonly body: readonly (number | null)[];
}

/**
 * Reads all wearings, page after page by their keys: no transaction is open for long, and no more than a page is held beside
 * the columns.
 */
export async function readWearings(
  sql: Sql,
  into: Observations,
  onPage: (rows: number) => Promise<void> = async () => undefined,
): Promise<void> {
  for (const source of ["private.recorded_wearings", "private.reviewed_wearings"]) {
    for (let after: string | undefined = FIRST; after !== undefined; ) {
      const rows: readonly Row[] = await sql<Row[]>`select * from ${sql.unsafe(source)}(${after}, ${PAGE})`;
      for (const row of rows) {
        if (row.size === null) continue;
        into.add({
          ...{ person: row.person, product: row.product_id, category: row.category_id, size: row.size },
          ...{ fit: row.fit, day: row.day, body: row.body.map((value) => value ?? Number.NaN) },
        });
      }
      after = rows.length === PAGE ? rows.at(-1)?.id : undefined;
      await onPage(into.length);
    }
  }
}

/** Writes a model beside the one in use. Nothing reads it before private.finish_fit_training puts it into use. */
export async function storeModel(
  sql: Sql,
  trainingId: string,
  model: FitModel,
  observations: Observations,
): Promise<void> {
  const { index, additive, spread } = model;
  await sql`
    insert into private.fit_models ${sql({
      ...{ training_id: trainingId, spread, small: additive.small, large: additive.large },
      ...{ means: [...index.means], deviations: [...index.deviations], weights: [...index.weights] },
    })}`;
  for (const [n, { feature, cuts, small, large }] of additive.terms.entries()) {
    // What was always the same says nothing.
    if (cuts.length === 0) continue;
    await sql`
      insert into private.fit_terms ${sql({
        ...{ training_id: trainingId, position: n + 1, feature },
        ...{ cuts: [...cuts], small: [...small], large: [...large] },
      })}`;
  }
  for (const [kind, name] of KINDS.entries()) {
    const texts = observations.names[kind]?.texts ?? [];
    for (let first = 0; first < texts.length; first += PAGE) {
      const rows = texts
        .slice(first, first + PAGE)
        .map((key, n) => ({ key, ...model.rates.read(kind, first + n) }))
        .filter(({ n }) => n > 0);
      await sql`
        insert into private.fit_rates (training_id, kind, key, n, small, large, known, gap, place)
        select ${trainingId}, ${name}, r.* from jsonb_to_recordset(${sql.json(rows)}) r (key text,
          n double precision, small double precision, large double precision,
          known double precision, gap double precision, place double precision)`;
    }
  }
}
