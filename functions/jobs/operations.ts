import { z } from "zod";
import type { FunctionOperation } from "../_shared/operation.ts";

const problems = { jobs_secret_not_set: 503, invalid_jobs_secret: 401 } as const;
const drained = z.object({
  done: z.number().int(),
  failed: z.number().int().describe("Attempts that are made again"),
  dead: z.number().int(),
  seconds: z.number(),
  left: z.number().int().describe("Jobs that are due and were not begun"),
});
const health = z.object({
  ok: z.boolean(),
  ready: z.number().int(),
  dead: z.number().int(),
  overdue: z.number().int(),
  watched_at: z.iso.datetime().nullable(),
});

export const operations: readonly FunctionOperation[] = [
  {
    ...{
      method: "post",
      path: "/drain",
      id: "jobs.drain",
      access: "jobsSecret",
      summary: "Does the jobs that are due",
    },
    answers: { 200: { description: "What was done.", schema: drained } },
    problems,
  },
  {
    ...{ method: "get", path: "/health", id: "jobs.health", access: "jobsSecret", summary: "How the queues stand" },
    answers: {
      200: { description: "All is done in time.", schema: health },
      503: { description: "Something is overdue.", schema: health },
    },
    problems: { ...problems, database_unreachable: 503 },
  },
];
