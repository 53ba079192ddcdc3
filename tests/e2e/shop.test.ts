import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  bookFitting,
  createNexusClient,
  type NexusClient,
  productReviews,
  recommendSize,
  reviewableExperiences,
  writeReview,
} from "@nexus/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../stack/paths.ts";
import { findBrowser, openBrowser } from "../helpers/browser.ts";
import { png } from "../helpers/png.ts";
import { cleanUp, StackCommand, temporaryFolder, until } from "../stack/running-stack.ts";

// The shop as people use it: a real stack with its worker, a real Chromium, and nothing but the page.

const program = findBrowser();
const pictures = join(root, "tests/e2e/screenshots");

describe.skipIf(program === undefined)("the example shop", { timeout: 120_000 }, () => {
  let stack: StackCommand;
  let browser: Browser;
  let page: Page;
  let axe: string;
  /** The API, where something happens beside the page. */
  let nexus: NexusClient;
  /** What the pages complained about. */
  const complaints: string[] = [];
  const address = (path = "") => stack.status.shop_url + path;

  beforeAll(async () => {
    const folder = await temporaryFolder();
    stack = new StackCommand(join(folder, "data"), ["--ephemeral"], { env: { HOME: folder } });
    [browser, axe] = await Promise.all([
      openBrowser(program ?? ""),
      readFile(join(root, "node_modules/axe-core/axe.min.js"), "utf8"),
      mkdir(pictures, { recursive: true }),
      until(() => stack.stdout.endsWith("Nexus is ready\n"), "Nexus is ready", 100_000),
    ]);
    const { api_url, publishable_key } = stack.status;
    nexus = createNexusClient(api_url, publishable_key, { auth: { persistSession: false } });
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: "en-GB",
      // Colors are what they will be: axe would take those of the middle of a transition.
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(20_000);
    page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" && page.url().startsWith(address())) complaints.push(message.text());
    });
    for (const deadline = Date.now() + 120_000; !(await isStocked()); await page.waitForTimeout(500)) {
      if (Date.now() > deadline) throw new Error("After two minutes the worker has not made ready the demo products.");
    }
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
  });

  /** Products have pictures, and wearings have taught the advice on sizes. */
  async function isStocked(): Promise<boolean> {
    const { data } = await nexus.from("products").select("slug, id, product_media(id)").eq("listed", true);
    if (data?.length !== 12 || data.some(({ product_media }) => product_media.length === 0)) return false;
    const productId = data.find(({ slug }) => slug === "margaux")?.id ?? "";
    return (await recommendSize(nexus, { productId, measurements: { weight_kg: 60 } })).basis === "model";
  }

  /** What was asked for is there. */
  const isQuiet = () => page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });

  /** Pictures of the page on a desktop and a phone, after axe has found nothing on either. */
  async function look(name: string): Promise<void> {
    for (const [device, width, height] of [
      ["phone", 390, 844],
      ["desktop", 1280, 900],
    ] as const) {
      await page.setViewportSize({ width, height });
      await isQuiet();
      await page.evaluate(
        "Promise.all([...document.images].map((image) => image.complete || image.decode().catch(() => null)))",
      );
      expect(
        await page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
        `${name} fits a ${device}`,
      ).toBe(true);
      if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe);
      const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
        violations: { id: string; nodes: { html: string }[] }[];
      };
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
        `${name} on a ${device}`,
      ).toEqual([]);
      await page.screenshot({ path: join(pictures, `${name}-${device}.png`) });
    }
  }

  async function signIn(email: string): Promise<void> {
    await page.getByLabel("Mail address").fill(email);
    await page.getByLabel("Password", { exact: true }).last().fill("demo-password");
    await page.locator("form").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  }

  async function findSize(body: Readonly<Record<string, string>>, { remember = false } = {}): Promise<void> {
    await page.getByText("Find my size").click();
    await page.getByRole("button", { name: "Which size?" }).waitFor();
    for (const [label, value] of Object.entries(body)) await page.getByLabel(label).fill(value);
    if (remember) await page.getByLabel(/^Remember them/).check();
    await page.getByRole("button", { name: "Which size?" }).click();
  }

  /** The first time for a fitting that is offered, as the API writes it. */
  const firstTime = async () => (await page.locator(".slots input").first().getAttribute("value")) ?? "";
  const isOffTheList = (time: string) => page.locator(`.slots input[value="${time}"]`).waitFor({ state: "detached" });

  /** Who does something beside the page. */
  async function clientOf(name: string): Promise<NexusClient> {
    const { api_url, publishable_key } = stack.status;
    const client = createNexusClient(api_url, publishable_key, { auth: { persistSession: false } });
    await client.auth.signInWithPassword({ email: `${name}@demo.nexus.test`, password: "demo-password" });
    return client;
  }

  /** What the focus is on, in its own words. */
  const focused = () => page.evaluate("document.activeElement.textContent");

  /** Somebody else takes the only Margaux in 38 that hangs in Bole. */
  async function bookAsHannah(startsAt: string): Promise<void> {
    const hers = await clientOf("other-bride");
    const [branch, service, variant] = await Promise.all([
      hers.from("locations").select("id").eq("name", "Bole").single(),
      hers.from("fitting_services").select("id").eq("name", "First visit").single(),
      hers.from("product_variants").select("id").eq("sku", "MARGAUX-38").single(),
    ]);
    await bookFitting(hers, {
      locationId: branch.data?.id ?? "",
      serviceId: service.data?.id ?? "",
      variantIds: [variant.data?.id ?? ""],
      startsAt,
    });
  }

  it("is built by the first request, and finds gowns by words, filters and days", async () => {
    await page.goto(address());
    await page.getByText("12 pieces").waitFor();
    await look("browse");
    await page.getByLabel("What are you looking for?").fill("lace");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("2 pieces").waitFor();
    await page.getByRole("checkbox", { name: /Mermaid/ }).check();
    await page.getByText("1 piece", { exact: true }).waitFor();
    expect(await page.locator(".card h2").allTextContents()).toEqual(["Margaux"]);
    // The address has the search: a reload shows the same.
    await page.reload();
    await page.getByText("1 piece", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Margaux" }).click();
    await page.getByRole("heading", { name: "Margaux", level: 1 }).waitFor();
    await page.locator("button.day.free").first().waitFor();
  });

  it("finds the size to take, says how the others would fall, and takes it", async () => {
    await findSize({ "Height, cm": "170", "Weight, kg": "60", "Bust, cm": "91" });
    // Margaux runs a size small: this is the body of a 40.
    await page.getByText("Size 42", { exact: true }).waitFor();
    const chances = await page.locator(".chances tr:has(td)").allTextContents();
    expect(chances).toHaveLength(5);
    expect(chances[3]).toMatch(/^42\d+ %/);
    await look("product");
    await page.getByRole("button", { name: "Take size 42" }).click();
    await page.getByRole("button", { name: "Size 42 is chosen" }).waitFor();
    expect(await page.getByRole("radio", { name: "42" }).isChecked()).toBe(true);
  });

  it("asks to sign in, leads back, and books a fitting of which a mail comes", async () => {
    await page.getByRole("button", { name: "Try on" }).click();
    await page.locator(".slots .chip").first().click();
    await look("fitting");
    await page.getByRole("button", { name: /^Sign in and book/ }).click();
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await look("sign-in");
    await signIn("bride@demo.nexus.test");
    await page.getByRole("button", { name: "Try on" }).click();
    // In two weeks: what is tomorrow is not moved any more.
    const tomorrow = await firstTime();
    await page.getByRole("button", { name: "Later" }).click();
    await isOffTheList(tomorrow);
    await page.locator(".slots .chip").first().click();
    await page.getByRole("button", { name: /^Book / }).click();
    await page.getByText("We look forward to seeing you.").waitFor();
    await until(() => hasMail("bride@demo.nexus.test", /^Booked: /), "a mail of the fitting");
  });

  it("rents: days, what they cost, where they are sent", async () => {
    await page.getByRole("button", { name: "Rent", exact: true }).click();
    await page.getByRole("button", { name: "Next month" }).click();
    await page.getByRole("button", { name: "Next month" }).click();
    await isQuiet();
    const days = page.locator("button.day.free");
    await days.nth(9).click();
    await days.nth(11).click();
    await page.getByText("3 days at ETB 4,700").waitFor();
    await look("rent");
    await page.getByRole("button", { name: "Rent these days" }).click();
    await page.getByRole("heading", { name: "Your cart" }).waitFor();
    await page.getByRole("radio", { name: "Courier" }).check();
    await page.getByLabel("Street and number").fill("Bole Road 7");
    await page.getByLabel("City").fill("Addis Ababa");
    expect(await page.getByLabel("Country").locator("option").allTextContents()).toEqual(["Ethiopia"]);
    await look("cart");
    await page.getByRole("button", { name: "Keep this address" }).click();
    await page.getByRole("radio", { name: "Bole Road 7" }).waitFor();
    await page.getByText("ETB 250", { exact: true }).waitFor();
  });

  it("changes an address, and removes another, which is not chosen any more", async () => {
    await page.getByRole("button", { name: "Change: Bole Road 7" }).click();
    expect(await page.getByLabel("Name on the parcel").inputValue()).toBe("Selam Tesfaye");
    expect(await page.getByLabel("City").inputValue()).toBe("Addis Ababa");
    await page.getByLabel("Street and number").fill("Bole Road 9");
    await page.getByLabel(/^Flat, floor/).fill("Third floor");
    await look("address");
    const priced = page.waitForRequest((request) => request.method() === "PATCH" && request.url().includes("/carts"));
    await page.getByRole("button", { name: "Keep the changes" }).click();
    expect((await priced).postDataJSON()).toMatchObject({ country: "ET" });
    const home = page.getByRole("radio", { name: "Bole Road 9, Third floor, Addis Ababa, Ethiopia" });
    await home.waitFor();
    await isQuiet();
    expect(await home.isChecked()).toBe(true);
    expect(await page.getByRole("radio", { name: /Bole Road/ }).count()).toBe(1);
    expect(await focused()).toBe("Where to?");

    await page.getByRole("button", { name: "Another address" }).click();
    await page.getByLabel("Street and number").fill("Mistake Street 1");
    await page.getByLabel("City").fill("Adama");
    await page.getByRole("button", { name: "Keep this address" }).click();
    const mistake = page.getByRole("radio", { name: /Mistake Street 1/ });
    await mistake.waitFor();
    await isQuiet();
    expect(await mistake.isChecked()).toBe(true);
    await page.getByRole("button", { name: "Remove: Mistake Street 1" }).click();
    expect(await focused()).toBe("No");
    await look("address-removal");
    await page.getByRole("button", { name: "No", exact: true }).click();
    expect(await focused()).toBe("Remove");
    await page.getByRole("button", { name: "Remove: Mistake Street 1" }).click();
    await page.getByRole("button", { name: "Yes" }).click();
    await mistake.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Choose where it goes to" }).waitFor();
    expect(await focused()).toBe("Where to?");
    expect(await home.isChecked()).toBe(false);
    await home.check();
    await page.getByText("ETB 250", { exact: true }).waitFor();
  });

  it("is paid on the provider's page, which leads back", async () => {
    await page.getByRole("button", { name: "Order and pay" }).click();
    await page.getByText("This is a test.").waitFor();
    await page.getByRole("button", { name: "Pay", exact: true }).click();
    await page.getByRole("heading", { name: "Thank you" }).waitFor();
    await look("paid");
    await until(() => hasMail("bride@demo.nexus.test", /AB-/), "a mail of the order");
    const { data } = await (await clientOf("bride")).from("order_groups").select("shipping_address").single();
    expect(data?.shipping_address).toMatchObject({ line_1: "Bole Road 9", line_2: "Third floor" });
  });

  it("shows what is booked, how to move it, and what may be reviewed", async () => {
    await page.getByRole("link", { name: "My bookings" }).first().click();
    await page.getByRole("heading", { name: "Orders" }).waitFor();
    expect(await page.locator(".rows .state").allTextContents()).toEqual([
      ...["Booked", "Attended", "Reserved", "Paid"],
    ]);
    await page.getByRole("button", { name: /^Move: fitting/ }).click();
    await page.locator(".slots .chip").first().click();
    await page.getByRole("button", { name: "Write a review: Odette" }).click();
    await page.getByText("Your measurements").click();
    await look("bookings");
  });

  it("moves a fitting, says when somebody was faster, and gives it back after asking once more", async () => {
    const taken = await firstTime();
    await bookAsHannah(taken);
    await page.getByRole("button", { name: /^Move it to / }).click();
    await page.getByText("This time is taken.").waitFor();
    expect(complaints.splice(0)).toEqual([expect.stringContaining("409")]);
    await isOffTheList(taken);
    await page.locator(".slots .chip").first().click();
    await page.getByRole("button", { name: /^Move it to / }).click();
    await page.getByText(/^It is on .+ now\./).waitFor();
    await page.getByRole("button", { name: /^Cancel: fitting/ }).click();
    await page.getByRole("button", { name: "Yes" }).click();
    await page.getByText("Cancelled").waitFor();
  });

  it("tells others of a gown that was tried on, with a photo, and what is known of its sizes", async () => {
    await page.getByRole("radio", { name: "4 of 5 stars" }).check();
    await page.getByRole("radio", { name: "Runs small" }).check();
    await page.getByLabel("Title").fill("Light as air");
    await page.getByLabel("What others should know").fill("Take one size more, and dance.");
    const buffer = png(400, 600, Buffer.alloc(600 * (1 + 3 * 400)));
    await page.getByLabel(/^Photos, up to/).setInputFiles({ name: "me.png", mimeType: "image/png", buffer });
    await page.getByRole("button", { name: "Leave out me.png" }).waitFor();
    await page.getByLabel("Bust, cm").fill("88");
    await page.getByRole("button", { name: "Tell others" }).click();
    await page.getByText("Thank you.").waitFor();
    await page.getByRole("button", { name: "Write a review: Odette" }).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "To Odette" }).click();
    await page.getByText(/^Your review: Selam tried it on/).waitFor();
    await findSize({ "Bust, cm": "88", "Waist, cm": "68", "Hips, cm": "94" }, { remember: true });
    await page.getByText("By the designer's chart it is cut for your measurements.").waitFor();
    await page.getByText("Size 38", { exact: true }).waitFor();
    const { data } = await nexus.from("products").select("id").eq("slug", "odette").single();
    const hasPhoto = async () =>
      (await productReviews(nexus, { productId: data?.id ?? "" })).reviews[0]?.photos.length === 1;
    await until(hasPhoto, "the photo");
    await page.reload();
    await page.getByRole("img", { name: "By Selam" }).waitFor();
    await look("review");
    // Nobody has worn Genet, and it has no chart.
    await page.goto(address("gowns/almaz-bridal/genet"));
    await findSize({});
    expect(await page.getByLabel("Waist, cm").inputValue()).toBe("68");
    await page.getByText("There is not enough data to name a size for you.").waitFor();
  });

  it("changes a review, which its gown's page shows then, and takes it back", async () => {
    await page.getByRole("link", { name: "My bookings" }).first().click();
    await page.getByRole("heading", { name: "Your reviews" }).waitFor();
    await page.getByRole("button", { name: "Change your review: Odette" }).click();
    expect(await page.getByRole("radio", { name: "4 of 5 stars" }).isChecked()).toBe(true);
    expect(await page.getByRole("radio", { name: "Runs small" }).isChecked()).toBe(true);
    expect(await page.getByLabel("Title").inputValue()).toBe("Light as air");
    await page.getByText("Your measurements").click();
    expect(await page.getByLabel("Bust, cm").inputValue()).toBe("88");
    await page.getByRole("button", { name: "Leave out Photo 1" }).waitFor();
    await look("own-review");
    await page.getByRole("button", { name: "Leave out Photo 1" }).click();
    await page.getByRole("radio", { name: "2 of 5 stars" }).check();
    await page.getByLabel("Title").fill("Light as a stone");
    await page.getByRole("button", { name: "Keep the changes" }).click();
    await page.getByText("Your review of Odette is changed.").waitFor();
    await page.getByRole("heading", { name: "Light as a stone" }).waitFor();
    expect(await focused()).toBe("Your reviews");
    await page.getByRole("link", { name: "Odette" }).click();
    await page.getByRole("heading", { name: "Light as a stone" }).waitFor();
    await page.getByText("Take one size more, and dance.").waitFor();
    expect(await page.getByRole("img", { name: "By Selam" }).count()).toBe(0);

    await page.goBack();
    await page.getByRole("button", { name: "Delete: your review, Odette" }).click();
    await page.getByRole("button", { name: "Yes" }).click();
    await page.getByText("Your review of Odette is deleted.").waitFor();
    expect(await focused()).toBe("Your reviews");
    await look("review-deleted");
    await page.getByRole("button", { name: "Write a review: Odette" }).waitFor();
    await page.goto(address("gowns/almaz-bridal/odette"));
    await page.getByText("Nobody has said anything yet.").waitFor();
  });

  it("says why the marketplace has hidden a review, which is not written anew", async () => {
    const hers = await clientOf("bride");
    const [genet] = (await reviewableExperiences(hers)).filter(({ product_name }) => product_name === "Genet");
    const { kind = "fitted", subject_id: subjectId = "", product_id: productId = "" } = genet ?? {};
    const { id } = await writeReview(hers, { kind, subjectId, productId, rating: 1, title: "Ask for Hanna" });
    const reason = "It names somebody who works there.";
    await (await clientOf("admin")).rpc("hide_review", { review_id: id, reason });
    await page.goto(address("bookings"));
    await page.getByText(`The marketplace has hidden it from others: ${reason}`).scrollIntoViewIfNeeded();
    await look("hidden-review");
    await page.getByRole("button", { name: "Delete: your review, Genet" }).click();
    await page.getByText("What was hidden cannot be written anew.").waitFor();
    await page.getByRole("button", { name: "Yes" }).click();
    await page.getByText("Your review of Genet is deleted.").waitFor();
    await isQuiet();
    expect(await page.getByRole("button", { name: /^Write a review/ }).allTextContents()).toHaveLength(1);
  });

  it("names what was booked also when it is not on show any more", async () => {
    const manager = await clientOf("manager");
    const show = async (status: "archived" | "published") =>
      expect((await manager.from("products").update({ status }).eq("slug", "margaux").select("id")).data).toHaveLength(
        1,
      );
    await show("archived");
    await page.goto(address("bookings"));
    await page.getByRole("heading", { name: "A gown that is not on show any more" }).first().waitFor();
    await page.getByRole("heading", { name: "Orders" }).waitFor();
    await look("bookings-not-on-show");
    await show("published");
  });

  it("signs somebody new in by the link in her mail, which the inbox page shows", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Mailed link" }).click();
    await page.getByLabel("Mail address").fill("ruth@example.test");
    await page.getByRole("button", { name: "Mail me a link" }).click();
    await page.getByText("Look into your mail").waitFor();
    await page.goto(stack.status.inbox_url);
    await page.getByText("Your link to sign in").first().click();
    await page.getByText("ruth@example.test").first().waitFor();
    await page.goto(await linkTo("ruth@example.test"));
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(page.url().replace(/#$/, "")).toBe(address());
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).waitFor();
  });

  it("shows the people of a boutique their day", async () => {
    await page.goto(address(`staff?day=${fittingDay()}`));
    await signIn("stylist@demo.nexus.test");
    await page.goto(address(`staff?day=${fittingDay()}`));
    expect(await page.locator(".entry strong").first().textContent()).toBe("Hannah Clarke");
    await look("staff");
    await page.goto(address("nowhere"));
    await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
    await look("not-found");
  });

  it("has complained about nothing meanwhile", () => {
    expect(complaints).toEqual([]);
  });

  interface Mail {
    readonly subject: string;
    readonly text: string;
    readonly to: readonly { readonly address: string }[];
  }
  async function mailsTo(person: string): Promise<Mail[]> {
    const mails = (await (await fetch(`${stack.status.inbox_url}/email`)).json()) as Mail[];
    return mails.filter(({ to }) => to.some((recipient) => recipient.address === person));
  }
  const hasMail = async (person: string, subject: RegExp) =>
    (await mailsTo(person)).some((mail) => subject.test(mail.subject));
  const linkTo = async (person: string) => /http\S+/.exec((await mailsTo(person)).at(-1)?.text ?? "")?.[0] ?? "";

  /** The Tuesday on which supabase/seed.sql has a fitting. */
  function fittingDay(): string {
    const date = new Date();
    date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7) + 22);
    return date.toISOString().slice(0, 10);
  }
});
