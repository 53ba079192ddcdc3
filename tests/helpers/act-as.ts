import type { Sql, TransactionSql } from "postgres";

/** Somebody who is signed in, or one of the roles that are nobody in particular. */
export type Actor = { readonly id: string } | "anon" | "service_role";

/** Lets the rest of a transaction run as somebody, as the Data API does. */
export async function actAs(sql: TransactionSql, actor: Actor): Promise<void> {
  const [role, id] = typeof actor === "string" ? [actor, ""] : ["authenticated", actor.id];
  await sql`select set_config('role', ${role}, true), set_config('request.jwt.claim.sub', ${id}, true),
    set_config('request.jwt.claims', ${JSON.stringify({ sub: id, role })}, true)`;
}

/** Does something in a transaction that is undone whatever comes of it; answers with what came of it, or throws its error. */
export async function undone<Result>(sql: Sql, act: (sql: TransactionSql) => Promise<Result>): Promise<Result> {
  const undo = Symbol("undo");
  let result: Result | undefined;
  try {
    await sql.begin(async (transaction) => {
      result = await act(transaction);
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  return result as Result;
}

/** Lets somebody try something that is undone. */
export async function attempt<Result>(
  sql: Sql,
  actor: Actor,
  act: (sql: TransactionSql) => Promise<Result>,
): Promise<Result> {
  return await undone(sql, async (transaction) => {
    await actAs(transaction, actor);
    return await act(transaction);
  });
}
