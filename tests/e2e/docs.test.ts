import process from "node:process";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser, openBrowser } from "../helpers/browser.ts";
import { gatherCast } from "../helpers/cast.ts";
import { FunctionServer } from "../helpers/function-server.ts";
import { type Person, World } from "../helpers/world.ts";

const program = findBrowser();

describe.skipIf(program === undefined)("the page of the API docs, in a browser", () => {
  let world: World;
  let server: FunctionServer;
  let browser: Browser;
  let bride: Person;

  beforeAll(async () => {
    world = await World.create();
    bride = (await gatherCast(world)).customer;
    server = await FunctionServer.open(world);
    browser = await openBrowser(program ?? "");
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await world?.close();
  });

  it("signs in, and tries a table out with that session", async () => {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    const failures: string[] = [];
    // What the policy of the page refuses is told here too.
    page.on("console", (message) => message.type() === "error" && failures.push(message.text()));
    page.on("pageerror", (error) => failures.push(error.message));
    await page.goto(`${server.origin}/functions/v1/docs`);
    await page.getByRole("link", { name: "Rentals", exact: true }).click();
    await page.locator("body[data-ready=Rentals]").waitFor({ timeout: 120_000 });

    await page.getByLabel("E-mail").fill(bride.email);
    await page.getByLabel("Password").fill("a-long-password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText(`Signed in as ${bride.email}`).waitFor({ timeout: 30_000 });

    const operation = page.locator("[id^='operations-Rentals-rentals']").first();
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Try it out" }).click();
    await operation.getByRole("button", { name: "Execute" }).click();
    const answer = operation.locator(".live-responses-table .response").first();
    await answer.waitFor({ timeout: 60_000 });
    expect(await answer.locator(".response-col_status").textContent()).toContain("200");
    expect(await answer.textContent()).toContain(bride.id);
    if (process.env["DOCS_PICTURE"] !== undefined) await page.screenshot({ path: process.env["DOCS_PICTURE"] });
    expect(failures).toEqual([]);
  }, 300_000);

  it("says what is wrong with a password", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/functions/v1/docs`);
    await page.locator("body[data-ready]").waitFor({ timeout: 120_000 });
    await page.getByLabel("E-mail").fill(bride.email);
    await page.getByLabel("Password").fill("another-password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.locator("output.failed").waitFor({ timeout: 30_000 });
    expect(await page.locator("output").textContent()).toMatch(/invalid/i);
  }, 300_000);
});
