import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { createApp as calendar } from "../../functions/calendar/app.ts";
import { createApp as catalog } from "../../functions/catalog/app.ts";
import { createApp as docs } from "../../functions/docs/app.ts";
import { createApp as graphql } from "../../functions/graphql/app.ts";
import { createApp as jobs } from "../../functions/jobs/app.ts";
import { createApp as messages } from "../../functions/messages/app.ts";
import { createApp as payments } from "../../functions/payments/app.ts";
import { createApp as webhooks } from "../../functions/webhooks/app.ts";
import { readFunctions } from "../../scripts/docs/functions.ts";
import { root } from "../../stack/paths.ts";

/** Nothing is called here: the apps are made to be looked at. */
const nothing = {} as never;
const apps: Readonly<Record<string, { routes: Hono["routes"] }>> = {
  calendar: calendar(nothing, nothing, nothing),
  catalog: catalog(nothing, nothing, { siteUrl: "", functionsUrl: "" }),
  docs: docs({ origin: "", key: "" }, nothing),
  graphql: graphql({ server: nothing, url: "", page: async () => undefined }),
  jobs: jobs(undefined, nothing),
  messages: messages(nothing, { unsubscribe: undefined, resendWebhook: undefined }),
  payments: payments(nothing),
  webhooks: webhooks(nothing),
};
const functions = await readFunctions();

it("every function describes itself", () => {
  expect([...functions.keys()]).toEqual(Object.keys(apps).toSorted());
});

describe.each([...functions])("the function %s", (name, operations) => {
  it("describes every route that it has, and no other", () => {
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    const routes = (apps[name]?.routes ?? [])
      // Middleware is for all methods.
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.slice(`/${name}`.length) || "/"}`);
    expect(described.toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  it("describes every problem that its code has", () => {
    const known = new Map(operations.flatMap(({ problems = {} }) => Object.entries(problems)));
    const folder = join(root, "functions", name);
    const text = readdirSync(folder)
      .filter((file) => file.endsWith(".ts") && file !== "assets.ts")
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    for (const [, status, code = ""] of text.matchAll(/new Problem\(\s*(\d{3}),\s*"(\w+)"/g)) {
      expect(known.get(code), code).toBe(Number(status));
    }
  });
});
