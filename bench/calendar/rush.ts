import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InMemoryEmailDriver } from "@supabase/lite";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../functions/_shared/database.types.ts";
import { DataApi } from "../../stack/data-api.ts";
import { sign } from "../../tests/helpers/tokens.ts";
import { CUSTOMERS_PER_BOUTIQUE, day, id } from "../data.ts";

export interface Rush {
  readonly booked: number;
  readonly refused: number;
  /** How long each waited for her answer. */
  readonly waits: readonly number[];
}

const BOUTIQUE = 5;
const SLOTS = 10;

/**
 * Clients who want ten slots in the same moment, through supabase-js and the Data API with the connections that the stack
 * gives it: five starts of two stylists, on a day on which nobody else comes.
 *
 * @param databaseUrl as `authenticator`
 * @param days the days that they want, in days from today: a rush for each, one after the other
 */
export async function rushes(databaseUrl: string, clients: number, days: readonly number[]): Promise<Rush[]> {
  const keys = {
    publishable: `sb_publishable_${"p".repeat(22)}`,
    secret: `sb_secret_${"s".repeat(22)}`,
    jwt: randomUUID(),
  };
  const storageDir = await mkdtemp(join(tmpdir(), "nexus-bench-"));
  const apiUrl = "http://bench.nexus.test";
  const api = new DataApi({
    databaseUrl,
    keys,
    apiUrl,
    storageDir,
    poolSize: 20,
    email: new InMemoryEmailDriver(),
    studio: false,
  });
  const clientOf = (person: string) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      sub: person,
      role: "authenticated",
      aud: "authenticated",
      iat: now,
      exp: now + 3_600,
      session_id: randomUUID(),
    };
    const token = sign(claims, keys.jwt);
    return createClient<Database>(apiUrl, keys.publishable, {
      accessToken: async () => token,
      global: { fetch: (input, init) => api.fetch(new Request(input, init), null) },
    });
  };
  const crowd = Array.from({ length: clients }, (_, n) =>
    clientOf(id(`customer ${1 + (n % CUSTOMERS_PER_BOUTIQUE)} ${BOUTIQUE}`)),
  );
  try {
    // The first request of an API reads the schema.
    await crowd[0]?.from("boutiques").select("id").limit(1);
    const all: Rush[] = [];
    for (const fromToday of days) all.push(await rush(crowd, fromToday));
    return all;
  } finally {
    await api.close();
    await rm(storageDir, { recursive: true, force: true });
  }
}

async function rush(crowd: readonly SupabaseClient<Database>[], fromToday: number): Promise<Rush> {
  const answers = await Promise.all(
    crowd.map(async (client, n) => {
      const startedAt = performance.now();
      const hour = 6 + 1.5 * (n % (SLOTS / 2));
      const { error } = await client.rpc("book_fitting", {
        location_id: id(`location ${BOUTIQUE}`),
        service_id: id(`service ${BOUTIQUE}`),
        starts_at: `${day(fromToday)}T${String(Math.floor(hour)).padStart(2, "0")}:${hour % 1 === 0 ? "00" : "30"}:00Z`,
        garment_ids: [],
        notes: "",
        idempotency_key: randomBytes(16).toString("hex"),
        stylist_id: id(`stylist ${BOUTIQUE} ${1 + (n % SLOTS < SLOTS / 2 ? 0 : 1)}`),
      });
      if (error !== null && error.hint !== "slot_taken") throw error;
      return { booked: error === null, wait: performance.now() - startedAt };
    }),
  );
  const booked = answers.filter((answer) => answer.booked).length;
  if (booked !== SLOTS) throw new Error(`bench: ${booked} bookings of ${SLOTS} slots`);
  return { booked, refused: crowd.length - booked, waits: answers.map(({ wait }) => wait) };
}
