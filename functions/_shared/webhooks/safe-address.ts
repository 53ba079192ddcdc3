import ipaddr from "ipaddr.js";

/** What the operator lets webhooks reach beyond public addresses. */
export interface AddressPolicy {
  /** Hosts, or host:port, that are called whatever their address; in lower case. */
  readonly allowedHosts: readonly string[];
  /** Every address and plain HTTP: for development and tests alone. */
  readonly allowPrivate: boolean;
}

/** Where exactly a request goes: the address that was checked, not a name that may mean another one a moment later. */
export interface Target {
  readonly url: URL;
  readonly address: string;
}

/** Finds all addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The address is none that webhooks are sent to. The message is for the managers of the boutique. */
export class AddressRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AddressRefused";
  }
}

/** A public address that leads into a cloud provider's own network all the same: Azure's. */
const METADATA_ADDRESSES = ["168.63.129.16"];

const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * True for an address of the public internet. Everything else is somebody's inside: loopback, private networks, link-local
 * (cloud metadata too), carrier-grade NAT, multicast, reserved, and IPv6 addresses that carry an IPv4 one.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || METADATA_ADDRESSES.includes(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv6 ? parsed.match(PUBLIC_IPV6) : true;
}

/**
 * Decides whether an address may be called, and at which IP address. A name is resolved once, here; one that also means a
 * private address is refused as a whole.
 *
 * @throws AddressRefused when it may not
 * @throws what the resolver throws when there is no such name
 */
export async function checkTarget(address: string, policy: AddressPolicy, resolve: Resolve): Promise<Target> {
  if (!URL.canParse(address)) throw new AddressRefused("The address is no URL.");
  // The parser of URLs turns all spellings of an IPv4 address (decimal, octal, hexadecimal) into the usual one.
  const url = new URL(address);
  if (url.username !== "" || url.password !== "") throw new AddressRefused("The address has a user name or password.");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new AddressRefused("The address is not https.");
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const allowed = policy.allowPrivate || policy.allowedHosts.some((name) => name === host || name === url.host);
  if (!allowed && url.protocol !== "https:") throw new AddressRefused("The address is not https.");
  // Below are the services of machines themselves, such as mail, that an HTTP request has no business with.
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (!allowed && port < 1024 && port !== 443) {
    throw new AddressRefused(`Port ${port} is not called. Use 443, or one from 1024 on.`);
  }
  const addresses = ipaddr.isValid(host) ? [host] : await resolve(host);
  const [first] = addresses;
  if (first === undefined) throw new Error(`${host} has no address.`);
  if (!allowed && !addresses.every(isPublicAddress)) {
    // Which address it is would tell a stranger about the inside of the network.
    throw new AddressRefused(`${host} is, or leads to, an address that is not public.`);
  }
  return { url, address: first };
}
