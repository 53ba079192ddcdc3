import { z } from "zod";
import type { FunctionOperation } from "../../functions/_shared/operation.ts";
import type { Bucket } from "./catalog.ts";

const place = (bucket: z.ZodType) =>
  z.object({ bucket, path: z.string().describe("Folder and name; the first folder says whom it belongs to") });
/** Status 400 whatever is wrong; `statusCode` in the body says more. A wrong token is told by 401 in the embedded stack. */
const refused = { Unauthorized: 400, "Bucket not found": 400, not_found: 400, InvalidJWT: [400, 401] } as const;
const wrongName = { "Invalid key": 400, InvalidKey: 400, InvalidRequest: 400, Error: 400 } as const;
const file = {
  200: { description: "The file, as the type that it was uploaded with.", type: "*/*", schema: z.unknown() },
  304: { description: "Unchanged since the answer whose ETag is in `If-None-Match`." },
} as const;

/** What Storage answers to a front end; supabase-js calls it under `supabase.storage`. */
export function storageOperations(buckets: readonly Bucket[]): readonly FunctionOperation[] {
  const bucket = z.enum(buckets.map(({ id }) => id) as [string, ...string[]]);
  const open = z.enum(buckets.filter((one) => one.public).map(({ id }) => id) as [string, ...string[]]);
  const uploaded = { 200: { description: "Uploaded.", schema: z.looseObject({ Key: z.string() }) } } as const;
  const upload = {
    access: "person",
    params: place(bucket),
    bodyType: "*/*",
    answers: uploaded,
    problems: { ...refused, ...wrongName, Duplicate: 400, "Payload too large": [400, 413], invalid_mime_type: 400 },
  } as const;
  return [
    {
      ...{ method: "post", path: "/object/:bucket/:path", id: "storage.upload", summary: "Upload a file", ...upload },
      description:
        [
          "The body is the file, with its `Content-Type`. `x-upsert: true` replaces one.",
          "| bucket | who reads a file | bytes | types |\n| --- | --- | --- | --- |",
        ].join("\n\n") + buckets.map(bucketLine).join(""),
    },
    {
      ...{ method: "put", path: "/object/:bucket/:path", id: "storage.replace", summary: "Replace a file" },
      ...upload,
    },
    {
      ...{
        method: "get",
        path: "/object/:bucket/:path",
        id: "storage.download",
        access: "person",
        summary: "Download a file",
      },
      params: place(bucket),
      answers: file,
      problems: { ...refused, ...wrongName },
    },
    {
      ...{ method: "get", path: "/object/public/:bucket/:path", id: "storage.public", access: "anybody" },
      summary: "A file of a public bucket",
      params: place(open),
      answers: file,
      problems: { ...refused, ...wrongName },
    },
    {
      ...{ method: "delete", path: "/object/:bucket", id: "storage.delete", access: "person" },
      summary: "Delete files",
      description: "What the caller may not delete stays, and is not in the answer.",
      params: z.object({ bucket }),
      body: z.object({ prefixes: z.array(z.string()).min(1).max(1000).describe("Their paths") }),
      answers: {
        200: { description: "Those that are deleted.", schema: z.array(z.looseObject({ name: z.string() })) },
      },
      problems: { ...refused, ...wrongName },
    },
    {
      ...{
        method: "post",
        path: "/object/list/:bucket",
        id: "storage.list",
        access: "person",
        summary: "List a folder",
      },
      params: z.object({ bucket }),
      body: z.object({
        prefix: z.string().describe("The folder"),
        limit: z.number().int().min(1).max(1000).default(100),
        offset: z.number().int().min(0).default(0),
        sortBy: z
          .object({ column: z.enum(["name", "created_at", "updated_at"]), order: z.enum(["asc", "desc"]) })
          .optional(),
      }),
      answers: { 200: { description: "Files and folders.", schema: z.array(z.looseObject({ name: z.string() })) } },
      problems: { ...refused, ...wrongName },
    },
    {
      ...{ method: "post", path: "/object/sign/:bucket/:path", id: "storage.sign", access: "person" },
      summary: "An address that whoever has it may download from",
      params: place(bucket),
      body: z.object({ expiresIn: z.number().int().min(1).describe("Seconds") }),
      answers: {
        200: { description: "The address, below /storage/v1.", schema: z.looseObject({ signedURL: z.string() }) },
      },
      problems: { ...refused, ...wrongName },
    },
    {
      ...{ method: "post", path: "/object/upload/sign/:bucket/:path", id: "storage.sign_upload", access: "person" },
      summary: "An address that one file may be uploaded to",
      params: place(bucket),
      answers: { 200: { description: "The address, below /storage/v1.", schema: z.looseObject({ url: z.string() }) } },
      problems: { ...refused, ...wrongName, Duplicate: 400 },
    },
  ];
}

function bucketLine({ id, public: isPublic, file_size_limit, allowed_mime_types }: Bucket): string {
  const readers = isPublic ? "anybody who has its address" : "as policies let";
  return `\n| \`${id}\` | ${readers} | ${file_size_limit ?? ""} | ${allowed_mime_types?.join(", ") ?? "all"} |`;
}
