import { type CallOptions, call } from "./call.ts";
import type { NexusClient } from "./client.ts";
import { NexusError } from "./errors.ts";
import { signedInUser } from "./people.ts";

const columns = "id, recipient, phone, line_1, line_2, city, region, postal_code, country";

export interface AddressInput {
  /** Name on the parcel. */
  readonly recipient: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  /** State, province or emirate: where `addressFormats` says that it is needed. */
  readonly region?: string;
  readonly postalCode?: string;
  /** ISO 3166-1 alpha-2 code. */
  readonly country: string;
  readonly phone?: string;
}

/** What an address needs in each country; where there is no row, street and city. For anybody. */
export function addressFormats(nexus: NexusClient, options?: CallOptions) {
  return call(
    () =>
      nexus
        .from("address_formats")
        .select("country, needs_region, postal_code_pattern, postal_code_example")
        .order("country"),
    options,
  );
}

/** Where the signed-in customer has things sent, the newest first. */
export async function myAddresses(nexus: NexusClient, options?: CallOptions) {
  const { id } = await signedInUser(nexus);
  return call(
    () =>
      nexus
        .from("addresses")
        .select(columns)
        .eq("customer_id", id)
        .order("created_at", { ascending: false })
        .limit(100),
    options,
  );
}
export type Address = Awaited<ReturnType<typeof myAddresses>>[number];

/**
 * Keeps an address for `checkout`. What has been ordered keeps the address that it was ordered to. It is not repeated by itself:
 * there would be two of them.
 *
 * @throws NexusError `invalid_postal_code` with `details.example`, `region_required`
 */
export function saveAddress(nexus: NexusClient, input: AddressInput, options?: CallOptions): Promise<Address> {
  return call(() => nexus.from("addresses").insert(rowOf(input)).select(columns).single(), { ...options, retries: 0 });
}

/**
 * Puts another address in the place of a saved one; what is left out is empty then. What has been ordered keeps the address that
 * it was ordered to.
 *
 * @throws NexusError `address_not_found`, `invalid_postal_code` with `details.example`, `region_required`
 */
export async function changeAddress(
  nexus: NexusClient,
  addressId: string,
  input: AddressInput,
  options?: CallOptions,
): Promise<Address> {
  const change = () => nexus.from("addresses").update(rowOf(input)).eq("id", addressId).select(columns).maybeSingle();
  return (await call(change, options)) ?? refuse(addressId);
}

/**
 * Forgets a saved address. What has been ordered keeps it. It is not repeated by itself: the second time it is not found.
 *
 * @throws NexusError `address_not_found`
 */
export async function removeAddress(nexus: NexusClient, addressId: string, options?: CallOptions): Promise<void> {
  const remove = () => nexus.from("addresses").delete().eq("id", addressId).select("id").maybeSingle();
  if ((await call(remove, { ...options, retries: 0 })) === null) refuse(addressId);
}

const rowOf = (input: AddressInput) => ({
  recipient: input.recipient,
  phone: input.phone ?? "",
  line_1: input.line1,
  line_2: input.line2 ?? "",
  city: input.city,
  region: input.region ?? "",
  postal_code: input.postalCode ?? "",
  country: input.country,
});

/** Of tables, what is gone or another's is no row and no error. In the words of `checkout`. */
function refuse(addressId: string): never {
  throw new NexusError("address_not_found", 404, "There is no such address of yours.", { address_id: addressId });
}
