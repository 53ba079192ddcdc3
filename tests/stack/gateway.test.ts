import { afterAll, beforeAll, expect, it } from "vitest";
import { Gateway } from "../../stack/gateway.ts";
import { freePort } from "../../stack/ports.ts";

let gateway: Gateway;
let origin: string;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  gateway = new Gateway({
    name: "Echo",
    port,
    handler: (request, peerAddress) => Response.json({ peerAddress, headers: Object.fromEntries(request.headers) }),
  });
  await gateway.start();
});
afterAll(() => gateway.stop());

it("names the socket's address to whatever is behind it, and believes no client's own", async () => {
  const response = await fetch(origin, {
    headers: {
      "X-Forwarded-For": "203.0.113.7, 198.51.100.1",
      "CF-Connecting-IP": "203.0.113.7",
      "X-Real-IP": "203.0.113.7",
      "True-Client-IP": "203.0.113.7",
      Forwarded: "for=203.0.113.7",
      "X-Custom": "kept",
    },
  });
  const { peerAddress, headers } = (await response.json()) as {
    peerAddress: string;
    headers: Record<string, string>;
  };
  expect(peerAddress).toBe("127.0.0.1");
  expect(headers).toMatchObject({ "x-forwarded-for": "127.0.0.1", "x-custom": "kept" });
  expect(JSON.stringify(headers)).not.toContain("203.0.113.7");
});
