import { z } from "zod";
import { defineKind } from "../kind.ts";
import { greetingAm, greetingEn } from "../words.ts";

const invitationData = z.object({
  boutique: z.string(),
  role: z.enum(["stylist", "manager"]),
  /** Name of who invites; null when the account is gone. */
  inviter: z.string().nullable(),
  expires_at: z.date(),
  link: z.url(),
});
type InvitationData = z.infer<typeof invitationData>;

const who = ({ inviter, boutique }: InvitationData) => (inviter === null || inviter === "" ? boutique : inviter);
const rolesAm = { stylist: "ስታይሊስት", manager: "ሥራ አስኪያጅ" } as const;

/** Asks somebody to work for a boutique. Its token is made when it leaves and kept nowhere: the database has its hash. */
export const invitation = defineKind<InvitationData>({
  name: "invitation",
  topic: "boutique",
  transactional: true,
  channels: ["email"],
  subject: "invitation_id",
  data: invitationData,
  example: {
    boutique: "Almaz Bridal",
    role: "stylist",
    inviter: "Almaz",
    expires_at: new Date("2026-12-01T09:00:00Z"),
    link: "https://shop.example/invitations/accept?token=TOKEN",
  },
  async recipients(sql, id) {
    const rows = await sql<{ email: string; locale: string }[]>`
      select i.email, coalesce(p.locale, 'en') as locale
      from public.invitations i
      left join auth.users u on lower(u.email) = i.email
      left join public.profiles p on p.id = u.id
      where i.id = ${id} limit 1`;
    // Not to the account, which need not be there: whoever reads this address is asked.
    return rows.map(({ email, locale }) => ({ userId: null, email, phone: null, locale, displayName: "" }));
  },
  async load({ sql }, id) {
    const [open] = await sql`
      select i.role::text as role, b.name as boutique, i.expires_at, p.display_name as inviter
      from public.invitations i
      join public.boutiques b on b.id = i.boutique_id
      left join public.profiles p on p.id = i.invited_by
      where i.id = ${id} and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()`;
    return open;
  },
  async complete(loaded, id, tx, { siteUrl }) {
    const token = randomToken();
    await tx`
      insert into private.invitation_tokens (invitation_id, token_hash)
      values (${id}, extensions.digest(${token}, 'sha256'))
      on conflict (invitation_id) do update set token_hash = excluded.token_hash`;
    return { ...(loaded as object), link: `${siteUrl}/invitations/accept?token=${token}` };
  },
  sendKey: (id) => `invitation:${id}`,
  texts: {
    en: {
      mail: (data, format) => ({
        subject: `Invitation to ${data.boutique}`,
        preheader: `${who(data)} invites you to work for ${data.boutique}.`,
        heading: `Work for ${data.boutique}`,
        greeting: greetingEn(""),
        paragraphs: [`${who(data)} invites you to work for ${data.boutique} as a ${data.role}.`],
        buttons: [{ label: "Accept the invitation", link: data.link }],
        closing: [`The link can be used once, until ${format.dayOf(data.expires_at)}, by the owner of this address.`],
        why: `You get this mail because ${who(data)} has entered your address. If you know nothing of it, do nothing.`,
      }),
    },
    am: {
      mail: (data, format) => ({
        subject: `የ${data.boutique} ግብዣ`,
        preheader: `በ${data.boutique} እንዲሠሩ ተጋብዘዋል።`,
        heading: `በ${data.boutique} ይሥሩ`,
        greeting: greetingAm(""),
        paragraphs: [`በ${data.boutique} ${rolesAm[data.role]} ሆነው እንዲሠሩ በ${who(data)} ተጋብዘዋል።`],
        buttons: [{ label: "ግብዣውን ይቀበሉ", link: data.link }],
        closing: [`አገናኙ እስከ ${format.dayOf(data.expires_at)} ድረስ አንድ ጊዜ ብቻ ይሠራል፤ የሚሠራውም ለዚህ አድራሻ ባለቤት ነው።`],
        why: `ይህ መልእክት የደረሰዎት ${who(data)} አድራሻዎን ስላስገቡ ነው። ጉዳዩን ካላወቁት ምንም ማድረግ አያስፈልግዎትም።`,
      }),
    },
  },
});

/** 256 random bits that can stand in an address. */
function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
