import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, gatherCast } from "../helpers/cast.ts";
import { Values } from "../helpers/contract.ts";
import { DescribedApi, type Operation } from "../helpers/described-api.ts";
import { type Call, send } from "../helpers/rest.ts";
import { World } from "../helpers/world.ts";

const api = new DescribedApi();
/** Those of Auth, Storage and the functions are in other-operations.test.ts. */
const operations = api.operations.filter(({ path }) => path.startsWith("/rest/v1/"));

/** Always the same calls; another seed finds other ones: CONTRACT_SEED=7 npm test -- tests/docs/contract.test.ts */
const seed = Number(process.env["CONTRACT_SEED"] ?? 20270604);

let world: World;
let cast: Cast;
let values: Values;

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
  // Who is about to leave may do less.
  await world.sql`delete from public.account_deletions`;
  const ids = Object.values(cast.rows).flatMap((key) => Object.values(key).filter((value) => value.length === 36));
  values = new Values(api.schema, [...ids, cast.gown.id, cast.ring.id]);
});
afterAll(() => world.close());

type Who = "anon" | "customer" | "owner";

/** One call of an operation with a body that is as documented, or is not. */
function callOf({ path, method, operation }: Operation, who: Who, kind: "valid" | "invalid", n: number): Call {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  const sample = <T>(arbitrary: fc.Arbitrary<T>) => fc.sample(arbitrary, { numRuns: 1, seed: seed + n })[0] as T;
  const id = sample(fc.uuid());
  const query = {
    get: kind === "valid" ? "?limit=2" : "?no_such_column=eq.1",
    patch: `?created_at=eq.2001-01-01&limit=1`,
    delete: "",
  }[method];
  const column = Object.keys(api.schema(path).properties ?? {}).find((name) => name.endsWith("id"));
  const filter = method === "patch" || method === "delete" ? `?${column}=eq.${id}` : (query ?? "");
  return {
    path: path + filter,
    method: method.toUpperCase(),
    ...(schema === undefined ? {} : { json: sample(values[kind](schema)) }),
    ...(who === "anon" ? {} : { token: cast[who].accessToken }),
  };
}

describe.each<[Who, "valid" | "invalid"]>([
  ["anon", "valid"],
  ["customer", "valid"],
  ["owner", "valid"],
  ["owner", "invalid"],
])(`the answers to %s, whose input is %s (seed ${seed})`, (who, kind) => {
  it("are as documented", async () => {
    const found: string[] = [];
    const mine = operations.filter(({ operation }) => operation.security.some((one) => "publishableKey" in one));
    const calls = who === "customer" ? operations : mine;
    for (const [n, operation] of calls.entries()) {
      const call = callOf(operation, who, kind, n);
      const problem = api.deviation(operation, await send(world, call));
      if (problem !== undefined)
        found.push(`${call.method} ${call.path} ${JSON.stringify(call.json)?.slice(0, 300) ?? ""} → ${problem}`);
    }
    expect(found).toEqual([]);
    expect(calls.length).toBeGreaterThan(100);
  }, 120_000);
});
