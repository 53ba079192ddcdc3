import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import type { SupabaseClient } from "@supabase/supabase-js";
import { expect, it } from "vitest";
import { createApp } from "../../functions/docs/app.ts";
import { packed } from "../../functions/docs/assets.ts";
import { pageFile, pageFiles } from "../../scripts/docs-assets.ts";

const unlimited = { rpc: () => Promise.resolve({ data: 0, error: null }) } as unknown as SupabaseClient;
const app = createApp({ origin: "https://shop.example", key: "sb_publishable_x" }, unlimited);
const get = (path: string, headers: Record<string, string> = {}) =>
  app.fetch(new Request(`http://functions.test/docs${path}`, { headers }));

it.each(Object.keys(pageFiles))("has %s as it is in the project: npm run docs:assets", (name) => {
  // Compression may differ between versions of Node; what comes out may not.
  expect(brotliDecompressSync(Buffer.from(packed[name] ?? "", "base64")).equals(pageFile(name))).toBe(true);
});

it("answers with a page that runs only what comes from here", async () => {
  const page = await get("");
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
  const html = await page.text();
  // Every file that it names is there.
  for (const [, file = ""] of html.matchAll(/(?:src|href)="docs\/([^"]+)"/g))
    expect((await get(`/${file}`)).status).toBe(200);
  expect(html).not.toMatch(/https?:\/\/(?!….supabase)/);
});

it("answers with the document of this project, and with 304 when it is known", async () => {
  const first = await get("/openapi.json");
  const { servers, openapi } = (await first.json()) as { servers: { variables: unknown }[]; openapi: string };
  expect(openapi).toBe("3.1.0");
  expect(servers[0]?.variables).toMatchObject({ origin: { default: "https://shop.example" } });
  const etag = first.headers.get("etag") ?? "";
  expect((await get("/openapi.json", { "if-none-match": `W/${etag}` })).status).toBe(304);
  expect((await get("/openapi.json", { "if-none-match": '"other"' })).status).toBe(200);
});

it("answers with a Postman collection that knows the project", async () => {
  const { variable } = (await (await get("/postman.json")).json()) as { variable: object[] };
  expect(variable).toContainEqual(expect.objectContaining({ key: "url", value: "https://shop.example" }));
  expect(variable).toContainEqual(expect.objectContaining({ key: "key", value: "sb_publishable_x" }));
});

it("has no other file", async () => {
  for (const path of ["/app.ts", "/..%2Fapp.ts", "/constructor", "/__proto__"]) {
    const reply = await get(path);
    expect([path, reply.status, ((await reply.json()) as { code: string }).code]).toEqual([
      path,
      404,
      "file_not_found",
    ]);
  }
});

it("packs what the package of Swagger UI has", () => {
  expect(readFileSync(pageFiles["swagger-ui-bundle.js"] ?? "", "utf8")).toContain("SwaggerUIBundle");
});
