import { createHash } from "node:crypto";
import { brotliDecompressSync } from "node:zlib";
import { packed } from "./assets.ts";
import spec from "./openapi.json" with { type: "json" };
import collection from "./postman.json" with { type: "json" };

/** A file as it is answered. */
export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

export interface Project {
  /** Its address, without a slash at its end; empty: where the page itself is. */
  readonly origin: string;
  /** The publishable key, which may be in a browser. */
  readonly key: string;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  json: "application/json",
};

/** Names of all files of the page. */
export const fileNames: readonly string[] = [...Object.keys(packed), "openapi.json", "postman.json", "settings.json"];

/** Makes a file, for a project; each is made once. */
export function pageFiles(project: Project): (name: string) => PageFile | undefined {
  const made = new Map<string, PageFile>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined || !fileNames.includes(name)) return known;
    const body = new Uint8Array(bytesOf(name, project));
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
    const file = { body, type: `${types[name.split(".").at(-1) ?? ""]}; charset=utf-8`, etag };
    made.set(name, file);
    return file;
  };
}

function bytesOf(name: string, project: Project): Buffer {
  switch (name) {
    case "openapi.json":
      return toBytes(withOrigin(project.origin));
    case "postman.json":
      return toBytes(withVariables(project));
    case "settings.json":
      return toBytes(project);
    default:
      return brotliDecompressSync(Buffer.from(packed[name] ?? "", "base64"));
  }
}

const toBytes = (value: unknown) => Buffer.from(JSON.stringify(value));

/** With the address of this project as the default, for programs that read the document elsewhere. */
function withOrigin(origin: string) {
  if (origin === "") return spec;
  return {
    ...spec,
    servers: [{ url: "{origin}", variables: { origin: { default: origin, description: "Its address" } } }],
  };
}

function withVariables({ origin, key }: Project) {
  const own: Readonly<Record<string, string>> = { url: origin, key };
  const variables = collection["variable"] as { readonly key: string; readonly value: string }[];
  return {
    ...collection,
    variable: variables.map((one) => ({ ...one, value: own[one.key] || one.value })),
  };
}
