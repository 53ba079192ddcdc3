import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Reply, send } from "../helpers/rest.ts";
import { type Person, World } from "../helpers/world.ts";

/** PostgREST's table "HTTP Status Codes", one or more SQLSTATEs of every line, and mapSQLtoHTTP where it says more. */
const statuses: readonly (readonly [sqlstate: string, status: number])[] = [
  ["08000", 503],
  ["08P01", 503],
  ["09000", 500],
  ["0A000", 400],
  ["0L000", 403],
  ["0P000", 403],
  ["21000", 500],
  ["22000", 400],
  ["22023", 400],
  ["22P02", 400],
  ["23502", 400],
  ["23503", 409],
  ["23505", 409],
  ["23514", 400],
  ["23P01", 400],
  ["25000", 500],
  ["25006", 405],
  ["28000", 403],
  ["2D000", 500],
  ["38000", 500],
  ["39000", 500],
  ["3B000", 500],
  ["40001", 500],
  ["40P01", 500],
  ["42601", 400],
  ["42703", 400],
  ["42883", 404],
  ["42P01", 404],
  ["42P17", 500],
  ["53100", 503],
  ["53400", 500],
  ["54000", 500],
  ["55000", 500],
  ["55P03", 500],
  ["57000", 500],
  ["57014", 500],
  ["57P01", 503],
  ["58000", 500],
  ["F0000", 500],
  ["HV000", 500],
  ["P0001", 400],
  ["P0002", 500],
  ["PT402", 402],
  ["PT418", 418],
  ["PT503", 503],
  ["PTABC", 500],
  ["XX000", 500],
  ["Z0001", 400],
];

let world: World;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  // Before the first request, for the API learns of the functions then.
  await world.sql.unsafe(`
    create function public.raise_sqlstate(code text, message text, detail text, hint text) returns void
    language plpgsql as $$
    begin
      if detail is null then
        raise exception using errcode = code, message = message;
      end if;
      raise exception using errcode = code, message = message, detail = detail, hint = hint;
    end
    $$;
    grant execute on function public.raise_sqlstate(text, text, text, text) to anon, authenticated, service_role`);
  bride = await world.asCustomer("Selam");
});
afterAll(() => world.close());

/** Has the database raise an error and returns what the API makes of it. */
async function raise(error: Raised, sender: { token?: string; key?: string } = {}): Promise<Reply> {
  return send(world, { path: "/rest/v1/rpc/raise_sqlstate", json: { detail: null, hint: null, ...error }, ...sender });
}

interface Raised {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

describe("an error that the database raises", () => {
  it.each(statuses)("with SQLSTATE %s is answered with status %i and keeps all it says", async (code, status) => {
    const reply = await raise({ code, message: "The message.", detail: "The detail.", hint: "The hint." });
    expect(reply.body).toEqual({ code, message: "The message.", details: "The detail.", hint: "The hint." });
    expect(reply.status).toBe(status);
  });

  it("has null for the detail and the hint that it does not have", async () => {
    const reply = await raise({ code: "P0001", message: "Only a message." });
    expect(reply.body).toEqual({ code: "P0001", message: "Only a message.", details: null, hint: null });
  });

  it("keeps JSON in the detail as the text that it is", async () => {
    const detail = '{"variant_id": "a \\"quoted\\" id", "next_free": null}';
    const reply = await raise({ code: "PT409", message: "Sélam 💍 ሰላም", detail, hint: "not_available" });
    expect(reply.status).toBe(409);
    expect(reply.body).toEqual({ code: "PT409", message: "Sélam 💍 ሰላም", details: detail, hint: "not_available" });
  });

  it("is JSON, and says so", async () => {
    const reply = await raise({ code: "40001", message: "could not serialize access" });
    expect(reply.headers.get("content-type")).toBe("application/json; charset=utf-8");
  });
});

describe("insufficient privilege (42501)", () => {
  const lacksRight = { code: "42501", message: "permission denied", detail: "The detail.", hint: "The hint." };

  it.each([
    ["asks the anonymous to sign in", 401, () => ({})],
    ["is forbidden to the signed-in", 403, () => ({ token: bride.accessToken })],
    ["is forbidden to a server with the secret key", 403, () => ({ key: world.keys.secret })],
  ])("%s: %i", async (_case, status, sender) => {
    const reply = await raise(lacksRight, sender());
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual({
      code: "42501",
      message: "permission denied",
      details: "The detail.",
      hint: "The hint.",
    });
  });
});

describe("the errors whose message decides the status, as in PostgREST's mapSQLtoHTTP", () => {
  it("takes a missing WHERE clause (21000 of pg-safeupdate) for the client's mistake", async () => {
    expect((await raise({ code: "21000", message: "DELETE requires a WHERE clause" })).status).toBe(400);
  });

  it("takes a role that does not exist (22023) for a wrong token", async () => {
    expect((await raise({ code: "22023", message: 'role "tailor" does not exist' })).status).toBe(401);
  });
});

describe("a function that takes the answer into its own hands", () => {
  it("is answered with the status, headers and body that it raises with SQLSTATE PGRST", async () => {
    const reply = await raise({
      code: "PGRST",
      message: JSON.stringify({ code: "moved", message: "Gone to Bole.", details: "The detail.", hint: "The hint." }),
      detail: JSON.stringify({ status: 410, headers: { "x-branch": "bole" } }),
      hint: "not used",
    });
    expect(reply.status).toBe(410);
    expect(reply.headers.get("x-branch")).toBe("bole");
    expect(reply.body).toEqual({ code: "moved", message: "Gone to Bole.", details: "The detail.", hint: "The hint." });
  });
});
