import { z } from "zod";
import { type FunctionOperation, limitProblems, pathProblems } from "../_shared/operation.ts";

export const operations: readonly FunctionOperation[] = [
  {
    ...{ method: "get", path: "/:file{[A-Za-z0-9_-]{1,100}\\.ics}", id: "calendar.feed", access: "anybody" },
    summary: "A calendar feed, for calendar programs",
    description: "The secret is in the address: see the RPC `create_calendar_feed`.",
    params: z.object({
      file: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,100}\.ics$/)
        .describe("The token of the feed, and `.ics`"),
    }),
    answers: {
      200: { description: "iCalendar (RFC 5545).", type: "text/calendar" },
      304: { description: "Unchanged since the answer whose ETag is in `If-None-Match`." },
    },
    problems: { ...limitProblems, ...pathProblems, feed_not_found: 404, method_not_allowed: 405 },
  },
  {
    ...{
      method: "get",
      path: "/shows/:boutique/:file{[a-z0-9-]{1,120}\\.ics}",
      id: "calendar.show",
      access: "anybody",
    },
    summary: "A fashion show, for calendar programs",
    params: z.object({
      boutique: z.string().describe("Slug of the boutique"),
      file: z
        .string()
        .regex(/^[a-z0-9-]{1,120}\.ics$/)
        .describe("Slug of the show, and `.ics`"),
    }),
    answers: {
      200: { description: "iCalendar (RFC 5545).", type: "text/calendar" },
      304: { description: "Unchanged since the answer whose ETag is in `If-None-Match`." },
    },
    problems: { ...limitProblems, ...pathProblems, show_not_found: 404, method_not_allowed: 405 },
  },
];
