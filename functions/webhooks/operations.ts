import { z } from "zod";
import {
  type FunctionOperation,
  inputProblems,
  keyProblems,
  limitProblems,
  pathProblems,
  personProblems,
} from "../_shared/operation.ts";
import { pathSchema, providerPath } from "./app.ts";

export const operations: readonly FunctionOperation[] = [
  {
    ...{ method: "get", path: "/endpoints/:id/secret", id: "webhooks.secret", access: "person" },
    summary: "The secret that messages to an endpoint are signed with",
    description: "For managers. The audit log notes that it was shown.",
    params: pathSchema,
    answers: {
      200: {
        description: "The secret, and the one before it while that signs too.",
        schema: z.object({
          endpoint_id: z.uuid(),
          secret: z.string(),
          secret_version: z.number().int(),
          previous: z.object({ secret: z.string(), valid_until: z.iso.datetime() }).nullable(),
        }),
      },
    },
    problems: { ...keyProblems, ...inputProblems, ...personProblems, endpoint_not_found: 404 },
  },
  {
    ...{
      method: "post",
      path: "/:provider{chapa|stripe|test}/:account_id?",
      id: "webhooks.payment_event",
      access: "signature",
    },
    summary: "Takes in what a provider of payments tells",
    description: "For providers. The signature is over the bytes of the body. The same event may come twice.",
    params: providerPath,
    body: z.looseObject({}),
    answers: {
      200: { description: "Kept.", schema: z.object({ received: z.boolean(), is_new: z.boolean() }) },
    },
    problems: {
      ...limitProblems,
      ...inputProblems,
      ...pathProblems,
      ...{ malformed_event: 400, invalid_signature: 401, stale_timestamp: 401, body_too_large: 413 },
      ...{ account_not_found: 404, provider_not_available: 404, database_unreachable: 503, sign_in_required: 401 },
    },
    rpcs: ["receive_payment_event", "account_for_server"],
  },
];
