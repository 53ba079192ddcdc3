import type { Operation } from "./answers.ts";
import type { OpenApi } from "./openapi.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly schema?: { readonly enum?: readonly string[] };
  readonly $ref?: string;
}
interface Described extends Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

const pair = (key: string, value: string, type = "string") => ({ key, value, type });

/** Keeps the session of whoever signs in, for all requests after it. */
const keepToken = [
  "const answer = pm.response.json();",
  'pm.collectionVariables.set("token", answer.access_token);',
  'pm.collectionVariables.set("user_id", answer.user.id);',
];

/** A Postman collection (v2.1) of all operations, in folders by tag. Signing in comes first and keeps the session. */
export function postmanCollection({ paths, tags, info }: OpenApi) {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method,
      operation: operation as unknown as Described,
    })),
  );
  const folders = (tags as { name: string; description: string }[]).map(({ name, description }) => ({
    name,
    description,
    item: all
      .filter(({ operation }) => operation.tags[0] === name)
      .map(({ path, method, operation }) => requestItem(path, method, operation)),
  }));
  const { title, description } = info as { title: string; description: string };
  return {
    info: {
      name: title,
      description: `${description}\n\nSet the variables \`url\`, \`key\`, \`email\` and \`password\` of the collection, send "Sign in here first", and the rest is sent with your session.`,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    auth: { type: "bearer", bearer: [pair("token", "{{token}}")] },
    variable: [
      pair("url", "http://127.0.0.1:54321"),
      pair("key", ""),
      pair("secret_key", ""),
      pair("email", "bride@demo.nexus.test"),
      pair("password", "demo-password"),
      pair("token", ""),
      pair("user_id", ""),
    ],
    item: [signIn(), ...folders],
  };
}

function signIn() {
  const body = '{\n  "email": "{{email}}",\n  "password": "{{password}}"\n}';
  return {
    name: "Sign in here first",
    event: [{ listen: "test", script: { type: "text/javascript", exec: keepToken } }],
    request: {
      method: "POST",
      auth: { type: "noauth" },
      header: [pair("apikey", "{{key}}"), pair("Content-Type", "application/json")],
      url: urlOf("/auth/v1/token", [{ key: "grant_type", value: "password" }], []),
      body: { mode: "raw", raw: body, options: { raw: { language: "json" } } },
    },
    response: [],
  };
}

function requestItem(path: string, method: string, operation: Described) {
  const parameters = (operation.parameters ?? []).filter(({ $ref }) => $ref === undefined);
  const inQuery = parameters
    .filter((one) => one.in === "query")
    .map(({ name, description = "", required = false, schema }) => ({
      ...{ key: name, value: schema?.enum?.[0] ?? "", description },
      disabled: !required,
    }));
  const inPath = parameters
    .filter((one) => one.in === "path")
    .map(({ name, description = "" }) => ({ key: name, value: "", description }));
  const needs = (scheme: string) => operation.security.some((one) => scheme in one);
  const key = needs("publishableKey") ? "{{key}}" : needs("secretKey") ? "{{secret_key}}" : undefined;
  return {
    name: operation.summary,
    request: {
      method: method.toUpperCase(),
      description: operation.description ?? "",
      ...(needs("session") ? {} : { auth: { type: "noauth" } }),
      header: [
        ...(key === undefined ? [] : [pair("apikey", key)]),
        ...(hasJson(operation) ? [pair("Content-Type", "application/json")] : []),
        ...(["post", "patch"].includes(method) && /^\/rest\/v1\/(?!rpc\/)/.test(path)
          ? [pair("Prefer", "return=representation")]
          : []),
      ],
      url: urlOf(path, inQuery, inPath),
      ...bodyOf(operation),
    },
    response: [],
  };
}

const hasJson = ({ requestBody }: Described) => requestBody?.content["application/json"] !== undefined;

function bodyOf(operation: Described) {
  if (operation.requestBody === undefined) return {};
  if (!hasJson(operation)) return { body: { mode: "file", file: {} } };
  const { example = {} } = operation.requestBody.content["application/json"] ?? {};
  return { body: { mode: "raw", raw: JSON.stringify(example, null, 2), options: { raw: { language: "json" } } } };
}

/** Postman writes `:name` for a part of a path. */
function urlOf(
  path: string,
  query: readonly { key: string; value: string; disabled?: boolean }[],
  variable: readonly object[],
) {
  const parts = path
    .replaceAll(/\{(\w+)\}/g, ":$1")
    .slice(1)
    .split("/");
  const sent = query.filter(({ disabled }) => disabled !== true).map(({ key, value }) => `${key}=${value}`);
  return {
    raw: `{{url}}/${parts.join("/")}${sent.length === 0 ? "" : `?${sent.join("&")}`}`,
    host: ["{{url}}"],
    path: parts,
    ...(query.length === 0 ? {} : { query }),
    ...(variable.length === 0 ? {} : { variable }),
  };
}
