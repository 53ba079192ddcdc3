import { escapeHtml } from "./escape-html.ts";
import type { Composed } from "./send-once.ts";

export interface DataExportData {
  /** Addresses of the archives; whoever has them can download. */
  readonly links: readonly string[];
  readonly expires_at: Date;
}

/** The mail that brings somebody her data. */
export function dataExport({ links, expires_at }: DataExportData): Composed {
  const intro = "here is the data that we have of you, as you asked.";
  const until = `The ${links.length === 1 ? "link works" : "links work"} until ${expires_at.toISOString().slice(0, 10)}. Whoever has it can download your data: do not pass it on.`;
  const items = links
    .map((link, n) => `<p><a href="${escapeHtml(link)}">Download${links.length === 1 ? "" : ` part ${n + 1}`}</a></p>`)
    .join("");
  return {
    subject: "Your data",
    text: `Hello,\n\n${intro}\n\n${links.join("\n")}\n\n${until}\n`,
    html: `<p>Hello,</p><p>${intro}</p>${items}<p>${escapeHtml(until)}</p>`,
  };
}
