import { userInfo } from "node:os";
import { StackError } from "../../stack/errors.ts";
import { assertQueue, type Operator, wake } from "./operator.ts";

/** Stops a queue: its jobs wait. */
export async function pause(operator: Operator, queue = "", ...reason: string[]): Promise<string> {
  await assertQueue(operator, queue);
  await operator.sql`
    insert into private.paused_queues (queue, reason, paused_by) values (${queue}, ${reason.join(" ")}, ${userInfo().username})
    on conflict (queue) do update set reason = excluded.reason`;
  return `${queue} is paused. Workers take no more of its jobs within a few seconds; what runs is finished.`;
}

/** Lets a paused queue go on. */
export async function resume(operator: Operator, queue = ""): Promise<string> {
  await assertQueue(operator, queue);
  const { count } = await operator.sql`delete from private.paused_queues where queue = ${queue}`;
  if (count === 0) throw new StackError(`${queue} is not paused.`, "npm run jobs -- list shows what is.");
  await wake(operator, queue);
  return `${queue} goes on within a few seconds.`;
}
