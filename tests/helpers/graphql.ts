import { createApp } from "../../functions/graphql/app.ts";
import type { Person, World } from "./world.ts";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a query answers depends on the query
  readonly data?: any;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly status: number; readonly details?: unknown };
  }[];
}

/** Sends a query, as nobody unless told. */
export type Ask = (query: string, variables?: Readonly<Record<string, unknown>>, person?: Person) => Promise<Answer>;

/** Asks by any way to the function; `extra` goes into the body too. */
export function asking(
  world: World,
  send: (init: RequestInit) => Response | Promise<Response>,
  extra: object = {},
): Ask {
  return async (query, variables = {}, person) => {
    const response = await send({
      method: "POST",
      headers: {
        apikey: world.keys.publishable,
        "content-type": "application/json",
        ...(person === undefined ? {} : { authorization: `Bearer ${person.accessToken}` }),
      },
      body: JSON.stringify({ query, variables, ...extra }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  };
}

/** The function in this process, and the requests that it has sent to the Data API. */
export function graphqlApp(world: World) {
  const requests: string[] = [];
  const app = createApp({
    server: world.asService(),
    url: world.apiUrl,
    page: () => Promise.resolve("<title>GraphiQL</title>"),
    send: (input, init) => {
      const request = new Request(input, init);
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      return world.fetch(request);
    },
  });
  const send = (init: RequestInit, search = "") =>
    app.fetch(new Request(`http://functions.test/graphql${search}`, init));
  return { send, requests, ask: asking(world, send) };
}

/** What came, when nothing was refused. */
export function dataOf({ data, errors }: Answer) {
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}
