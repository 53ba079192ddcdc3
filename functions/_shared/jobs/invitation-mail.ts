import { z } from "zod";
import { invitation } from "../mail/invitation.ts";
import { sendOnce } from "../mail/send-once.ts";
import { defineQueue } from "./queue.ts";

/** Sends the link of an invitation. Its token is made here and kept nowhere: the database has its hash. */
export const invitationMail = defineQueue({
  name: "mail.invitation",
  payload: z.object({ invitation_id: z.uuid() }),
  retryLimit: 12,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 3600,
  expireInSeconds: 120,
  pollingSeconds: 5,
  concurrency: 2,
  overdueSeconds: 600,
  async run({ invitation_id }, { sql, mailer, siteUrl }) {
    const [open] = await sql<
      { email: string; role: string; boutique: string; expires_at: Date; inviter: string | null }[]
    >`
      select i.email, i.role, b.name as boutique, i.expires_at, p.display_name as inviter
      from public.invitations i
      join public.boutiques b on b.id = i.boutique_id
      left join public.profiles p on p.id = i.invited_by
      where i.id = ${invitation_id} and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()`;
    // Withdrawn before the mail went out.
    if (open === undefined) return;
    await sendOnce(sql, mailer, {
      key: `invitation:${invitation_id}`,
      template: "invitation",
      userId: null,
      to: open.email,
      async compose(tx) {
        const token = randomToken();
        await tx`
          insert into private.invitation_tokens (invitation_id, token_hash)
          values (${invitation_id}, extensions.digest(${token}, 'sha256'))
          on conflict (invitation_id) do update set token_hash = excluded.token_hash`;
        return invitation({ ...open, link: `${siteUrl}/invitations/accept?token=${token}` });
      },
    });
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
