import { z } from "zod";
import { defineKind } from "../kind.ts";
import { customerOfTryon } from "../tryons.ts";
import { greetingAm, greetingEn, whyTryonAm, whyTryonEn } from "../words.ts";

const readyData = z.object({ display_name: z.string(), product: z.string(), link: z.url(), expires_at: z.date() });
type ReadyData = z.infer<typeof readyData>;

/** Tells a customer that a look of hers is there. The picture is not in the mail: it is seen by who is signed in. */
export const tryonReady = defineKind<ReadyData>({
  name: "tryon_ready",
  topic: "account",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "tryon_id",
  data: readyData,
  example: {
    display_name: "Selam",
    product: "Genet",
    link: "https://shop.example/try-on/0193a1b2-0000-7000-8000-000000000009",
    expires_at: new Date("2026-12-28T09:00:00Z"),
  },
  recipients: customerOfTryon,
  async load({ sql, siteUrl }, id, { displayName }) {
    const [look] = await sql`
      select p.name as product, ${siteUrl} || '/try-on/' || t.id as link, t.expires_at
      from public.tryons t join public.products p on p.id = t.product_id
      where t.id = ${id} and t.state = 'ready' and t.expires_at > now()`;
    return look === undefined ? undefined : { ...look, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `See yourself in ${data.product}`,
        preheader: `Your picture in ${data.product} is ready.`,
        heading: "Your look is ready",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          `We have put ${data.product} onto your photo. Nobody sees the picture but you; sign in to look at it.`,
          `It is deleted on ${format.dayOf(data.expires_at)}, or at once when you want it.`,
        ],
        buttons: [{ label: "See the look", link: data.link }],
        why: whyTryonEn,
      }),
      inApp: (data) => ({ title: `Your look in ${data.product} is ready`, body: "Nobody sees it but you." }),
    },
    am: {
      mail: (data, format) => ({
        subject: `ራስዎን በ${data.product} ይመልከቱ`,
        preheader: `በ${data.product} የተሠራው ምስልዎ ዝግጁ ነው።`,
        heading: "ምስልዎ ዝግጁ ነው",
        greeting: greetingAm(data.display_name),
        paragraphs: [
          `${data.product}ን በፎቶዎ ላይ አሳይተናል። ምስሉን ከእርስዎ በቀር ማንም አያየውም፤ ለማየት ይግቡ።`,
          `ምስሉ በ${format.dayOf(data.expires_at)} ይሰረዛል፤ ከፈለጉ ደግሞ ወዲያውኑ።`,
        ],
        buttons: [{ label: "ምስሉን ይመልከቱ", link: data.link }],
        why: whyTryonAm,
      }),
      inApp: (data) => ({ title: `በ${data.product} የተሠራው ምስልዎ ዝግጁ ነው`, body: "ከእርስዎ በቀር ማንም አያየውም።" }),
    },
  },
});
