import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Example } from "../../scripts/docs/examples.ts";
import { type Cast, gatherCast } from "../helpers/cast.ts";
import { Values } from "../helpers/contract.ts";
import { DescribedApi, type Operation } from "../helpers/described-api.ts";
import { expectExamples } from "../helpers/example-files.ts";
import { type GenuineCall, genuineCalls, openFunctions } from "../helpers/genuine-calls.ts";
import { genuineCall, madeCall } from "../helpers/made-calls.ts";
import type { Paying } from "../helpers/paying.ts";
import { type Call, type Reply, send } from "../helpers/rest.ts";
import { World } from "../helpers/world.ts";

/** Operations that cannot succeed here, and why. They are called as all others are, and refused. */
const unreachable: Readonly<Record<string, string>> = {
  "auth.authorize": "Needs the keys of Google or GitHub; tests/api/oauth.test.ts goes there with a stand-in.",
};

const api = new DescribedApi();
/** Tables and RPCs are in contract.test.ts. */
const operations = api.operations.filter(({ path }) => !path.startsWith("/rest/v1/"));
const seed = Number(process.env["CONTRACT_SEED"] ?? 20270604);

let world: World;
let cast: Cast;
let paying: Paying;
let values: Values;
let genuine: Record<string, GenuineCall>;
const succeeded = new Set<string>();
/** What the API docs show as examples. */
const examples: Record<string, Example> = {};

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
  // Who is about to leave may do less, and jobs are not what is tested.
  await world.sql`delete from public.account_deletions`;
  paying = await openFunctions(world);
  genuine = await genuineCalls(world, cast, paying);
  await world.sql`delete from pgboss.job`;
  const ids = Object.values(cast.rows).flatMap((key) => Object.values(key).filter((value) => value.length === 36));
  values = new Values(api.schema, ids);
}, 120_000);
afterAll(async () => {
  await paying?.close();
  await world?.close();
});

/** Functions are behind the gateway, in Deno; the rest is the world's own. */
const ask = (call: Call) =>
  send(
    call.path.startsWith("/functions/")
      ? {
          keys: world.keys,
          fetch: (path, init) => fetch(`${paying.server.origin}${path}`, { ...init, redirect: "manual" }),
        }
      : world,
    call,
  );

const sealOf = ({ operation }: Operation, { json }: Call) =>
  genuine[operation.operationId]?.seal?.(json === undefined ? "" : JSON.stringify(json));

/** Calls of Auth may end a session, so each has one of its own. */
async function tokenOf(who: "anon" | "customer" | "owner", id: string): Promise<string | undefined> {
  if (who === "anon") return undefined;
  return (id.startsWith("auth.") ? await world.asCustomer() : cast[who]).accessToken;
}

async function problemOf(operation: Operation, call: Call, who: string): Promise<string[]> {
  const answer = await ask(call);
  const { operationId } = operation.operation;
  if (answer.status < 400) succeeded.add(operationId);
  if (who === "genuine" && isShown(answer)) {
    const request = call.json === undefined ? {} : { request: call.json };
    examples[operationId] = {
      by: call.token === undefined ? "anon" : "authenticated",
      status: answer.status,
      ...request,
      answer: answer.body,
    };
  }
  const problem = api.deviation(operation, answer);
  const { json, body } = call;
  return problem === undefined
    ? []
    : [`${who}: ${call.method} ${call.path} ${JSON.stringify(json ?? body)?.slice(0, 200) ?? ""} → ${problem}`];
}

/** Whole documents and pages are no examples. */
const isShown = ({ status, body }: Reply) =>
  status < 300 && typeof body === "object" && body !== null && JSON.stringify(body).length < 8_000;

describe.each(operations.map((operation) => [operation.operation.operationId, operation] as const))(
  "%s",
  (id, operation) => {
    it("answers as documented, whoever asks for the real thing", async () => {
      const { seal, token, ...rest } = genuine[id] ?? {};
      const call = genuineCall(operation, rest);
      const found: string[] = [];
      if (token !== undefined || seal !== undefined) found.push(...(await problemOf(operation, call, "anon")));
      if (token !== undefined) {
        const forged = `${token.slice(0, -4)}AAAA`;
        found.push(...(await problemOf(operation, { ...call, token: cast.stranger.accessToken }, "stranger")));
        found.push(...(await problemOf(operation, { ...call, token: forged }, "forged")));
      }
      const whole = {
        ...call,
        ...(token === undefined ? {} : { token }),
        headers: { ...call.headers, ...sealOf(operation, call) },
      };
      found.push(...(await problemOf(operation, whole, "genuine")));
      expect(found).toEqual([]);
    });

    it.each(["valid", "invalid"] as const)(
      `answers as documented, to input that is %s (seed ${seed})`,
      async (kind) => {
        const { parameters = [], requestBody } = operation.operation;
        if (parameters.length === 0 && requestBody === undefined) return;
        const found: string[] = [];
        for (const [n, who] of (["anon", "customer", "owner"] as const).entries()) {
          const call = madeCall(operation, values, kind, seed + n);
          const headers = who === "owner" ? { ...call.headers, ...sealOf(operation, call) } : (call.headers ?? {});
          const token = await tokenOf(who, id);
          const whole = { ...call, headers, ...(token === undefined ? {} : { token }) };
          found.push(...(await problemOf(operation, whole, who)));
        }
        expect(found).toEqual([]);
      },
    );
  },
);

it("every operation has succeeded, but for those that cannot", () => {
  const all = operations.map(({ operation }) => operation.operationId);
  expect(all.filter((id) => !succeeded.has(id)).toSorted()).toEqual(Object.keys(unreachable).toSorted());
});

it("the API docs show a real answer of every operation that answers with JSON", async () => {
  await expectExamples("operations", examples, cast);
});
