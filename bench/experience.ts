// npm run bench -- experience: what customers wait for when they ask for a size, write a review, or try on.
import { benchAdvice } from "./experience/advice.ts";
import { benchRatings } from "./experience/ratings.ts";
import { benchTraining } from "./experience/training.ts";
import { benchTryon } from "./experience/tryon.ts";

/** One line per table, or pair of them; each starts and ends what it needs. */
const tables: readonly (() => Promise<void>)[] = [benchAdvice, benchRatings, benchTraining, benchTryon];

export async function benchExperience(): Promise<void> {
  for (const table of tables) await table();
}
