import { lookup } from "node:dns/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import type { OutgoingHttp, OutgoingRead } from "./outgoing-http.ts";
import { type AddressPolicy, checkTarget, type Resolve, type Target } from "./safe-address.ts";

/** Addresses by the rules of this machine; IPv4 first, which more machines can reach. */
const resolveHere: Resolve = async (host) =>
  (await lookup(host, { all: true, order: "ipv4first" })).map(({ address }) => address);

/** Sends requests to addresses that the policy allows, and to no other, whatever a name means a moment later. */
export function guardedHttp(policy: AddressPolicy, resolve: Resolve = resolveHere): OutgoingHttp {
  const exchange = async <T>(request: OutgoingRead, body: string | undefined, read: Read<T>): Promise<T> => {
    const signal = AbortSignal.timeout(request.timeoutMs);
    try {
      const target = await Promise.race([checkTarget(request.url, policy, resolve), rejectsOnAbort(signal)]);
      return await send(target, request, body, signal, read);
    } catch (error) {
      if (signal.aborted) throw new Error(`No answer within ${request.timeoutMs / 1000} seconds.`);
      throw error;
    }
  };
  return {
    post: (request) =>
      exchange(request, request.body, async (response, signal) => ({
        status: response.statusCode ?? 0,
        retryAfter: response.headers["retry-after"],
        body: new TextDecoder().decode(await readBeginning(response, request.maxBytes, signal)),
      })),
    get: (request) =>
      exchange(request, undefined, async (response, signal) => {
        const body = await readBeginning(response, request.maxBytes + 1, signal);
        if (body.length > request.maxBytes) throw new Error(`The answer is longer than ${request.maxBytes} bytes.`);
        if (!response.complete) throw new Error("The answer broke off.");
        return { status: response.statusCode ?? 0, body };
      }),
  };
}

type Read<T> = (response: IncomingMessage, signal: AbortSignal) => Promise<T>;

function rejectsOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
}

/** Connects to the checked address itself; the name stays in the Host header and in the check of the certificate. */
function send<T>(
  { url, address }: Target,
  { headers }: OutgoingRead,
  body: string | undefined,
  signal: AbortSignal,
  read: Read<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === "https:";
    const request = (secure ? requestHttps : requestHttp)({
      host: address,
      port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...headers,
        host: url.host,
        ...(body === undefined ? {} : { "content-length": String(new TextEncoder().encode(body).length) }),
      },
      ...(secure ? { servername: isIP(url.hostname.replace(/^\[|\]$/g, "")) ? "" : url.hostname } : {}),
      // A connection of its own, closed afterwards.
      agent: false,
      signal,
    });
    request.once("response", (response) => read(response, signal).then(resolve, reject));
    request.once("error", reject);
    request.once("close", () => reject(new Error("The connection was closed without an answer.")));
    request.end(body);
  });
}

/**
 * The first bytes of the body; then the connection is cut. An answer that breaks off, or does not end in time, is an
 * answer: its status says all that counts.
 */
async function readBeginning(
  response: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stop = () => response.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBytes) break;
    }
  } catch {
    // What has come is what there is.
  } finally {
    signal.removeEventListener("abort", stop);
    response.destroy();
  }
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer()).subarray(0, maxBytes);
}
