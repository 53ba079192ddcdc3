import { z } from "zod";
import { defineKind } from "../kind.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn, whyAccountAm, whyAccountEn } from "../words.ts";

const loadedExport = z.object({
  display_name: z.string(),
  storage_paths: z.array(z.string()),
  /** For how long the links shall work. */
  seconds: z.number(),
  expires_at: z.date(),
});

const exportData = z.object({
  display_name: z.string(),
  /** Addresses of the archives; whoever has them can download. */
  links: z.array(z.url()),
  expires_at: z.date(),
});
type ExportData = z.infer<typeof exportData>;

/** Brings somebody the links of her data. They are signed when the mail leaves and kept nowhere. */
export const dataExport = defineKind<ExportData>({
  name: "data_export",
  topic: "account",
  transactional: true,
  channels: ["email"],
  subject: "export_id",
  data: exportData,
  example: {
    display_name: "Selam",
    links: ["https://shop.example/storage/1.zip?token=TOKEN", "https://shop.example/storage/2.zip?token=TOKEN"],
    expires_at: new Date("2026-12-01T09:00:00Z"),
  },
  async recipients(sql, id) {
    const [row] = await sql<{ user_id: string }[]>`select user_id from public.data_exports where id = ${id}`;
    return accounts(sql, [row?.user_id]);
  },
  async load({ sql }, id, { displayName }) {
    const [ready] = await sql`
      select storage_paths, expires_at, floor(extract(epoch from expires_at - now()))::integer as seconds
      from public.data_exports where id = ${id} and state = 'ready' and expires_at > now()`;
    return ready === undefined ? undefined : { ...ready, display_name: displayName };
  },
  async complete(loaded, _id, _tx, { files }) {
    const { storage_paths, seconds, ...rest } = loadedExport.parse(loaded);
    const links: string[] = [];
    for (const path of storage_paths) {
      links.push(await files.signedUrl("data-exports", path, Math.max(seconds, 1)));
    }
    return { ...rest, links };
  },
  sendKey: (id) => `data_export:${id}`,
  texts: {
    en: {
      mail: ({ display_name, links, expires_at }, format) => ({
        subject: "Your data",
        preheader: "The data that you have asked for.",
        heading: "Your data",
        greeting: greetingEn(display_name),
        paragraphs: ["Here is the data that we have of you, as you asked."],
        buttons: links.map((link, n) => ({ label: links.length === 1 ? "Download" : `Download part ${n + 1}`, link })),
        closing: [
          `The ${links.length === 1 ? "link works" : "links work"} until ${format.dayOf(expires_at)}. Whoever has it can download your data: do not pass it on.`,
        ],
        why: whyAccountEn,
      }),
    },
    am: {
      mail: ({ display_name, links, expires_at }, format) => ({
        subject: "የእርስዎ መረጃ",
        preheader: "የጠየቁት መረጃ ዝግጁ ነው።",
        heading: "የእርስዎ መረጃ",
        greeting: greetingAm(display_name),
        paragraphs: ["በጠየቁት መሠረት ስለእርስዎ ያለን መረጃ እነሆ።"],
        buttons: links.map((link, n) => ({ label: links.length === 1 ? "ያውርዱ" : `ክፍል ${n + 1} ያውርዱ`, link })),
        closing: [`አገናኙ እስከ ${format.dayOf(expires_at)} ድረስ ይሠራል። አገናኙ ያለው ሁሉ መረጃዎን ማውረድ ስለሚችል ለማንም አያስተላልፉ።`],
        why: whyAccountAm,
      }),
    },
  },
});
