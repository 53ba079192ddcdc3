import { escapeHtml } from "./escape-html.ts";
import type { Composed } from "./send-once.ts";

export interface AccountDeletionData {
  readonly due_at: Date;
  /** Where the front end lets her take it back. */
  readonly link: string;
}

/** The mail that tells somebody when her account will be deleted. */
export function accountDeletion({ due_at, link }: AccountDeletionData): Composed {
  const news = `Your account will be deleted on ${due_at.toISOString().slice(0, 10)}, with all that we know of you but what the books of the boutiques need.`;
  const undo = "Until then you can sign in and take it back. After that nobody can.";
  return {
    subject: "Your account will be deleted",
    text: `Hello,\n\n${news}\n\n${undo}\n\n${link}\n`,
    html: `<p>Hello,</p><p>${escapeHtml(news)}</p><p>${escapeHtml(undo)}</p><p><a href="${escapeHtml(link)}">Keep my account</a></p>`,
  };
}
