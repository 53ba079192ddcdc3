import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchingSettings } from "../../stack/batched-settings.ts";
import { connectMany } from "../helpers/buyers.ts";
import { World } from "../helpers/world.ts";

/** The settings that come before a statement of the Data API, sent together. */

let world: World;
beforeAll(async () => {
  world = await World.create();
});
afterAll(() => world.close());

async function inTransaction<Result>(
  work: (connection: ReturnType<typeof batchingSettings>) => Promise<Result>,
): Promise<Result> {
  const sql = connectMany(world, 1);
  const connection = batchingSettings(await sql.reserve());
  try {
    return await work(connection);
  } finally {
    connection.release();
    await sql.end();
  }
}
const set = (name: string) => `SELECT set_config('${name}', $1, true)`;

describe("settings of a request", () => {
  it("arrive to the letter, whatever a client has put into a header", async () => {
    await inTransaction(async (connection) => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.string({ unit: "grapheme" }),
            fc.constantFrom(
              "'; select 1; --",
              "\\'; commit; --",
              "$$ $1 '' \\\\",
              "E'\\x27'",
              "'",
              "\\",
              "/* ",
              "\n;\r",
            ),
          ),
          async (text) => {
            fc.pre(!text.includes("\0") && text.isWellFormed());
            await connection.unsafe("begin");
            await connection.unsafe(set("request.headers"), [text]);
            await connection.unsafe(set("request.jwt.claims"), [JSON.stringify({ text })]);
            const rows = await connection.unsafe(
              "select current_setting('request.headers') as headers, current_setting('request.jwt.claims') as claims, $1 as given",
              [text],
            );
            expect(rows[0]).toEqual({ headers: text, claims: JSON.stringify({ text }), given: text });
            await connection.unsafe("commit");
          },
        ),
        { numRuns: 200 },
      );
    });
  });

  it("are gone with their transaction, and the role with them", async () => {
    await inTransaction(async (connection) => {
      const state = "select current_user as who, nullif(current_setting('request.jwt.claims', true), '') as claims";
      await connection.unsafe("begin");
      await connection.unsafe('SET LOCAL ROLE "anon"');
      await connection.unsafe(set("request.jwt.claims"), ["{}"]);
      expect((await connection.unsafe(state))[0]).toEqual({ who: "anon", claims: "{}" });
      await connection.unsafe("commit");
      expect((await connection.unsafe(state))[0]).toEqual({ who: "postgres", claims: null });
    });
  });

  it("that are refused fail the statement that they are for, with their own reason, and nothing of it is done", async () => {
    await inTransaction(async (connection) => {
      await connection.unsafe("begin");
      await connection.unsafe(set("role"), ["nobody_like_this"]);
      await expect(connection.unsafe("create table public.not_made ()")).rejects.toMatchObject({ code: "22023" });
      await connection.unsafe("rollback");
      expect((await connection.unsafe("select to_regclass('public.not_made') as made"))[0]).toEqual({ made: null });
    });
  });

  it("without a statement leave nothing open", async () => {
    await inTransaction(async (connection) => {
      await connection.unsafe("begin");
      await connection.unsafe("commit");
      const [row] = await connection.unsafe("select now() = statement_timestamp() as alone");
      expect(row).toEqual({ alone: true });
    });
  });
});
