import type { Command } from "./commands.ts";
import { livesAfterPayment } from "./lives-after-payment.ts";
import { livesBeforePayment } from "./lives-before-payment.ts";
import { livesComingBack } from "./lives-coming-back.ts";

/** Lives that come to what must have been met, however the dice fall. */
export const certainLives: readonly (readonly Command[])[] = [
  ...livesBeforePayment,
  ...livesAfterPayment,
  ...livesComingBack,
];
