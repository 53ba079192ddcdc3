import type { ReservedSql } from "postgres";
import type { Call } from "./calls.ts";

export interface Answer {
  readonly milliseconds: number;
  /** The hint of a refusal, such as slot_taken; undefined when it was done. */
  readonly refusal?: string;
}

/**
 * Makes a call in a transaction of its own with role and claims, as the Data API does, in one message. Undoes it after the
 * clock has stopped. A refusal that the API documents is an answer; anything else is thrown.
 */
export async function time(connection: ReservedSql, call: Call): Promise<Answer> {
  const startedAt = performance.now();
  try {
    const results = (await connection.unsafe(transaction(call.person, call.statement))) as unknown as {
      id?: string;
    }[][];
    const milliseconds = performance.now() - startedAt;
    // begin, the settings, then the statement.
    if (call.undo !== undefined)
      await connection.unsafe(transaction(call.person, call.undo(results[2]?.[0]?.id ?? "")));
    return { milliseconds };
  } catch (error) {
    const milliseconds = performance.now() - startedAt;
    await connection.unsafe("rollback");
    const { code, hint } = error as { code?: string; hint?: string };
    if (code === "PT409" && hint !== undefined) return { milliseconds, refusal: hint };
    throw error;
  }
}

function transaction(person: string | undefined, statements: string): string {
  const claims = person === undefined ? "" : JSON.stringify({ sub: person, role: "authenticated" });
  const role = person === undefined ? "none" : "authenticated";
  return `begin; select set_config('request.jwt.claims', '${claims}', true), set_config('request.jwt.claim.sub', '${person ?? ""}', true),
    set_config('role', '${role}', true); ${statements}; commit`;
}
