import { z } from "zod";
import {
  type FunctionOperation,
  inputProblems,
  keyProblems,
  limitProblems,
  personProblems,
} from "../_shared/operation.ts";
import { providerNames } from "../_shared/payments/provider.ts";
import { accountInput, accountPath, attemptPath, methodsQuery, paymentPath, startInput } from "./app.ts";

const person = { ...keyProblems, ...personProblems, ...inputProblems } as const;
const provider = { provider_unavailable: 503, provider_refused: 409, provider_not_available: 409 } as const;
const serverRpcs = ["attempt_for_server", "settle_attempt"] as const;

export const operations: readonly FunctionOperation[] = [
  {
    ...{ method: "get", path: "/methods", id: "payments.methods", access: "key", summary: "Ways to pay in a currency" },
    query: methodsQuery,
    answers: {
      200: {
        description: "What can be offered.",
        schema: z.object({
          methods: z.array(z.object({ provider: z.enum(providerNames), holds: z.boolean(), saves: z.boolean() })),
        }),
      },
    },
    problems: { ...keyProblems, ...inputProblems },
  },
  {
    ...{
      method: "post",
      path: "/start",
      id: "payments.start",
      access: "person",
      summary: "Begin a payment at a provider",
    },
    description: "Send the browser to `checkout_url`. Repeating the call goes on with the same attempt.",
    body: startInput,
    answers: {
      200: {
        description: "The page of the provider.",
        schema: z.object({
          attempt_id: z.uuid(),
          checkout_url: z.string(),
          amount: z.number().int(),
          currency: z.string(),
          expires_at: z.string(),
        }),
      },
    },
    problems: {
      ...person,
      ...limitProblems,
      ...provider,
      ...{ currency_not_supported: 409, hold_not_supported: 409, saving_not_supported: 409 },
    },
    rpcs: ["start_payment", "opened_checkout", ...serverRpcs],
  },
  {
    ...{
      method: "post",
      path: "/check/:payment_id",
      id: "payments.check",
      access: "person",
      summary: "How a payment stands",
    },
    description: "Asks the provider where it is open, and settles it.",
    params: paymentPath,
    answers: {
      200: {
        description: "The states of the payment and of its last attempt.",
        schema: z.object({ payment_id: z.uuid(), state: z.string(), attempt_state: z.string().nullable() }),
      },
    },
    problems: { ...person, ...limitProblems, payment_not_found: 404 },
    rpcs: serverRpcs,
  },
  {
    ...{ method: "get", path: "/return/:attempt_id", id: "payments.return", access: "anybody" },
    summary: "Where a provider sends the browser afterwards",
    params: attemptPath,
    answers: { 303: { description: "On to the shop, with `payment_id` and `payment_status`." } },
    problems: { ...limitProblems, ...inputProblems, database_unreachable: 503 },
    rpcs: serverRpcs,
  },
  {
    ...{ method: "put", path: "/accounts/:boutique_id/:provider", id: "payments.save_account", access: "person" },
    summary: "Keep the keys of a boutique's own account",
    description: "For owners. The keys are encrypted, and nobody can read them again.",
    params: accountPath,
    body: accountInput,
    answers: {
      200: {
        description: "What is kept.",
        schema: z.object({
          account_id: z.uuid(),
          provider: z.enum(providerNames),
          key_hint: z.string(),
          webhook_path: z.string(),
        }),
      },
    },
    problems: { ...person, not_configured: 503 },
    rpcs: ["provider_accounts", "save_provider_account"],
  },
];
