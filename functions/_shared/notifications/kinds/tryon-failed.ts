import { z } from "zod";
import type { TryonFailure } from "../../tryon/provider.ts";
import { defineKind } from "../kind.ts";
import { customerOfTryon } from "../tryons.ts";
import { greetingAm, greetingEn, whyTryonAm, whyTryonEn } from "../words.ts";

const reasons = {
  en: {
    no_cutout: "The boutique does not offer this gown for trying on any more. Choose another one.",
    content_refused: "The service that makes the pictures does not show what is on your photo. Take another photo.",
    photo_unsuitable: "No picture could be made of your photo. Take one from the front, with all of you on it.",
    interrupted: "It broke off on the way. Ask for it again: this one is not counted.",
    timed_out: "It took too long. Ask for it again: this one is not counted.",
    provider_unavailable: "It cannot be made at the moment. Ask for it again later: this one is not counted.",
  },
  am: {
    no_cutout: "ቡቲኩ ይህን ቀሚስ ከእንግዲህ ለሙከራ አያቀርብም። ሌላ ይምረጡ።",
    content_refused: "ምስሎቹን የሚሠራው አገልግሎት በፎቶዎ ላይ ያለውን አያሳይም። ሌላ ፎቶ ያንሱ።",
    photo_unsuitable: "ከፎቶዎ ምስል መሥራት አልተቻለም። ሙሉ ሰውነትዎ የሚታይበት ከፊት የተነሳ ፎቶ ይጫኑ።",
    interrupted: "በመካከል ተቋርጧል። እንደገና ይጠይቁ፤ ይህኛው አይቆጠርም።",
    timed_out: "በጣም ረጅም ጊዜ ወስዷል። እንደገና ይጠይቁ፤ ይህኛው አይቆጠርም።",
    provider_unavailable: "አሁን መሥራት አይቻልም። ቆይተው እንደገና ይጠይቁ፤ ይህኛው አይቆጠርም።",
  },
} as const satisfies Record<string, Record<TryonFailure, string>>;

const failedData = z.object({
  display_name: z.string(),
  product: z.string(),
  failure: z.enum(Object.keys(reasons.en) as TryonFailure[]),
  link: z.url(),
});
type FailedData = z.infer<typeof failedData>;

/** Tells a customer that a look of hers could not be made, and what she can do. */
export const tryonFailed = defineKind<FailedData>({
  name: "tryon_failed",
  topic: "account",
  transactional: true,
  channels: ["email", "in_app"],
  subject: "tryon_id",
  data: failedData,
  example: {
    display_name: "Selam",
    product: "Genet",
    failure: "photo_unsuitable",
    link: "https://shop.example/try-on/0193a1b2-0000-7000-8000-000000000009",
  },
  recipients: customerOfTryon,
  async load({ sql, siteUrl }, id, { displayName }) {
    const [look] = await sql`
      select p.name as product, t.failure, ${siteUrl} || '/try-on/' || t.id as link
      from public.tryons t join public.products p on p.id = t.product_id
      where t.id = ${id} and t.state = 'failed'`;
    return look === undefined ? undefined : { ...look, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data) => ({
        subject: `No picture of you in ${data.product} yet`,
        preheader: reasons.en[data.failure],
        heading: "Your look could not be made",
        greeting: greetingEn(data.display_name),
        paragraphs: [`We could not put ${data.product} onto your photo.`, reasons.en[data.failure]],
        buttons: [{ label: "Try again", link: data.link }],
        why: whyTryonEn,
      }),
      inApp: (data) => ({ title: `Your look in ${data.product} could not be made`, body: reasons.en[data.failure] }),
    },
    am: {
      mail: (data) => ({
        subject: `በ${data.product} የተሠራ ምስልዎ ገና የለም`,
        preheader: reasons.am[data.failure],
        heading: "ምስልዎን መሥራት አልተቻለም",
        greeting: greetingAm(data.display_name),
        paragraphs: [`${data.product}ን በፎቶዎ ላይ ማሳየት አልቻልንም።`, reasons.am[data.failure]],
        buttons: [{ label: "እንደገና ይሞክሩ", link: data.link }],
        why: whyTryonAm,
      }),
      inApp: (data) => ({ title: `በ${data.product} ምስልዎን መሥራት አልተቻለም`, body: reasons.am[data.failure] }),
    },
  },
});
