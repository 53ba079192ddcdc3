import { z } from "zod";
import { defineKind } from "../kind.ts";
import { whyOrderAm, whyOrderEn } from "../orders.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const shipmentData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  number: z.string(),
  carrier: z.string(),
  tracking_number: z.string(),
  tracking_url: z.url({ protocol: /^https$/ }).nullable(),
});
type ShipmentData = z.infer<typeof shipmentData>;

const facts = ({ carrier, tracking_number }: ShipmentData, [by, tracking]: [string, string]): [string, string][] => [
  ...(carrier === "" ? [] : ([[by, carrier]] as [string, string][])),
  ...(tracking_number === "" ? [] : ([[tracking, tracking_number]] as [string, string][])),
];

/** Tells the customer that a parcel is on its way. */
export const shipmentSent = defineKind<ShipmentData>({
  name: "shipment_sent",
  topic: "bookings",
  transactional: true,
  channels: ["email", "sms", "in_app"],
  subject: "shipment_id",
  data: shipmentData,
  example: {
    display_name: "Selam",
    boutique: "Almaz Bridal",
    number: "AB-000042",
    carrier: "Ethio Post",
    tracking_number: "ET 123",
    tracking_url: "https://post.example/123",
  },
  async recipients(sql, shipmentId) {
    const [shipment] = await sql<{ customer_id: string | null }[]>`
      select customer_id from public.shipments where id = ${shipmentId}`;
    return accounts(sql, [shipment?.customer_id]);
  },
  async load({ sql }, shipmentId, recipient) {
    const [shipment] = await sql<Record<string, unknown>[]>`
      select b.name as boutique, o.number_text as number, s.carrier, s.tracking_number, s.tracking_url
      from public.shipments s
      join public.orders o on o.id = s.order_id
      join public.boutiques b on b.id = s.boutique_id
      where s.id = ${shipmentId} and s.kind = 'delivery'`;
    return shipment === undefined ? undefined : { ...shipment, display_name: recipient.displayName };
  },
  texts: {
    en: {
      mail: (data) => ({
        subject: `On its way: order ${data.number}`,
        preheader: `${data.boutique} has sent your order.`,
        heading: "Your order is on its way",
        greeting: greetingEn(data.display_name),
        paragraphs: [`${data.boutique} has sent your order ${data.number}.`],
        facts: facts(data, ["With", "Tracking number"]),
        buttons: data.tracking_url === null ? [] : [{ label: "See where it is", link: data.tracking_url }],
        why: whyOrderEn(data.boutique),
      }),
      sms: (data) => `${data.boutique}: your order ${data.number} is on its way. ${data.tracking_url ?? ""}`.trim(),
      inApp: (data) => ({ title: "Your order is on its way", body: `${data.boutique} has sent order ${data.number}.` }),
    },
    am: {
      mail: (data) => ({
        subject: `በመንገድ ላይ ነው፦ ትዕዛዝ ${data.number}`,
        preheader: `${data.boutique} ትዕዛዝዎን ልኳል።`,
        heading: "ትዕዛዝዎ በመንገድ ላይ ነው",
        greeting: greetingAm(data.display_name),
        paragraphs: [`${data.boutique} ትዕዛዝዎን ${data.number} ልኳል።`],
        facts: facts(data, ["በ", "የመከታተያ ቁጥር"]),
        buttons: data.tracking_url === null ? [] : [{ label: "የት እንዳለ ይመልከቱ", link: data.tracking_url }],
        why: whyOrderAm(data.boutique),
      }),
      sms: (data) => `${data.boutique}፦ ትዕዛዝዎ ${data.number} ተልኳል። ${data.tracking_url ?? ""}`.trim(),
      inApp: (data) => ({ title: "ትዕዛዝዎ በመንገድ ላይ ነው", body: `${data.boutique} ትዕዛዝ ${data.number} ልኳል።` }),
    },
  },
});
