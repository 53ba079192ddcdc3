import type { IncomingMessage } from "node:http";

/** Headers in which proxies pass on whom they speak for. Nothing here sits behind one, so a client has written them. */
const claims = new Set(["x-forwarded-for", "x-real-ip", "cf-connecting-ip", "true-client-ip", "forwarded"]);

/**
 * Makes the socket's address the only one that a request names: in `x-forwarded-for`, where the platform's gateway puts
 * it and where functions and the database look for it. Otherwise a client would choose its own rate limit.
 */
export function stampPeerAddress(incoming: IncomingMessage): void {
  const kept: string[] = [];
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = incoming.rawHeaders.slice(index, index + 2);
    if (!claims.has(name.toLowerCase())) kept.push(name, value);
  }
  const { remoteAddress } = incoming.socket;
  if (remoteAddress !== undefined) kept.push("x-forwarded-for", remoteAddress);
  incoming.rawHeaders = kept;
}
