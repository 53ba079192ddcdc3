import { escapeHtml } from "./escape-html.ts";
import type { Composed } from "./send-once.ts";

export interface InvitationData {
  readonly boutique: string;
  readonly role: string;
  /** Name of who invites; null when the account is gone. */
  readonly inviter: string | null;
  readonly expires_at: Date;
  readonly link: string;
}

/** The mail that asks somebody to work for a boutique. */
export function invitation({ boutique, role, inviter, expires_at, link }: InvitationData): Composed {
  const who = inviter === null || inviter === "" ? boutique : inviter;
  const ask = `${who} invites you to work for ${boutique} as a ${role}.`;
  const until = `The link can be used once, until ${expires_at.toISOString().slice(0, 10)}, by the owner of this address.`;
  return {
    subject: `Invitation to ${boutique}`.replace(/[\r\n]+/g, " "),
    text: `Hello,\n\n${ask}\n\n${link}\n\n${until}\n`,
    html: `<p>Hello,</p><p>${escapeHtml(ask)}</p><p><a href="${escapeHtml(link)}">Accept the invitation</a></p><p>${escapeHtml(until)}</p>`,
  };
}
