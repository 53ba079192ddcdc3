import { StackError } from "../../stack/errors.ts";
import { assertQueue, databaseTime, findJob, type Operator, wake } from "./operator.ts";

/** Most that one statement moves. */
const AT_ONCE = 1_000;

/** Has one job done again, in the way that its state wants. */
export async function retry(operator: Operator, id = ""): Promise<string> {
  const { boss, sql } = operator;
  const job = await findJob(operator, id);
  if (job.name.endsWith(".dead")) return redriveOne(operator, job.name, job.id, job.sourceName);
  switch (job.state) {
    case "failed": {
      const [letter] = await sql<{ id: string; name: string }[]>`
        select id, name from pgboss.job where source_id = ${id} and name like '%.dead' and state < 'active'`;
      // The letter is the job by now: both would do the work twice, and the letter would go on to be counted.
      if (letter !== undefined) return redriveOne(operator, letter.name, letter.id, job.name);
      await boss.retry(job.name, id);
      break;
    }
    case "cancelled":
      await boss.resume(job.name, id);
      break;
    case "created":
    case "retry":
      await boss.update(job.name, undefined, { id, startAfter: await databaseTime(operator) });
      break;
    default:
      throw new StackError(
        `Job ${id} is ${job.state}.`,
        "Only jobs that wait, failed or were cancelled can be retried.",
      );
  }
  await wake(operator, job.name);
  return `${job.name} ${id} will be done now.`;
}

async function redriveOne(operator: Operator, letters: string, id: string, queue: string | null): Promise<string> {
  if ((await operator.boss.redrive(letters, { ids: [id] })) === 0) {
    throw new StackError(
      `The dead letter ${id} cannot go back to ${queue ?? "where it came from"}.`,
      "It was redriven or cancelled before, or its queue does not exist.",
    );
  }
  if (queue !== null) await wake(operator, queue);
  return `The dead letter ${id} is back in ${queue ?? "its queue"}.`;
}

/** Sends all dead letters of a queue back to it. */
export async function redrive(operator: Operator, name = ""): Promise<string> {
  const queue = name.replace(/\.dead$/, "");
  if (queue !== "unknown") await assertQueue(operator, queue);
  const letters = `${queue}.dead`;
  // What fails again meanwhile stays a dead letter.
  const createdBefore = await databaseTime(operator);
  const { unroutable } = await operator.boss.previewRedrive(letters, { createdBefore });
  let moved = 0;
  for (let count = AT_ONCE; count > 0; moved += count) {
    count = await operator.boss.redrive(letters, { createdBefore, limit: AT_ONCE });
  }
  await wake(operator, queue);
  const rest = unroutable === 0 ? "" : ` ${unroutable} stay: their queue does not exist.`;
  return `${moved} dead letters are back in ${queue === "unknown" ? "their queues" : queue}.${rest}`;
}

/** Takes a job out that nobody shall do, or puts a dead letter aside that somebody has looked at. */
export async function cancel(operator: Operator, id = ""): Promise<string> {
  const job = await findJob(operator, id);
  if (job.state !== "created" && job.state !== "retry") {
    throw new StackError(`Job ${id} is ${job.state}.`, "Only jobs that wait can be cancelled.");
  }
  await operator.boss.cancel(job.name, id);
  return job.name.endsWith(".dead")
    ? `The dead letter ${id} is put aside; npm run jobs -- show ${id} still has it.`
    : `${job.name} ${id} is cancelled; npm run jobs -- retry ${id} takes that back.`;
}
