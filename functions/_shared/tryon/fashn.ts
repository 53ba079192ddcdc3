import { Buffer } from "node:buffer";
import { z } from "zod";
import { MOST_BYTES, type Pictures } from "../jobs/pictures.ts";
import type { OutgoingHttp } from "../webhooks/outgoing-http.ts";
import { AddressRefused } from "../webhooks/safe-address.ts";
import { type LookProgress, NotStarted, type TryonFailure, type TryonProvider } from "./provider.ts";

/** For how long an answer is waited for. */
const TIMEOUT_MS = 30_000;
/** A picture in base64, and what is around it. */
const MOST_JSON_BYTES = (MOST_BYTES / 3) * 4 + 10_000;

const run = z.object({ id: z.string().min(1).max(300) });
const status = z.discriminatedUnion("status", [
  z.object({ status: z.enum(["starting", "in_queue", "processing"]) }),
  z.object({ status: z.literal("completed"), output: z.tuple([z.string()], z.unknown()) }),
  z.object({ status: z.literal("failed"), error: z.object({ name: z.string() }) }),
]);

/** Errors of a run that are about its pictures; the others are the service's own. */
const failures: Readonly<Record<string, TryonFailure>> = {
  ContentModerationError: "content_refused",
  NSFWError: "content_refused",
  ImageLoadError: "photo_unsuitable",
  InputValidationError: "photo_unsuitable",
  PhotoTypeError: "photo_unsuitable",
  PoseError: "photo_unsuitable",
};

/** Errors of a connection that was never there. */
const unreached = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

/**
 * FASHN, version 1 of its API, or a service that speaks the same: `POST /v1/run` begins, `GET /v1/status/ID` tells how far it
 * is. Photos go as base64 and come back so, which FASHN keeps in no file; an address is followed as well.
 */
export function fashnProvider(
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  http: OutgoingHttp,
  pictures: Pictures | undefined,
): TryonProvider {
  const base = url.replace(/\/$/, "");
  const headers = { authorization: `Bearer ${apiKey}`, accept: "application/json" };

  const received = async (output: string): Promise<LookProgress> => {
    if (pictures === undefined) throw new Error("Pictures need a worker: start one, as docs/deploying.md says.");
    const picture = await pictures.upright(await bytesOf(http, output));
    // What it has made is no picture, or too large a one.
    return typeof picture === "string"
      ? { state: "failed", failure: "provider_unavailable" }
      : { state: "done", picture };
  };

  return {
    name: "fashn",
    isFree: false,
    async start({ photo, cutout }) {
      const body = JSON.stringify({
        model_name: "tryon-v1.6",
        inputs: {
          model_image: dataUri(photo.bytes, "image/jpeg"),
          garment_image: dataUri(cutout.bytes, "image/webp"),
          output_format: "jpeg",
          return_base64: true,
        },
      });
      const answer = await http
        .post({
          ...{ url: `${base}/v1/run`, headers: { ...headers, "content-type": "application/json" }, body },
          ...{ timeoutMs: TIMEOUT_MS, maxBytes: MOST_JSON_BYTES },
        })
        .catch((error: unknown) => {
          throw wasReached(error) ? error : new NotStarted("The try-on service cannot be reached.", { cause: error });
        });
      if (answer.status === 400) return { state: "failed", failure: "photo_unsuitable" };
      // It begins nothing that it has not given an id for.
      if (answer.status !== 200) throw new NotStarted(`The try-on service answered ${answer.status}.`);
      return { state: "running", run: run.parse(JSON.parse(answer.body)).id };
    },
    async look(id) {
      const answer = await http.get({
        ...{ url: `${base}/v1/status/${encodeURIComponent(id)}`, headers },
        ...{ timeoutMs: TIMEOUT_MS, maxBytes: MOST_JSON_BYTES },
      });
      // It is not kept any more.
      if (answer.status === 404) return { state: "failed", failure: "timed_out" };
      if (answer.status !== 200) throw new Error(`The try-on service answered ${answer.status}.`);
      const told = status.parse(JSON.parse(new TextDecoder().decode(answer.body)));
      if (told.status === "failed") {
        return { state: "failed", failure: failures[told.error.name] ?? "provider_unavailable" };
      }
      return told.status === "completed" ? received(told.output[0]) : { state: "running", run: id };
    },
  };
}

function wasReached(error: unknown): boolean {
  if (error instanceof AddressRefused) return false;
  return !(error instanceof Error && "code" in error && unreached.includes(String(error.code)));
}

function dataUri(bytes: Uint8Array, type: string): string {
  return `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}

/** The picture in an output: within it, or at an address. */
async function bytesOf(http: OutgoingHttp, output: string): Promise<Uint8Array> {
  const [, base64] = /^data:[\w/+.-]+;base64,(.*)$/s.exec(output) ?? [];
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  const { status, body } = await http.get({
    ...{ url: output, headers: { accept: "image/*" } },
    ...{ timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES },
  });
  if (status !== 200) throw new Error(`The picture of the try-on service is not there: ${status}.`);
  return body;
}
