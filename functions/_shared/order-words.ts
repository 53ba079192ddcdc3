import type { Language } from "./notifications/language.ts";

/** Why an order has ended, where Nexus has written it and not a person. */
const reasons: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    cancelled_by_customer: "Cancelled by the customer",
    cancelled_by_boutique: "Cancelled by the boutique",
    hold_expired: "Not paid in time",
    sold_out_before_payment: "Sold out before the payment came",
    paid_too_late: "The payment came after it was cancelled",
    cancelled_before_payment: "Cancelled before the payment came",
    changed_by_boutique: "Changed by the boutique",
    not_needed_any_more: "The change was called off before the payment came",
    returned: "Sent back",
    plan_defaulted: "An instalment was not paid in time",
    removed: "",
  },
  am: {
    cancelled_by_customer: "በደንበኛው ተሰርዟል",
    cancelled_by_boutique: "በቡቲኩ ተሰርዟል",
    hold_expired: "ክፍያው በጊዜው አልደረሰም",
    sold_out_before_payment: "ክፍያው ከመድረሱ በፊት ተሽጦ አልቋል",
    paid_too_late: "ክፍያው የደረሰው ከተሰረዘ በኋላ ነው",
    cancelled_before_payment: "ክፍያው ከመድረሱ በፊት ተሰርዟል",
    changed_by_boutique: "በቡቲኩ ተለውጧል",
    not_needed_any_more: "ለውጡ ክፍያው ከመድረሱ በፊት ተሰርዟል",
    returned: "ተመልሶ የመጣ",
    plan_defaulted: "የክፍያ ዙር በጊዜው አልተከፈለም",
    removed: "",
  },
};

const methods: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: {
    cash: "cash",
    bank_transfer: "bank transfer",
    gift_card: "gift card",
    card: "card",
    chapa: "Chapa",
    stripe: "Stripe",
  },
  am: {
    cash: "ጥሬ ገንዘብ",
    bank_transfer: "የባንክ ዝውውር",
    gift_card: "የስጦታ ካርድ",
    card: "ካርድ",
    chapa: "ቻፓ",
    stripe: "Stripe",
  },
};

/** A reason in words; what a person has written stays as it is. */
export const reasonInWords = (reason: string, language: Language): string => reasons[language][reason] ?? reason;

/** A way to pay in words; one that nobody has translated by its name. */
export const methodInWords = (method: string, language: Language): string =>
  methods[language][method] ?? method.replaceAll("_", " ");
