import { queues } from "../../functions/_shared/jobs/registry.ts";
import { StackError } from "../../stack/errors.ts";
import { assertQueue, type Operator } from "./operator.ts";

/** Has what the clock starts done now, such as a training. */
export async function run(operator: Operator, name = ""): Promise<string> {
  await assertQueue(operator, name);
  if (queues.find((queue) => queue.name === name)?.cron === undefined) {
    throw new StackError(
      `${name} is not started by the clock.`,
      "Its jobs are made with the rows that they are about; npm run jobs -- schedules lists those that can be run.",
    );
  }
  await operator.sql`select private.enqueue(${name}, '{}')`;
  return `${name} will be done now.`;
}
