import { defineKind } from "../kind.ts";
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

/** Tells the customer that her order is paid and firm. */
export const orderPaid = defineKind<OrderData>({
  name: "order_paid",
  topic: "bookings",
  transactional: true,
  channels: ["email", "sms", "in_app"],
  subject: "order_id",
  data: orderData,
  example: orderExample,
  recipients: customerOfOrder,
  load: (context, id, recipient) =>
    loadOrder(context, id, recipient, ["paid", "part_fulfilled", "fulfilled", "completed", "part_refunded"]),
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Order ${data.number}: thank you`,
        preheader: `${data.boutique} has your payment.`,
        heading: "Your order is confirmed",
        greeting: greetingEn(data.display_name),
        paragraphs: [`${data.boutique} has your payment. The number of your order is ${data.number}.`],
        facts: orderFacts(data, format, "Total"),
        why: whyOrderEn(data.boutique),
      }),
      sms: (data) => `${data.boutique}: your order ${data.number} is paid and confirmed.`,
      inApp: (data, format) => ({
        title: `Order ${data.number} is confirmed`,
        body: `${data.boutique} has your payment of ${format.money(data.total, data.currency)}.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `ትዕዛዝ ${data.number}፦ እናመሰግናለን`,
        preheader: `${data.boutique} ክፍያዎን ተቀብሏል።`,
        heading: "ትዕዛዝዎ ተረጋግጧል",
        greeting: greetingAm(data.display_name),
        paragraphs: [`${data.boutique} ክፍያዎን ተቀብሏል። የትዕዛዝዎ ቁጥር ${data.number} ነው።`],
        facts: orderFacts(data, format, "ጠቅላላ"),
        why: whyOrderAm(data.boutique),
      }),
      sms: (data) => `${data.boutique}፦ ትዕዛዝዎ ${data.number} ተከፍሎ ተረጋግጧል።`,
      inApp: (data, format) => ({
        title: `ትዕዛዝ ${data.number} ተረጋግጧል`,
        body: `${data.boutique} የ${format.money(data.total, data.currency)} ክፍያዎን ተቀብሏል።`,
      }),
    },
  },
});
