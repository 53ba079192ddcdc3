import { readFile } from "node:fs/promises";
import postgres, { type Sql } from "postgres";
import { SUPERUSER } from "../../stack/postgres.ts";
import { pushMigrations } from "../../stack/supabase-cli.ts";
import { ThrowawayCluster } from "../../stack/throwaway.ts";

/** A database with the schema and the functions of data.sql, while something is measured. */
export interface Ground {
  /** Without triggers, until it is told otherwise. */
  readonly superuser: Sql;
  /** As the owner of the schema. */
  connect(most: number): Sql;
  readonly url: string;
}

/** @param durable commits reach the disk */
export async function onGround(durable: boolean, measure: (ground: Ground) => Promise<void>): Promise<void> {
  const cluster = await ThrowawayCluster.start(durable);
  const opened: Sql[] = [];
  const open = (role: "postgres" | typeof SUPERUSER, max: number) => {
    const sql = postgres(cluster.url(role, "bench"), { max, onnotice: () => undefined });
    opened.push(sql);
    return sql;
  };
  try {
    await cluster.clone("postgres", "bench");
    await pushMigrations(cluster.url("postgres", "bench"), { seed: false });
    const superuser = open(SUPERUSER, 1);
    await superuser.unsafe(await readFile(new URL("data.sql", import.meta.url), "utf8"));
    await superuser`set session_replication_role = replica`;
    const url = cluster.url("postgres", "bench");
    await measure({ superuser, url, connect: (max) => open("postgres", max) });
  } finally {
    await Promise.all(opened.map((sql) => sql.end({ timeout: 1 })));
    await cluster.stop();
  }
}
