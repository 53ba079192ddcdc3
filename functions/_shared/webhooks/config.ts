import { z } from "zod";
import type { AddressPolicy } from "./safe-address.ts";

/** Variables of whoever derives the secrets of webhook endpoints. */
export const webhookKeyVariable = z
  .string("Set it to 32 or more random characters, the same for the worker and the functions: openssl rand -base64 32")
  .min(32, "It needs 32 or more random characters: openssl rand -base64 32");

/** Variables that say which addresses webhooks may be sent to. */
export const webhookAddressVariables = {
  WEBHOOK_ALLOWED_HOSTS: z.string().default(""),
  WEBHOOK_ALLOW_PRIVATE: z.enum(["0", "1"], "Set it to 1, for development alone, or leave it out.").default("0"),
};

/** The operator's word on addresses: WEBHOOK_ALLOWED_HOSTS is a list with commas. */
export function addressPolicy(variables: {
  readonly WEBHOOK_ALLOWED_HOSTS: string;
  readonly WEBHOOK_ALLOW_PRIVATE: string;
}): AddressPolicy {
  const hosts = variables.WEBHOOK_ALLOWED_HOSTS.split(",").map((host) => host.trim().toLowerCase());
  return {
    allowedHosts: hosts.filter((host) => host !== ""),
    allowPrivate: variables.WEBHOOK_ALLOW_PRIVATE === "1",
  };
}
