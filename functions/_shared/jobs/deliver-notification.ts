import { z } from "zod";
import { deliver } from "../notifications/deliver.ts";
import { kinds } from "../notifications/kinds/index.ts";
import { defineQueue, PermanentFailure } from "./queue.ts";

/** Tells people what private.notify was called for, by every channel that they want. */
export const deliverNotification = defineQueue({
  name: "notify.deliver",
  payload: z.object({ kind: z.string().min(1), subject_id: z.uuid(), occasion: z.string().min(1) }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 4,
  tenantConcurrency: 2,
  overdueSeconds: 600,
  async run({ kind: name, subject_id, occasion }, context, job) {
    const kind = kinds.find((candidate) => candidate.name === name);
    if (kind === undefined) {
      throw new PermanentFailure(
        `There is no notification "${name}". Add it to functions/_shared/notifications/kinds.`,
      );
    }
    await deliver(context, { kind, subjectId: subject_id, occasion }, job);
  },
});
