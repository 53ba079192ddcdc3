import { z } from "zod";
import { type FunctionOperation, inputProblems, limitProblems } from "../_shared/operation.ts";

const query = z.object({ token: z.string().describe("Of the link in a mail") });
const page = { description: "A page for people.", type: "text/html" } as const;
const refused = { 403: { ...page, description: "The link is not valid." } } as const;

export const operations: readonly FunctionOperation[] = [
  {
    ...{ method: "get", path: "/unsubscribe", id: "messages.ask", access: "anybody" },
    summary: "Asks whether mails shall stop",
    query,
    answers: { 200: page, ...refused },
    problems: { ...limitProblems, not_configured: 503 },
  },
  {
    ...{ method: "post", path: "/unsubscribe", id: "messages.unsubscribe", access: "anybody" },
    summary: "Stops mails about a topic, with one click (RFC 8058)",
    query,
    answers: { 200: page, ...refused },
    problems: { ...limitProblems, not_configured: 503 },
  },
  {
    ...{ method: "post", path: "/bounces", id: "messages.bounces", access: "signature" },
    summary: "Takes in which mails have not arrived",
    description: "For Resend, signed as Standard Webhooks has it.",
    body: z.looseObject({}),
    answers: { 200: { description: "Whether it was news.", schema: z.object({ noted: z.boolean() }) } },
    problems: { ...inputProblems, invalid_signature: 401, message_not_there_yet: 503, not_configured: 503 },
  },
];
