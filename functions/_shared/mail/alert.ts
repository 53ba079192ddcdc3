import { escapeHtml } from "./escape-html.ts";
import type { Composed } from "./send-once.ts";

/** A row of private.alerts. */
export interface AlertRow {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly subject: string;
  readonly details: unknown;
  readonly opened_at: Date;
  readonly resolved_at: Date | null;
}

/** The mail that tells an operator of an alert that has opened or ended. */
export function alertMail({ kind, key, subject, details, opened_at, resolved_at }: AlertRow): Composed {
  const state = resolved_at === null ? "Alert" : "Ended";
  const lines = [
    `${kind} ${key}`,
    `Since ${opened_at.toISOString()}${resolved_at === null ? "" : ` until ${resolved_at.toISOString()}`}`,
    JSON.stringify(details, undefined, 2),
  ];
  return {
    subject: `${state}: ${subject}`.replace(/[\r\n]+/g, " "),
    text: `${subject}\n\n${lines.join("\n")}\n`,
    html: `<p>${escapeHtml(subject)}</p><pre>${escapeHtml(lines.join("\n"))}</pre>`,
  };
}
