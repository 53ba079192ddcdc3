import { createHmac } from "node:crypto";

export type Claims = Readonly<Record<string, unknown>>;

/** What an access token says. */
export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Claims;
}

/** Signs claims with HMAC SHA-256, whatever the header says. */
export function sign(claims: Claims, secret: string, header: Claims = { alg: "HS256", typ: "JWT" }): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}

/** A token whose claims were changed and whose signature was kept. */
export function tamper(token: string, change: Claims): string {
  const [header, , signature] = token.split(".");
  return `${header}.${encode({ ...claimsOf(token), ...change })}.${signature}`;
}

/** A token that says it needs no signature. */
export function unsigned(claims: Claims, signature = ""): string {
  return `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.${signature}`;
}

function encode(part: Claims): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
