import { describe, expect, it } from "vitest";
import { credentialEnvelopes, type EnvelopeOwner } from "./envelope.ts";

const [first, second, third] = ["first", "second", "third"].map(
  (name) => `${name} master key of the tests, long enough`,
);
const owner: EnvelopeOwner = { boutiqueId: "0193a1b2-0000-7000-8000-000000000001", provider: "chapa" };
const credentials = { secretKey: "CHASECK-ቁልፍ", webhookSecret: "whsec_x" };
const envelopes = credentialEnvelopes(first ?? "");

describe("an envelope", () => {
  it("opens to what was put in, and shows nothing of it", async () => {
    const sealed = await envelopes.seal(credentials, owner);
    expect(await envelopes.open(sealed, owner)).toEqual(credentials);
    expect(sealed).toMatch(/^v1\.[\w-]{11}\.[\w-]{80}\.[\w-]+$/);
    for (const part of sealed.split(".").slice(2)) {
      expect(Buffer.from(part, "base64url").toString("latin1")).not.toContain("CHASECK");
    }
  });

  it("differs each time", async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => envelopes.seal(credentials, owner)));
    for (const part of [2, 3]) expect(new Set(many.map((sealed) => sealed.split(".")[part])).size).toBe(20);
  });

  it("holds long keys", async () => {
    const long = { secretKey: "k".repeat(4_000), webhookSecret: "" };
    expect(await envelopes.open(await envelopes.seal(long, owner), owner)).toEqual(long);
  });

  it.each<[string, EnvelopeOwner]>([
    ["another boutique", { ...owner, boutiqueId: "0193a1b2-0000-7000-8000-000000000002" }],
    ["another provider", { ...owner, provider: "stripe" }],
    ["nobody", { ...owner, boutiqueId: "" }],
  ])("does not open for %s", async (_name, other) => {
    const sealed = await envelopes.seal(credentials, owner);
    await expect(envelopes.open(sealed, other)).rejects.toMatchObject({ code: "tampered" });
  });

  it("does not open when any of its characters is another", async () => {
    const sealed = await envelopes.seal(credentials, owner);
    const outcomes = await Promise.all(
      [...sealed].map((character, index) => {
        const changed = `${sealed.slice(0, index)}${character === "A" ? "B" : "A"}${sealed.slice(index + 1)}`;
        return envelopes.open(changed, owner).then(
          () => decodes(sealed) === decodes(changed),
          (error: { code: string }) => ["malformed", "unknown_key", "tampered"].includes(error.code),
        );
      }),
    );
    expect(outcomes.filter((isRefused) => !isRefused)).toEqual([]);
  });

  it("does not open with parts of another envelope", async () => {
    const one = (await envelopes.seal(credentials, owner)).split(".");
    const other = (await envelopes.seal({ ...credentials, secretKey: "other" }, owner)).split(".");
    const mixed = [...one.slice(0, 3), other[3]].join(".");
    await expect(envelopes.open(mixed, owner)).rejects.toMatchObject({ code: "tampered" });
  });

  it.each(["", "v1", "v2.AAAAAAAAAAA.AAAA.AAAA", "v1.AAAAAAAAAAA.AAAA", "v1.AAAAAAAAAAA.A A.AAAA", "{}"])(
    "is not %j",
    async (text) => {
      await expect(envelopes.open(text, owner)).rejects.toMatchObject({ code: "malformed" });
    },
  );

  it("says nothing of its content when it does not open", async () => {
    const sealed = await envelopes.seal(credentials, owner);
    const error = await envelopes.open(sealed.slice(0, -4), owner).catch((failure: Error) => failure);
    expect(String(error)).not.toContain("CHASECK");
  });
});

describe("a rotation of the master key", () => {
  it("leaves what the old keys have sealed readable, and seals with the new one", async () => {
    const old = await envelopes.seal(credentials, owner);
    const rotated = credentialEnvelopes(third ?? "", [second ?? "", first ?? ""]);
    expect(await rotated.open(old, owner)).toEqual(credentials);
    const renewed = await rotated.renew(old, owner);
    expect(renewed).not.toBe(old);
    expect(await rotated.renew(renewed, owner)).toBe(renewed);
    expect(await credentialEnvelopes(third ?? "").open(renewed, owner)).toEqual(credentials);
    await expect(envelopes.open(renewed, owner)).rejects.toMatchObject({ code: "unknown_key" });
  });

  it("does not renew for somebody else", async () => {
    const old = await envelopes.seal(credentials, owner);
    const rotated = credentialEnvelopes(second ?? "", [first ?? ""]);
    await expect(rotated.renew(old, { ...owner, provider: "test" })).rejects.toMatchObject({ code: "tampered" });
  });
});

/** The last character of a part may have bits that mean nothing. */
function decodes(envelope: string): string {
  const [version, id, ...parts] = envelope.split(".");
  return [version, id, ...parts.map((part) => Buffer.from(part, "base64url").toString("hex"))].join(".");
}
