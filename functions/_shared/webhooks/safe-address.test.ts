import { describe, expect, it } from "vitest";
import { type AddressPolicy, checkTarget, isPublicAddress } from "./safe-address.ts";

const strict: AddressPolicy = { allowedHosts: [], allowPrivate: false };

/** Knows no name but those that a test gives it. */
function resolver(names: Readonly<Record<string, readonly string[]>>) {
  return async (host: string) => {
    const addresses = names[host];
    if (addresses === undefined) throw new Error(`ENOTFOUND ${host}`);
    return addresses;
  };
}
const nobody = resolver({});

describe("an address", () => {
  it.each([
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.254"],
    ["this host", "0.0.0.0"],
    ["this network", "0.1.2.3"],
    ["private", "10.0.0.1"],
    ["private", "172.16.0.1"],
    ["private", "172.31.255.255"],
    ["private", "192.168.1.1"],
    ["carrier-grade NAT, and Alibaba's metadata", "100.100.100.200"],
    ["link-local, and most clouds' metadata", "169.254.169.254"],
    ["Azure's own", "168.63.129.16"],
    ["protocol assignments, and Oracle's metadata", "192.0.0.192"],
    ["documentation", "192.0.2.1"],
    ["benchmarks", "198.18.0.1"],
    ["6to4 relays", "192.88.99.1"],
    ["multicast", "224.0.0.1"],
    ["reserved", "240.0.0.1"],
    ["broadcast", "255.255.255.255"],
    ["loopback", "::1"],
    ["unspecified", "::"],
    ["IPv4 in IPv6, mapped", "::ffff:127.0.0.1"],
    ["IPv4 in IPv6, mapped, in hexadecimal", "::ffff:7f00:1"],
    ["IPv4 in IPv6, mapped and public", "::ffff:8.8.8.8"],
    ["IPv4 in IPv6, compatible", "::127.0.0.1"],
    ["IPv4 in IPv6, translated", "::ffff:0:127.0.0.1"],
    ["NAT64", "64:ff9b::7f00:1"],
    ["NAT64 of a local network", "64:ff9b:1::7f00:1"],
    ["6to4", "2002:7f00:1::"],
    ["Teredo", "2001::1"],
    ["unique local, and Amazon's metadata", "fd00:ec2::254"],
    ["unique local", "fc00::1"],
    ["link-local", "fe80::1"],
    ["site-local", "fec0::1"],
    ["multicast", "ff02::1"],
    ["documentation", "2001:db8::1"],
    ["discarded", "100::1"],
    ["none at all", "cinderella"],
  ])("is not public when it is %s: %s", (_what, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each([
    "8.8.8.8",
    "93.184.216.34",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:80e::200e",
  ])("is public: %s", (address) => expect(isPublicAddress(address)).toBe(true));
});

describe("a URL", () => {
  it.each([
    ["127.0.0.1 in decimal", "https://2130706433/"],
    ["in octal", "https://0177.0.0.1/"],
    ["in hexadecimal", "https://0x7f000001/"],
    ["in mixed bases", "https://0x7f.1/"],
    ["cut short", "https://127.1/"],
    ["in full-width digits", "https://１２７.0.0.1/"],
    ["zero", "https://0/"],
    ["IPv6 loopback", "https://[::1]/"],
    ["IPv4 in IPv6", "https://[::ffff:169.254.169.254]/"],
    ["a private address and a port", "https://10.0.0.1:8443/hook"],
  ])("is refused when it means an inside address: %s", async (_how, url) => {
    await expect(checkTarget(url, strict, nobody)).rejects.toMatchObject({ name: "AddressRefused" });
  });

  it.each([
    ["plain HTTP", "http://93.184.216.34/"],
    ["another protocol", "ftp://93.184.216.34/"],
    ["a file", "file:///etc/passwd"],
    ["a user name", "https://user@93.184.216.34/"],
    ["a password", "https://:secret@93.184.216.34/"],
    ["the port of mail", "https://93.184.216.34:25/"],
    ["the port of SSH", "https://93.184.216.34:22/"],
    ["no URL", "cinderella"],
    ["nothing", ""],
  ])("is refused with %s", async (_what, url) => {
    await expect(checkTarget(url, strict, nobody)).rejects.toMatchObject({ name: "AddressRefused" });
  });

  it.each(["localhost", "metadata.google.internal", "inside.example", "half.example", "localhost.", "INSIDE.example"])(
    "is refused when its name leads inside: %s",
    async (host) => {
      const names = resolver({
        localhost: ["127.0.0.1", "::1"],
        "metadata.google.internal": ["169.254.169.254"],
        "inside.example": ["10.1.2.3"],
        "half.example": ["93.184.216.34", "192.168.0.10"],
      });
      const check = checkTarget(`https://${host}/`, strict, names);
      await expect(check).rejects.toMatchObject({ name: "AddressRefused" });
      // The managers of a boutique are not told what the network looks like.
      await expect(check).rejects.not.toThrow(/10\.1|192\.168|169\.254|127\.0/);
    },
  );

  it("of a public name goes to the address that was checked", async () => {
    const names = resolver({ "shop.example": ["93.184.216.34", "2606:4700::1"] });
    const { url, address } = await checkTarget("https://shop.example:8443/hook?x=1", strict, names);
    expect([url.host, address]).toEqual(["shop.example:8443", "93.184.216.34"]);
  });

  it("of a name that does not exist fails as such", async () => {
    await expect(checkTarget("https://nowhere.example/", strict, nobody)).rejects.toThrow("ENOTFOUND");
    await expect(checkTarget("https://empty.example/", strict, async () => [])).rejects.toThrow("has no address");
  });
});

describe("the operator", () => {
  const names = resolver({ "inside.example": ["10.1.2.3"] });

  it("may allow single hosts, with or without their port, and no other", async () => {
    const policy = { allowedHosts: ["inside.example", "10.0.0.1:8080"], allowPrivate: false };
    await expect(checkTarget("http://inside.example:81/", policy, names)).resolves.toMatchObject({
      address: "10.1.2.3",
    });
    await expect(checkTarget("http://10.0.0.1:8080/", policy, names)).resolves.toMatchObject({ address: "10.0.0.1" });
    await expect(checkTarget("http://10.0.0.1:8081/", policy, names)).rejects.toMatchObject({ name: "AddressRefused" });
    await expect(checkTarget("https://10.0.0.2/", policy, names)).rejects.toMatchObject({ name: "AddressRefused" });
  });

  it("may allow everything, for development, but no credentials", async () => {
    const policy = { allowedHosts: [], allowPrivate: true };
    await expect(checkTarget("http://127.0.0.1:3000/", policy, nobody)).resolves.toMatchObject({
      address: "127.0.0.1",
    });
    await expect(checkTarget("http://me@127.0.0.1/", policy, nobody)).rejects.toMatchObject({ name: "AddressRefused" });
  });
});
