import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../stack/paths.ts";
import { findBrowser, openBrowser } from "../helpers/browser.ts";
import { makeBoutique, makeVariant } from "../helpers/fixtures.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { World } from "../helpers/world.ts";

const program = findBrowser();
const pictures = join(root, "tests/e2e/screenshots");

describe.skipIf(program === undefined)("GraphiQL, in a browser", () => {
  let world: World;
  let server: FunctionServer;
  let browser: Browser;

  beforeAll(async () => {
    [world, browser] = await Promise.all([
      World.create(),
      openBrowser(program ?? ""),
      mkdir(pictures, { recursive: true }),
    ]);
    server = await FunctionServer.open(world);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await world?.close();
  });

  it("asks for products with their boutiques, with the key that it comes with", async () => {
    const boutique = await makeBoutique(world.sql);
    await makeVariant(world.sql, boutique, { name: "Margaux" });
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));

    const query = "{ products(first: 3) { nodes { name boutique { slug } } } }";
    await page.goto(`${server.origin}/functions/v1/graphql?query=${encodeURIComponent(query)}`);
    await page
      .locator(".graphiql-query-editor .view-lines, .graphiql-query-editor .CodeMirror")
      .waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: /^Execute query/ }).click();
    const answer = page.getByRole("region", { name: "Result Window" });
    await answer.getByText("Margaux").waitFor({ timeout: 30_000 });
    expect(await answer.textContent()).toContain(boutique.slug);
    await page.screenshot({ path: join(pictures, "graphiql.png") });
    expect(complaints).toEqual([]);
  }, 120_000);
});
