import { escapeHtml } from "./escape-html.ts";
import type { Composed } from "./send-once.ts";

export interface BoutiqueStatusData {
  readonly boutique: string;
  readonly status: string;
  readonly reason: string;
}

/** The mail that tells an owner what has become of the boutique. */
export function boutiqueStatus({ boutique, status, reason }: BoutiqueStatusData): Composed {
  const news =
    status === "active"
      ? `${boutique} is open: everybody can see it now.`
      : `${boutique} has been suspended: it is hidden, and you can read but not change it.`;
  return {
    subject: (status === "active" ? `${boutique} is open` : `${boutique} has been suspended`).replace(/[\r\n]+/g, " "),
    text: `Hello,\n\n${news}\n\nReason: ${reason}\n`,
    html: `<p>Hello,</p><p>${escapeHtml(news)}</p><p>Reason: ${escapeHtml(reason)}</p>`,
  };
}
