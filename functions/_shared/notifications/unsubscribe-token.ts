import { z } from "zod";

/** Whom a token lets out of what. */
export interface Subscription {
  readonly userId: string;
  readonly topic: string;
}

const subscription = z.tuple([z.uuid(), z.enum(["reminders", "boutique", "news", "marketing"]), z.base64url()]);

/**
 * A token that stops the mails of a topic, for the link in every such mail: `<user id>.<topic>.<HMAC-SHA-256>`. It does
 * not expire, for old mails are found in drawers, and nothing of it is stored. All it can do is less mail.
 */
export async function unsubscribeToken({ userId, topic }: Subscription, secret: string): Promise<string> {
  const content = `${userId}.${topic}`;
  const signature = await crypto.subtle.sign("HMAC", await importKey(secret), encode(content));
  return `${content}.${toBase64Url(new Uint8Array(signature))}`;
}

/** What a token is for; undefined when it was not made with this secret. Compares in constant time. */
export async function readUnsubscribeToken(token: string, secret: string): Promise<Subscription | undefined> {
  const parts = subscription.safeParse(token.split("."));
  if (!parts.success) return undefined;
  const [userId, topic, signature] = parts.data;
  const bytes = fromBase64Url(signature);
  const genuine = await crypto.subtle.verify("HMAC", await importKey(secret), bytes, encode(`${userId}.${topic}`));
  return genuine ? { userId, topic } : undefined;
}

const encode = (text: string) => new TextEncoder().encode(text);

function importKey(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}
