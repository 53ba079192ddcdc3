import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Sql } from "postgres";
import { ProgressBar } from "../scripts/progress-bar.ts";

/** How much of everything the benchmark works on. */
export interface DataSize {
  readonly boutiques: number;
  /** Per boutique; each has two variants, two pictures and two entries of the audit log. */
  readonly products: number;
  /** Garments of every variant. */
  readonly pieces: number;
  /** In all boutiques together; every second one belongs to a rental. */
  readonly allocations: number;
  /** The first branch of every boutique takes bookings of fittings, and has some. */
  readonly salons: boolean;
}

export const CUSTOMERS_PER_BOUTIQUE = 50;

/** Makes the functions that write the data, and what the boutiques share. */
export async function loadMarketplace(superuser: Sql): Promise<void> {
  await superuser.unsafe(await readFile(new URL("data.sql", import.meta.url), "utf8"));
  await superuser`set session_replication_role = replica`;
  await superuser`select bench.load_marketplace()`;
}

/**
 * Writes boutiques number `first` to `last`. Rows of a boutique lie together on disk, so that the number of pages a query
 * reads tells of its plan and not of its luck.
 */
export async function loadBoutiques(superuser: Sql, first: number, last: number, size: DataSize): Promise<void> {
  const bar = new ProgressBar(`boutiques ${first} to ${last}`);
  const allocations = Math.floor(size.allocations / size.boutiques);
  for (let boutique = first; boutique <= last; boutique += 1) {
    await superuser`select bench.load_boutique(${boutique}, ${size.products}, ${size.pieces}, ${allocations}, ${CUSTOMERS_PER_BOUTIQUE})`;
    if (size.salons) await superuser`select bench.load_salon(${boutique}, ${CUSTOMERS_PER_BOUTIQUE})`;
    bar.update((boutique - first + 1) / (last - first + 1));
  }
  await superuser`vacuum analyze`;
  await superuser`checkpoint`;
  bar.finish();
}

/** Id of a row, from its name: as bench.id in data.sql. */
export function id(name: string): string {
  return createHash("md5")
    .update(name)
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A day so many days from today, as YYYY-MM-DD. */
export function day(fromToday: number): string {
  return new Date(Date.now() + fromToday * 86_400_000).toISOString().slice(0, 10);
}
