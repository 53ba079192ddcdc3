import type { z } from "zod";
import { Problem } from "./problem.ts";

/** Parses what came from outside; a 400 problem names each wrong field and what it takes. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({ field: issue.path.join("."), message: issue.message }));
  throw new Problem(400, "invalid_input", errors.map(({ field, message }) => `${field}: ${message}`).join("; "), {
    errors,
  });
}
