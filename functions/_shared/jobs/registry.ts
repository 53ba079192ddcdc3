import { expireHold } from "./expire-hold.ts";
import type { Queue } from "./queue.ts";
import { rentalReservedMail } from "./rental-reserved-mail.ts";

/** Every queue of Nexus. The worker, the database (sql/95_queues.sql) and the tests read this list. */
export const queues: readonly Queue[] = [expireHold, rentalReservedMail];
