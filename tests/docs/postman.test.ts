import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { root } from "../../stack/paths.ts";

const read = (name: string) => JSON.parse(readFileSync(join(root, "functions/docs", name), "utf8"));

const pair = z.strictObject({ key: z.string(), value: z.string(), type: z.string() });
const request = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  description: z.string().optional(),
  auth: z.object({ type: z.enum(["noauth", "bearer"]) }).optional(),
  header: z.array(pair),
  url: z.strictObject({
    raw: z.string(),
    host: z.array(z.string()),
    path: z.array(z.string()),
    query: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
    variable: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
  }),
  body: z
    .discriminatedUnion("mode", [
      z.object({ mode: z.literal("raw"), raw: z.string(), options: z.object({}) }),
      z.strictObject({ mode: z.literal("file"), file: z.object({}) }),
    ])
    .optional(),
});
const item = z.object({
  name: z.string().min(1),
  request,
  response: z.array(z.never()),
  event: z.array(z.object({})).optional(),
});
/** The part of Postman's format v2.1 that is used. */
const collection = z.strictObject({
  info: z.object({
    name: z.string(),
    schema: z.literal("https://schema.getpostman.com/json/collection/v2.1.0/collection.json"),
  }),
  auth: z.object({ type: z.literal("bearer"), bearer: z.array(pair) }),
  variable: z.array(pair),
  item: z.array(z.union([item, z.object({ name: z.string(), item: z.array(item).min(1) })])),
});

const made = collection.parse(read("postman.json"));
const requests = made.item.flatMap((one) => ("item" in one ? one.item : [one]));

it("has a request for every operation of the document, after the one that signs in", () => {
  const { paths } = read("openapi.json") as { paths: Record<string, object> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );
  const [first, ...rest] = requests.map(({ request: { method, url } }) => `${method} /${url.path.join("/")}`);
  expect(first).toBe("POST /auth/v1/token");
  expect(rest.toSorted()).toEqual(described.toSorted());
});

it("uses only variables that it has, and has a value for every part of a path", () => {
  const known = new Set(made.variable.map(({ key }) => key));
  const used = [...JSON.stringify(made).matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name);
  expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
  for (const {
    name,
    request: { url },
  } of requests) {
    const parts = url.path.filter((part) => part.startsWith(":")).map((part) => part.slice(1));
    expect(url.variable?.map(({ key }) => key) ?? [], name).toEqual(parts);
  }
});

it("has bodies that are JSON", () => {
  for (const {
    name,
    request: { body },
  } of requests) {
    if (body?.mode === "raw") expect(() => JSON.parse(body.raw), name).not.toThrow();
  }
});
