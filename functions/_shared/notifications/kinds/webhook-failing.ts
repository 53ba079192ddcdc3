import { z } from "zod";
import { defineKind } from "../kind.ts";
import { membersWith } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const failingData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  url: z.string(),
  failing_since: z.date(),
  /** Set when the receiver has said that it is gone for good. */
  gone_since: z.date().nullable(),
  told_at: z.date(),
  /** What the last delivery failed with. */
  reason: z.string().nullable(),
  link: z.url(),
});
type FailingData = z.infer<typeof failingData>;

/** Tells the managers and owners that an endpoint of their boutique takes no events. It stays enabled: they decide. */
export const webhookFailing = defineKind<FailingData>({
  name: "webhook_failing",
  topic: "boutique",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "endpoint_id",
  data: failingData,
  example: {
    display_name: "Dawit",
    boutique: "Almaz Bridal",
    url: "https://shop.example/hooks",
    failing_since: new Date("2026-11-22T09:00:00Z"),
    gone_since: null,
    told_at: new Date("2026-11-22T10:00:00Z"),
    reason: "The receiver answered 500.",
    link: "https://shop.example/webhooks",
  },
  async recipients(sql, id) {
    const [endpoint] = await sql<
      { boutique_id: string }[]
    >`select boutique_id from public.webhook_endpoints where id = ${id}`;
    return membersWith(sql, "webhooks.manage", endpoint?.boutique_id);
  },
  async load({ sql, siteUrl }, id, { displayName }) {
    const [endpoint] = await sql`
      select b.name as boutique, e.url, e.failing_since, e.gone_since, e.told_at,
        (select d.reason from public.webhook_deliveries d
         where d.boutique_id = e.boutique_id and d.endpoint_id = e.id and d.reason is not null
         order by d.updated_at desc limit 1) as reason
      from public.webhook_endpoints e
      join public.boutiques b on b.id = e.boutique_id
      -- None when it works again, was disabled or deleted meanwhile.
      where e.id = ${id} and e.enabled and e.failing_since is not null and e.told_at is not null`;
    return endpoint === undefined ? undefined : { ...endpoint, display_name: displayName, link: `${siteUrl}/webhooks` };
  },
  // An endpoint that has worked in between and fails again is told again.
  sendKey: (id, { userId }, loaded) => `webhook_failing:${id}:${failingData.parse(loaded).told_at.getTime()}:${userId}`,
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Webhooks of ${data.boutique} do not arrive`,
        preheader: "The endpoint stays enabled; events are kept and can be sent again.",
        heading: "Webhooks do not arrive",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          data.gone_since === null
            ? `${address(data)} has not taken events of ${data.boutique} since ${format.time(data.failing_since, "UTC")} (UTC).`
            : `${address(data)} says that it is gone for good (410), so events of ${data.boutique} do not arrive.`,
          ...(data.reason === null ? [] : [`Last reason: ${data.reason}`]),
          "The endpoint stays enabled. Events are tried for a day and then kept; they can be sent again.",
        ],
        buttons: [{ label: "Look at the endpoint", link: data.link }],
        why: `You get this mail because you manage ${data.boutique}.`,
      }),
      inApp: (data) => ({
        title: `Webhooks of ${data.boutique} do not arrive`,
        body: `${address(data)}${data.reason === null ? "" : `: ${data.reason}`}`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `የ${data.boutique} ዌብሁኮች አልደረሱም`,
        preheader: "መዳረሻው እንደነቃ ይቆያል፤ መልእክቶቹ ተቀምጠዋል፣ እንደገናም መላክ ይችላሉ።",
        heading: "ዌብሁኮች አልደረሱም",
        greeting: greetingAm(data.display_name),
        paragraphs: [
          data.gone_since === null
            ? `${address(data)} ከ${format.time(data.failing_since, "UTC")} (UTC) ጀምሮ የ${data.boutique}ን መልእክቶች አልተቀበለም።`
            : `${address(data)} ለዘለቄታው እንደተዘጋ አስታውቋል (410)፤ ስለዚህ የ${data.boutique} መልእክቶች አይደርሱም።`,
          ...(data.reason === null ? [] : [`የመጨረሻው ምክንያት፦ ${data.reason}`]),
          "መዳረሻው እንደነቃ ይቆያል። መልእክቶቹ ለአንድ ቀን ይሞከራሉ፣ ከዚያም ይቀመጣሉ፤ እንደገና መላክም ይቻላል።",
        ],
        buttons: [{ label: "መዳረሻውን ይመልከቱ", link: data.link }],
        why: `ይህ መልእክት የደረሰዎት ${data.boutique}ን ስለሚያስተዳድሩ ነው።`,
      }),
      inApp: (data) => ({
        title: `የ${data.boutique} ዌብሁኮች አልደረሱም`,
        body: `${address(data)}${data.reason === null ? "" : `፦ ${data.reason}`}`,
      }),
    },
  },
});

/** The query of an address may be a password; messages travel far. */
function address({ url }: FailingData): string {
  return url.replace(/\?.*$/s, "?…");
}
