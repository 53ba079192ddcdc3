import type { ApiRole } from "./catalog.ts";
import type { Refusal } from "./codes.ts";
import type { Example } from "./examples.ts";
import type { JsonSchema } from "./json-schema.ts";

/** An operation of OpenAPI, as far as it is built here. */
export type Operation = Readonly<Record<string, unknown>>;
export type Paths = Record<string, Record<string, Operation>>;

export const ref = (kind: "parameters" | "responses" | "schemas", name: string) => ({
  $ref: `#/components/${kind}/${name}`,
});

/** Which keys let whom in. */
export function securityOf(roles: readonly ApiRole[]): readonly Readonly<Record<string, readonly string[]>>[] {
  return [
    ...(roles.includes("anon") ? [{ publishableKey: [] }] : []),
    ...(roles.includes("authenticated") ? [{ publishableKey: [], session: [] }] : []),
    ...(roles.includes("service_role") ? [{ secretKey: [] }] : []),
  ];
}

const reasons: Readonly<Record<number, string>> = {
  400: "The request is wrong.",
  401: "No key, no session, or one that is out of date.",
  403: "Not allowed.",
  404: "Not there, or not the caller's.",
  406: "Not exactly one row, where one was asked for.",
  409: "It cannot be done as things stand.",
  410: "It is over.",
  413: "Too large.",
  416: "No such range of rows.",
  422: "A mistake in the front end.",
  429: "Too many requests.",
  503: "Not there for the moment.",
};

/**
 * The answers of the Data API that are no success: those that every call may have, and those that functions and triggers
 * give with a code of their own, which is the answer's `hint`.
 */
export function refusedAnswers(always: readonly number[], refusals: readonly Refusal[]): Record<string, unknown> {
  const statuses = new Set([...always, ...refusals.map(({ status }) => status)]);
  return Object.fromEntries(
    [...statuses].toSorted().map((status) => {
      const codes = refusals.filter((refusal) => refusal.status === status);
      if (codes.length === 0) return [status, ref("responses", `Refused${status}`)];
      return [status, refusedAnswer(status, codes, always.includes(status))];
    }),
  );
}

function refusedAnswer(status: number, codes: readonly Refusal[], isGeneral: boolean) {
  const lines = codes.map(({ code, message }) => `- \`${code}\`${message === "" ? "" : `: ${message}`}`);
  const [first] = codes;
  return {
    description: `${reasons[status] ?? "Refused."}\n\n${lines.join("\n")}`,
    headers:
      status === 429 ? { "Retry-After": { description: "Seconds to wait.", schema: { type: "integer" } } } : undefined,
    content: {
      "application/json": {
        schema: isGeneral
          ? ref("schemas", "Refusal")
          : {
              allOf: [ref("schemas", "Refusal")],
              properties: { hint: { enum: codes.map(({ code }) => code) } },
            },
        example: {
          code: `PT${status}`,
          hint: first?.code,
          message: first?.message || "What is wrong, and what to do.",
          details: null,
        },
      },
    },
    "x-codes": codes.map(({ code }) => code),
  };
}

/** General answers, for components. */
export function generalAnswers(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(reasons).map(([status, description]) => [
      `Refused${status}`,
      { description, content: { "application/json": { schema: ref("schemas", "Refusal") } } },
    ]),
  );
}

/** A JSON body, with a real example where one was recorded. */
export function jsonContent(schema: JsonSchema, example?: unknown) {
  return { "application/json": { schema, ...(example === undefined ? {} : { example }) } };
}

/** The example of an answer, as people read it. */
export const answerOf = (example: Example | undefined) => (example === undefined ? undefined : example.answer);
