import { z } from "zod";
import type { ProviderCredentials, ProviderName } from "./provider.ts";

/** Whose credentials they are. An envelope opens for the same boutique and provider alone. */
export interface EnvelopeOwner {
  readonly boutiqueId: string;
  readonly provider: ProviderName;
}

/**
 * - `malformed`: it is no envelope, or one of a version that we do not know.
 * - `unknown_key`: none of the master keys has sealed it.
 * - `tampered`: it was changed, or it is another boutique's or another provider's.
 */
export type EnvelopeErrorCode = "malformed" | "unknown_key" | "tampered";

/** An envelope that does not open. The message has nothing of its content. */
export class EnvelopeError extends Error {
  readonly code: EnvelopeErrorCode;

  constructor(code: EnvelopeErrorCode, message: string) {
    super(message);
    this.name = "EnvelopeError";
    this.code = code;
  }
}

export interface Envelopes {
  /** Encrypts with the newest master key. Two envelopes of the same content differ. */
  seal(credentials: ProviderCredentials, owner: EnvelopeOwner): Promise<string>;
  /** @throws EnvelopeError */
  open(envelope: string, owner: EnvelopeOwner): Promise<ProviderCredentials>;
  /** The same content under the newest master key; as it is when that has sealed it already. For a rotation. */
  renew(envelope: string, owner: EnvelopeOwner): Promise<string>;
}

const content = z.object({ secretKey: z.string(), webhookSecret: z.string() });
const encoder = new TextEncoder();
const IV_BYTES = 12;

/**
 * Envelope encryption of boutiques' credentials. Every envelope has a data key of its own, which encrypts the content
 * (AES-256-GCM) and is itself encrypted with a key derived from the master key (HKDF with SHA-256, AES-256-GCM). Both name
 * version, boutique and provider as additional data, so that an envelope moved to another row does not open.
 *
 * The text is `v1.KEY.WRAPPED.CONTENT`: which master key, the data key, the content; the last two begin with their nonces.
 *
 * @param masterKey 32 or more random characters
 * @param oldMasterKeys those before: what they have sealed still opens
 */
export function credentialEnvelopes(masterKey: string, oldMasterKeys: readonly string[] = []): Envelopes {
  const newest = deriveKey(masterKey);
  const keys = [newest, ...oldMasterKeys.map(deriveKey)];
  // Awaited by every call; one that never comes must not end the process.
  for (const key of keys) key.catch(() => undefined);

  const seal: Envelopes["seal"] = async (credentials, owner) => {
    const key = await newest;
    const context = contextOf(owner, key.id);
    const dataKey = crypto.getRandomValues(new Uint8Array(32));
    const wrapped = await encrypt(key.wrapping, dataKey, context);
    const sealed = await encrypt(await importKey(dataKey), encoder.encode(JSON.stringify(credentials)), context);
    return ["v1", key.id, toBase64(wrapped), toBase64(sealed)].join(".");
  };
  const open: Envelopes["open"] = async (envelope, owner) => {
    const [, id = "", wrapped = "", sealed = ""] =
      /^v1\.([\w-]{11})\.([\w-]+)\.([\w-]+)$/.exec(envelope) ?? fail("malformed", "This is no envelope of version 1.");
    const key = (await Promise.all(keys)).find((candidate) => candidate.id === id);
    if (key === undefined) {
      return fail(
        "unknown_key",
        "None of the master keys has sealed this. Add the older one to PAYMENTS_OLD_MASTER_KEYS.",
      );
    }
    try {
      const context = contextOf(owner, id);
      const dataKey = await decrypt(key.wrapping, fromBase64(wrapped), context);
      const plain = await decrypt(await importKey(dataKey), fromBase64(sealed), context);
      return content.parse(JSON.parse(new TextDecoder().decode(plain)));
    } catch {
      return fail("tampered", "The envelope was changed, or it is of another boutique or provider.");
    }
  };
  return {
    seal,
    open,
    async renew(envelope, owner) {
      const credentials = await open(envelope, owner);
      return envelope.startsWith(`v1.${(await newest).id}.`) ? envelope : seal(credentials, owner);
    },
  };
}

interface MasterKey {
  /** Tells the keys apart, and nothing of the key. */
  readonly id: string;
  readonly wrapping: CryptoKey;
}

async function deriveKey(masterKey: string): Promise<MasterKey> {
  const material = await crypto.subtle.importKey("raw", encoder.encode(masterKey), "HKDF", false, ["deriveBits"]);
  const derive = (purpose: string, bits: number) =>
    crypto.subtle.deriveBits(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: encoder.encode(`nexus payments ${purpose}`) },
      material,
      bits,
    );
  return {
    id: toBase64(new Uint8Array(await derive("key id v1", 64))),
    wrapping: await importKey(new Uint8Array(await derive("wrapping key v1", 256))),
  };
}

/** JSON, so that no two owners give the same bytes. */
function contextOf({ boutiqueId, provider }: EnvelopeOwner, keyId: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(["nexus payments", "v1", keyId, boutiqueId, provider]));
}

function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

async function encrypt(key: CryptoKey, plain: Uint8Array<ArrayBuffer>, additionalData: Uint8Array<ArrayBuffer>) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain));
  const whole = new Uint8Array(IV_BYTES + sealed.length);
  whole.set(iv);
  whole.set(sealed, IV_BYTES);
  return whole;
}

async function decrypt(key: CryptoKey, whole: Uint8Array<ArrayBuffer>, additionalData: Uint8Array<ArrayBuffer>) {
  const iv = whole.slice(0, IV_BYTES);
  const sealed = whole.slice(IV_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function fail(code: EnvelopeErrorCode, message: string): never {
  throw new EnvelopeError(code, message);
}
