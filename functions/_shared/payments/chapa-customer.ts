import type { Customer } from "./provider.ts";

/** The customer as Chapa takes her: two names, and a phone number of ten digits, 09... or 07..., or none. */
export function customerOf({ email, name, phone }: Customer) {
  const [first = "", ...rest] = name.trim().split(/\s+/);
  const local = phone?.replace(/[\s()-]/g, "").replace(/^(?:\+|00)?251(?=[79])/, "0");
  return {
    email,
    first_name: first,
    last_name: rest.join(" "),
    ...(local !== undefined && /^0[79]\d{8}$/.test(local) ? { phone_number: local } : {}),
  };
}

/** The description as Chapa takes it: fifty characters at most, and no others than these. */
export function customizationOf(description: string) {
  const plain = description
    .replace(/[^A-Za-z0-9_. -]+/g, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  return plain === "" ? {} : { customization: { description: plain.slice(0, 50).trim() } };
}
