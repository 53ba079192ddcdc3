import { createApp } from "../../functions/graphql/app.ts";
import type { Person, World } from "./world.ts";

/** `Data` is what the query asks for, as far as the test looks at it. */
export interface Answer<Data = unknown> {
  readonly status: number;
  readonly data?: Data;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly status: number; readonly details?: unknown };
  }[];
}

/** Rows of a list. */
export interface Nodes<Node> {
  readonly nodes: readonly Node[];
}

/** Sends a query, as nobody unless told. */
export type Ask = <Data = unknown>(
  query: string,
  variables?: Readonly<Record<string, unknown>>,
  person?: Person,
) => Promise<Answer<Data>>;

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
export function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  if (errors !== undefined || data === undefined) throw new Error(JSON.stringify(errors ?? "no data"));
  return data;
}
