import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../stack/paths.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { outcomesOf, readRights } from "../helpers/rights.ts";
import { webhookMasterKey } from "../helpers/run-job.ts";
import { claimsOf, sign, unsigned } from "../helpers/tokens.ts";
import { type Person, World } from "../helpers/world.ts";

/**
 * How every function answers to whom it does not know: the status per key and token that a request brings.
 *
 * messages knows no keys: a token in the link or a signature over the body lets in, and a GET brings neither.
 * forged and unsigned are tokens of service_role, alone or beside the publishable key; session is a genuine one.
 */
const expected = `
function  path                                                    nothing  wrong_key  session_as_key  session  forged  publishable  publishable+session  publishable+forged  publishable+unsigned  secret

catalog   /products                                               401      401        401             401      401     200          200                  200                 200                   200
catalog   /export/nobody                                          401      401        401             401      401     401          404                  401                 401                   401
graphql   ?query=%7B__typename%7D                                  401      401        401             401      401     200          200                  200                 200                   200
jobs      /health                                                 401      401        401             401      401     401          401                  401                 401                   401
webhooks  /endpoints/0193a1b2-0000-7000-8000-000000000001/secret  401      401        401             401      401     401          404                  401                 401                   401
payments  /methods?currency=ETB                                   401      401        401             401      401     200          200                  200                 200                   200
messages  /unsubscribe                                            403      403        403             403      403     403          403                  403                 403                   403
messages  /bounces                                                404      404        404             404      404     404          404                  404                 404                   404

docs      /openapi.json                                           200      200        200             200      200     200          200                  200                 200                   200
calendar  /x.ics                                                  404      404        404             404      404     404          404                  404                 404                   404
`;

const { people: callers, rights } = readRights(expected);
const functionsDir = join(root, "functions");
let world: World;
let server: FunctionServer;
let origin: string;
let bride: Person;

beforeAll(async () => {
  world = await World.create();
  bride = await world.asCustomer("Selam");
  server = await FunctionServer.open(world, {
    SUPABASE_DB_URL: world.databaseUrl,
    // Its own, which is no key of the project.
    JOBS_SECRET: randomUUID(),
    UNSUBSCRIBE_SECRET: randomUUID(),
    WEBHOOK_MASTER_KEY: webhookMasterKey,
  });
  origin = server.origin;
});
afterAll(async () => {
  await server?.close();
  await world?.close();
});

/** The headers by which a caller makes itself known. */
function headersOf(caller: string): Record<string, string> {
  const keys: Readonly<Record<string, string>> = {
    wrong_key: `sb_publishable_${"x".repeat(22)}`,
    session_as_key: bride.accessToken,
    publishable: world.keys.publishable,
    secret: world.keys.secret,
  };
  const claims = { ...claimsOf(bride.accessToken), role: "service_role" };
  const tokens: Readonly<Record<string, string>> = {
    session: bride.accessToken,
    forged: sign(claims, randomUUID()),
    unsigned: unsigned(claims),
  };
  const headers: Record<string, string> = {};
  for (const part of caller.split("+")) {
    if (keys[part] !== undefined) headers["apikey"] = keys[part];
    if (tokens[part] !== undefined) headers["authorization"] = `Bearer ${tokens[part]}`;
  }
  return headers;
}

const call = (name: string, path: string, caller: string) =>
  fetch(`${origin}/functions/v1/${name}${path}`, { headers: headersOf(caller) });

describe("the door of a function", () => {
  it("is written down for every function", () => {
    const functions = readdirSync(functionsDir).filter((name) => existsSync(join(functionsDir, name, "index.ts")));
    expect([...new Set(rights.map(({ subject }) => subject))].toSorted()).toEqual(functions.toSorted());
  });

  it.each(rights)("is kept: $subject at $act", async ({ subject, act, outcomes }) => {
    const actual = await outcomesOf(callers, async (caller) => String((await call(subject, act, caller)).status));
    expect(actual).toEqual(outcomes);
  });

  it.each(rights)("opens no wider to a forged token: $subject at $act", async ({ subject, act }) => {
    const plain = await (await call(subject, act, "publishable")).text();
    for (const caller of ["publishable+forged", "publishable+unsigned"]) {
      const reply = await call(subject, act, caller);
      if (reply.status !== 401) expect(await reply.text()).toBe(plain);
    }
  });
});
