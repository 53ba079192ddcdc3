import { accountDeletionMail } from "./account-deletion-mail.ts";
import { boutiqueStatusMail } from "./boutique-status-mail.ts";
import { buildExport } from "./build-export.ts";
import { chargePayment } from "./charge-payment.ts";
import { checkCalendar } from "./check-calendar.ts";
import { checkLedger } from "./check-ledger.ts";
import { checkOrders } from "./check-orders.ts";
import { closePayment } from "./close-payment.ts";
import { completeOrders } from "./complete-orders.ts";
import { dataExportMail } from "./data-export-mail.ts";
import { deleteMediaFiles } from "./delete-media-files.ts";
import { deliverNotification } from "./deliver-notification.ts";
import { deliverWebhook } from "./deliver-webhook.ts";
import { eraseAccount } from "./erase-account.ts";
import { expireHold } from "./expire-hold.ts";
import { expireOffer } from "./expire-offer.ts";
import { expireOrderHold } from "./expire-order-hold.ts";
import { fittingBookedMail } from "./fitting-booked-mail.ts";
import { fittingCancelledMail } from "./fitting-cancelled-mail.ts";
import { fittingOfferMail } from "./fitting-offer-mail.ts";
import { fittingReminderMail } from "./fitting-reminder-mail.ts";
import { importCatalog } from "./import-catalog.ts";
import { indexProducts } from "./index-products.ts";
import { invitationMail } from "./invitation-mail.ts";
import { lookUpPayment } from "./look-up-payment.ts";
import { offerWaitlist } from "./offer-waitlist.ts";
import { paymentEvent } from "./payment-event.ts";
import { processMedia } from "./process-media.ts";
import { processReviewPhoto } from "./process-review-photo.ts";
import { processTryonPhoto } from "./process-tryon-photo.ts";
import { proposePayouts } from "./propose-payouts.ts";
import { prune } from "./prune.ts";
import { publishProducts } from "./publish-products.ts";
import type { Queue } from "./queue.ts";
import { rankProducts } from "./rank-products.ts";
import { reconcilePayments } from "./reconcile-payments.ts";
import { remindCarts } from "./remind-carts.ts";
import { removeReviewPhoto } from "./remove-review-photo.ts";
import { removeTryonFile } from "./remove-tryon-file.ts";
import { renderDocument } from "./render-document.ts";
import { renderTryon } from "./render-tryon.ts";
import { rentalChangedMail } from "./rental-changed-mail.ts";
import { rentalReservedMail } from "./rental-reserved-mail.ts";
import { settleDeposit } from "./settle-deposit.ts";
import { sweepMedia } from "./sweep-media.ts";
import { sweepPrivacy } from "./sweep-privacy.ts";
import { sweepRateLimits } from "./sweep-rate-limits.ts";
import { sweepTryons } from "./sweep-tryons.ts";
import { sweepWebhooks } from "./sweep-webhooks.ts";
import { trainFit } from "./train-fit.ts";
import { transferRefund } from "./transfer-refund.ts";
import { watchJobs } from "./watch-jobs.ts";
import { watchPlans } from "./watch-plans.ts";
import { watchReturns } from "./watch-returns.ts";
import { webhookFailingMail } from "./webhook-failing-mail.ts";

/** Every queue of Nexus. The worker, the database (sql/95_queues.sql) and the tests read this list. */
export const queues: readonly Queue[] = [
  expireHold,
  expireOffer,
  expireOrderHold,
  offerWaitlist,
  watchReturns,
  rentalReservedMail,
  rentalChangedMail,
  fittingBookedMail,
  fittingReminderMail,
  fittingCancelledMail,
  fittingOfferMail,
  invitationMail,
  boutiqueStatusMail,
  buildExport,
  dataExportMail,
  accountDeletionMail,
  eraseAccount,
  sweepPrivacy,
  sweepRateLimits,
  checkCalendar,
  checkOrders,
  completeOrders,
  remindCarts,
  watchJobs,
  deliverNotification,
  prune,
  deliverWebhook,
  webhookFailingMail,
  sweepWebhooks,
  renderDocument,
  paymentEvent,
  lookUpPayment,
  closePayment,
  transferRefund,
  settleDeposit,
  chargePayment,
  watchPlans,
  reconcilePayments,
  checkLedger,
  proposePayouts,
  publishProducts,
  indexProducts,
  rankProducts,
  importCatalog,
  processMedia,
  deleteMediaFiles,
  sweepMedia,
  processReviewPhoto,
  removeReviewPhoto,
  processTryonPhoto,
  renderTryon,
  removeTryonFile,
  sweepTryons,
  trainFit,
];
