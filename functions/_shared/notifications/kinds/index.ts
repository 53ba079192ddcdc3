import type { Kind } from "../kind.ts";
import { accountDeletion } from "./account-deletion.ts";
import { boutiqueStatus } from "./boutique-status.ts";
import { dataExport } from "./data-export.ts";
import { invitation } from "./invitation.ts";
import { rentalCancelled } from "./rental-cancelled.ts";
import { rentalConfirmed } from "./rental-confirmed.ts";
import { rentalReminder } from "./rental-reminder.ts";
import { rentalReserved } from "./rental-reserved.ts";
import { webhookFailing } from "./webhook-failing.ts";

/** Everything that people are told. The job notify.deliver, the previews and the tests read this list. */
export const kinds: readonly Kind[] = [
  rentalReserved,
  rentalConfirmed,
  rentalReminder,
  rentalCancelled,
  invitation,
  boutiqueStatus,
  dataExport,
  accountDeletion,
  webhookFailing,
];
