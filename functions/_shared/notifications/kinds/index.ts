import type { Kind } from "../kind.ts";
import { accountDeletion } from "./account-deletion.ts";
import { boutiqueStatus } from "./boutique-status.ts";
import { cartAbandoned } from "./cart-abandoned.ts";
import { dataExport } from "./data-export.ts";
import { depositSettled } from "./deposit-settled.ts";
import { fittingBooked } from "./fitting-booked.ts";
import { fittingCancelled } from "./fitting-cancelled.ts";
import { fittingOffer } from "./fitting-offer.ts";
import { fittingReminder } from "./fitting-reminder.ts";
import { invitation } from "./invitation.ts";
import { invoiceReady } from "./invoice-ready.ts";
import { orderCancelled } from "./order-cancelled.ts";
import { orderPaid } from "./order-paid.ts";
import { paymentDue } from "./payment-due.ts";
import { planDefaulted } from "./plan-defaulted.ts";
import { refundPaid } from "./refund-paid.ts";
import { rentalCancelled } from "./rental-cancelled.ts";
import { rentalChanged } from "./rental-changed.ts";
import { rentalConfirmed } from "./rental-confirmed.ts";
import { rentalReminder } from "./rental-reminder.ts";
import { rentalReserved } from "./rental-reserved.ts";
import { reviewHidden } from "./review-hidden.ts";
import { reviewInvitation } from "./review-invitation.ts";
import { reviewNew } from "./review-new.ts";
import { reviewReplied } from "./review-replied.ts";
import { shipmentSent } from "./shipment-sent.ts";
import { showOverdue } from "./show-overdue.ts";
import {
  showCancelled,
  showConfirmed,
  showMoved,
  showPromoted,
  showReminder,
  showRsvpCancelled,
} from "./show-rsvps.ts";
import { tryonFailed } from "./tryon-failed.ts";
import { tryonReady } from "./tryon-ready.ts";
import { webhookFailing } from "./webhook-failing.ts";

/** Everything that people are told. The job notify.deliver, the previews and the tests read this list. */
export const kinds: readonly Kind[] = [
  rentalReserved,
  rentalConfirmed,
  rentalReminder,
  rentalCancelled,
  rentalChanged,
  fittingBooked,
  fittingReminder,
  fittingCancelled,
  fittingOffer,
  orderPaid,
  orderCancelled,
  shipmentSent,
  cartAbandoned,
  invitation,
  boutiqueStatus,
  dataExport,
  accountDeletion,
  webhookFailing,
  refundPaid,
  paymentDue,
  depositSettled,
  planDefaulted,
  invoiceReady,
  reviewNew,
  reviewReplied,
  reviewHidden,
  reviewInvitation,
  showConfirmed,
  showPromoted,
  showMoved,
  showCancelled,
  showRsvpCancelled,
  showReminder,
  showOverdue,
  tryonReady,
  tryonFailed,
];
