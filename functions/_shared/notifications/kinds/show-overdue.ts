import { z } from "zod";
import { defineKind } from "../kind.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const overdueData = z.object({
  display_name: z.string(),
  boutique: z.string(),
  title: z.string(),
  ends_at: z.date(),
  timezone: z.string(),
  link: z.url(),
});

/** Tells managers, once, of a show whose end is twelve hours ago and that nobody has finished or cancelled. */
export const showOverdue = defineKind<z.infer<typeof overdueData>>({
  name: "show_overdue",
  topic: "boutique",
  transactional: false,
  channels: ["email", "in_app"],
  subject: "show_id",
  data: overdueData,
  example: {
    display_name: "Dawit",
    boutique: "Almaz Bridal",
    title: "Spring 2027",
    ends_at: new Date("2027-05-08T18:00:00Z"),
    timezone: "Africa/Addis_Ababa",
    link: "https://shop.example/shows/0193a1b2-0000-7000-8000-00000000000a",
  },
  async recipients(sql, id) {
    const managers = await sql<{ user_id: string }[]>`
      select m.user_id from public.fashion_shows s
      join public.boutique_members m on m.boutique_id = s.boutique_id and m.role >= private.minimum_role('catalog.write')
      where s.id = ${id}`;
    return accounts(
      sql,
      managers.map(({ user_id }) => user_id),
    );
  },
  async load({ sql, siteUrl }, id, { displayName }, occasion) {
    const [show] = await sql`
      select b.name as boutique, s.title, s.ends_at, coalesce(l.timezone, b.timezone) as timezone, ${siteUrl} || '/shows/' || s.id as link
      from public.fashion_shows s
      join public.boutiques b on b.id = s.boutique_id
      left join public.locations l on l.id = s.location_id
      where s.id = ${id} and s.state in ('scheduled', 'live')
        and floor(extract(epoch from s.ends_at))::bigint::text = ${occasion}`;
    return show === undefined ? undefined : { ...show, display_name: displayName };
  },
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Not finished: ${data.title}`,
        preheader: `${data.title} ended on ${format.time(data.ends_at, data.timezone)}.`,
        heading: "A show was not finished",
        greeting: greetingEn(data.display_name),
        paragraphs: [
          `${data.title} was to end on ${format.time(data.ends_at, data.timezone)}, and nobody has said that it is over. Finish it, or cancel it.`,
        ],
        buttons: [{ label: "Open the show", link: data.link }],
        why: `You get this mail because you manage the shows of ${data.boutique}.`,
      }),
      inApp: (data) => ({ title: "A show was not finished", body: `${data.title}: finish it, or cancel it.` }),
    },
    am: {
      mail: (data, format) => ({
        subject: `አልተዘጋም፦ ${data.title}`,
        preheader: `የ${data.title} ትርዒት ${format.time(data.ends_at, data.timezone)} አልቋል።`,
        heading: "ያልተዘጋ ትርዒት አለ",
        greeting: greetingAm(data.display_name),
        paragraphs: [
          `የ${data.title} ትርዒት ${format.time(data.ends_at, data.timezone)} ማለቅ ነበረበት፤ ነገር ግን አልተዘጋም። እባክዎ ይዝጉት ወይም ይሰርዙት።`,
        ],
        buttons: [{ label: "ትርዒቱን ይክፈቱ", link: data.link }],
        why: `ይህ መልእክት የደረሰዎት የ${data.boutique} ትርዒቶችን ስለሚያስተዳድሩ ነው።`,
      }),
      inApp: (data) => ({ title: "ያልተዘጋ ትርዒት አለ", body: `${data.title}፦ ይዝጉት ወይም ይሰርዙት።` }),
    },
  },
});
