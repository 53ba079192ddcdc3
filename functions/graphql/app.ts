import type { SupabaseClient } from "@supabase/supabase-js";
import { type DocumentNode, type GraphQLError, getOperationAST, parse } from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import { Hono } from "hono";
import type { Database } from "../_shared/database.types.ts";
import { limitAnybody, limitRate, type RateLimit } from "../_shared/limit-rate.ts";
import { notFound, onError } from "../_shared/problem.ts";
import { type KeyVariables, requireKey } from "../_shared/require-key.ts";
import { buildSchema } from "./build-schema.ts";
import { asCaller } from "./data-api.ts";
import { database } from "./database.ts";
import { maskError, withCode } from "./errors.ts";
import { checkLimits, checkQuery, MAX_TOKENS } from "./limits.ts";
import { persistedQueries, RecentValues } from "./persisted-queries.ts";

/** Five queries a second for each address. */
const queryLimit: RateLimit = { operation: "graphql", capacity: 300, perMinute: 300, lease: 10 };
const pageLimit: RateLimit = { operation: "graphql.page", capacity: 20, perMinute: 10, lease: 1 };

/** Longest body of a request. */
const MAX_BODY = 100_000;

export interface GraphqlParts {
  /** With the secret key, for the rate limit alone. */
  readonly server: SupabaseClient<Database>;
  /** Of the project; the Data API is below it. */
  readonly url: string;
  /** GraphiQL as HTML, where it is installed. */
  readonly page: () => Promise<string | undefined>;
  readonly send?: typeof fetch;
}

/** GraphQL over the Data API, which the caller's own key and token open: it shows and changes nothing that they would not. */
export function createApp({ server, url, page, send = fetch }: GraphqlParts) {
  const yoga = createYoga({
    schema: buildSchema(database),
    context: ({ request }) => ({ ask: asCaller(url, request.headers, send) }),
    plugins: [limits, persistedQueries(), codes],
    maskedErrors: { maskError },
    parserAndValidationCache: {
      documentCache: new RecentValues<DocumentNode>(200),
      errorCache: new RecentValues<Error>(50),
    },
    maxRequestBodySize: MAX_BODY,
    fetchAPI: { Request, Response, Headers, ReadableStream, TextEncoder, TextDecoder, URL, URLSearchParams, fetch },
    ...{ graphiql: false, landingPage: false, batching: false, multipart: false, cors: false, logging: false },
  });
  const app = new Hono<{ Variables: KeyVariables }>().basePath("/graphql");
  app.onError(onError);
  app.notFound(notFound);
  const limitedPage = limitAnybody(server, pageLimit);
  // A browser that opens the address brings no key; the page has a place for it.
  app.get("/", async (context, next) => {
    if (context.req.header("accept")?.includes("text/html") !== true) return next();
    return limitedPage(context, async () => {
      const html = await page();
      context.res = html === undefined ? await notFound(context) : context.html(html, 200, pageHeaders);
    });
  });
  app.use(requireKey());
  app.use(limitRate(server, queryLimit));
  app.on(["GET", "POST"], "/", async (context) => {
    const response = await yoga.fetch(context.req.raw);
    response.headers.set("cache-control", "no-store");
    return response;
  });
  return app;
}

const pageHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

const limits: Plugin = {
  onParams: ({ params }) => checkQuery(params),
  onParse({ setParseFn }) {
    setParseFn((source: string, options?: object) => parse(source, { ...options, maxTokens: MAX_TOKENS }));
  },
  onExecute({ args: { schema, document, operationName, variableValues } }) {
    const operation = getOperationAST(document, operationName);
    if (operation != null) checkLimits({ schema, document, operation, variables: variableValues ?? {} });
  },
};

/** Every error has a code and a status. */
const codes: Plugin = {
  onResultProcess({ result, setResult }) {
    if (!("errors" in result) || result.errors === undefined) return;
    setResult({ ...result, errors: (result.errors as GraphQLError[]).map(withCode) });
  },
};
