import { reasonInWords } from "../../order-words.ts";
import { defineKind } from "../kind.ts";
import type { Format } from "../language.ts";
import {
  customerOfOrder,
  loadOrder,
  type OrderData,
  orderData,
  orderExample,
  orderFacts,
  whyOrderAm,
  whyOrderEn,
} from "../orders.ts";
import { greetingAm, greetingEn } from "../words.ts";

const moneyEn = ({ refunded, fee, currency }: OrderData, format: Format) => [
  ...(refunded > 0 ? [`${format.money(refunded, currency)} will be paid back to you.`] : []),
  ...(fee > 0 ? [`A fee of ${format.money(fee, currency)} is kept, as agreed.`] : []),
];
const moneyAm = ({ refunded, fee, currency }: OrderData, format: Format) => [
  ...(refunded > 0 ? [`${format.money(refunded, currency)} ይመለስልዎታል።`] : []),
  ...(fee > 0 ? [`በውሉ መሠረት ${format.money(fee, currency)} ተቀናሽ ሆኗል።`] : []),
];

/** What she knows or is told in words of its own. */
const unsaid = ["", "hold_expired", "cancelled_by_customer"];
const reasonEn = ({ reason }: OrderData) => (unsaid.includes(reason) ? [] : [`Reason: ${reasonInWords(reason, "en")}`]);
const reasonAm = ({ reason }: OrderData) => (unsaid.includes(reason) ? [] : [`ምክንያት፦ ${reasonInWords(reason, "am")}`]);

/** Tells the customer that her order is called off, by whomever, and what comes back. */
export const orderCancelled = defineKind<OrderData>({
  name: "order_cancelled",
  topic: "bookings",
  transactional: true,
  channels: ["email", "sms", "in_app"],
  subject: "order_id",
  data: orderData,
  example: { ...orderExample, refunded: 6_100_000, reason: "sold_out_before_payment" },
  recipients: customerOfOrder,
  load: (context, id, recipient) => loadOrder(context, id, recipient, ["cancelled"]),
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Cancelled: your order at ${data.boutique}`,
        preheader: `Your order at ${data.boutique} is cancelled.`,
        heading: "Your order is cancelled",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          data.reason === "hold_expired"
            ? `Your order at ${data.boutique} was not paid in time, so it is cancelled. You can order again while there is some left.`
            : `Your order at ${data.boutique} is cancelled.`,
          ...reasonEn(data),
          ...moneyEn(data, format),
        ],
        facts: orderFacts(data, format, "Total"),
        closing: ["If you have not asked for this, please talk to the boutique."],
        why: whyOrderEn(data.boutique),
      }),
      sms: (data, format) => [`${data.boutique}: your order is cancelled.`, ...moneyEn(data, format)].join(" "),
      inApp: (data, format) => ({
        title: "Your order is cancelled",
        body: [`At ${data.boutique}.`, ...moneyEn(data, format)].join(" "),
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `ተሰርዟል፦ በ${data.boutique} የነበረዎት ትዕዛዝ`,
        preheader: `በ${data.boutique} የነበረዎት ትዕዛዝ ተሰርዟል።`,
        heading: "ትዕዛዝዎ ተሰርዟል",
        greeting: greetingAm(data.display_name),
        paragraphs: [
          data.reason === "hold_expired"
            ? `በ${data.boutique} የነበረዎት ትዕዛዝ በጊዜው ስላልተከፈለ ተሰርዟል። ካለ እንደገና ማዘዝ ይችላሉ።`
            : `በ${data.boutique} የነበረዎት ትዕዛዝ ተሰርዟል።`,
          ...reasonAm(data),
          ...moneyAm(data, format),
        ],
        facts: orderFacts(data, format, "ጠቅላላ"),
        closing: ["ይህን ካልጠየቁ እባክዎ ቡቲኩን ያነጋግሩ።"],
        why: whyOrderAm(data.boutique),
      }),
      sms: (data, format) => [`${data.boutique}፦ ትዕዛዝዎ ተሰርዟል።`, ...moneyAm(data, format)].join(" "),
      inApp: (data, format) => ({
        title: "ትዕዛዝዎ ተሰርዟል",
        body: [`${data.boutique}።`, ...moneyAm(data, format)].join(" "),
      }),
    },
  },
});
