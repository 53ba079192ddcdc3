import { z } from "zod";
import { defineKind } from "../kind.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn, whyAccountAm, whyAccountEn } from "../words.ts";

const deletionData = z.object({
  display_name: z.string(),
  due_at: z.date(),
  /** Where the front end lets her take it back. */
  link: z.url(),
});
type DeletionData = z.infer<typeof deletionData>;

/** Tells somebody when her account will be deleted, and how to take that back, in case it was not she who asked. */
export const accountDeletion = defineKind<DeletionData>({
  name: "account_deletion",
  topic: "account",
  transactional: true,
  channels: ["email"],
  subject: "user_id",
  data: deletionData,
  example: {
    display_name: "Selam",
    due_at: new Date("2026-12-06T09:00:00Z"),
    link: "https://shop.example/account",
  },
  recipients: (sql, id) => accounts(sql, [id]),
  async load({ sql, siteUrl }, id, { displayName }) {
    const [deletion] = await sql<{ due_at: Date }[]>`
      select due_at from public.account_deletions where user_id = ${id}`;
    // Taken back before the mail went out.
    return deletion === undefined ? undefined : { ...deletion, display_name: displayName, link: `${siteUrl}/account` };
  },
  // Asked for, taken back and asked for again is told again.
  sendKey: (id, _recipient, loaded) => `account_deletion:${id}:${deletionData.parse(loaded).due_at.getTime()}`,
  texts: {
    en: {
      mail: ({ display_name, due_at, link }, format) => ({
        subject: "Your account will be deleted",
        preheader: `On ${format.dayOf(due_at)}. Until then you can take it back.`,
        heading: "Your account will be deleted",
        greeting: greetingEn(display_name),
        paragraphs: [
          `Your account will be deleted on ${format.dayOf(due_at)}, with all that we know of you but what the books of the boutiques need.`,
          "Until then you can sign in and take it back. After that nobody can.",
        ],
        buttons: [{ label: "Keep my account", link }],
        why: whyAccountEn,
      }),
    },
    am: {
      mail: ({ display_name, due_at, link }, format) => ({
        subject: "መለያዎ ሊሰረዝ ነው",
        preheader: `${format.dayOf(due_at)} ይሰረዛል። እስከዚያ ድረስ ማስቀረት ይችላሉ።`,
        heading: "መለያዎ ሊሰረዝ ነው",
        greeting: greetingAm(display_name),
        paragraphs: [
          `መለያዎ ${format.dayOf(due_at)} ይሰረዛል፤ ለቡቲኮች የሒሳብ መዝገብ ከሚያስፈልገው በስተቀር ስለእርስዎ የምናውቀው ሁሉ አብሮ ይሰረዛል።`,
          "እስከዚያ ድረስ ወደ መለያዎ ገብተው መሰረዙን ማስቀረት ይችላሉ። ከዚያ በኋላ ግን ማንም ማስቀረት አይችልም።",
        ],
        buttons: [{ label: "መለያዬ ይቆይ", link }],
        why: whyAccountAm,
      }),
    },
  },
});
