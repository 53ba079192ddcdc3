import { escapeHtml } from "./escape-html.ts";
import type { Composed } from "./send-once.ts";

export interface WebhookFailingData {
  readonly boutique: string;
  readonly url: string;
  readonly failing_since: Date;
  /** Set when the receiver has said that it is gone for good. */
  readonly gone_since: Date | null;
  /** What the last delivery failed with. */
  readonly reason: string | null;
  readonly link: string;
}

/** The mail that tells a manager that an endpoint takes no events. */
export function webhookFailing(data: WebhookFailingData): Composed {
  // The query of an address may be a password; mails travel far.
  const address = data.url.replace(/\?.*$/s, "?…");
  const news =
    data.gone_since === null
      ? `${address} has not taken events of ${data.boutique} since ${time(data.failing_since)}.`
      : `${address} says that it is gone for good (410), so events of ${data.boutique} do not arrive.`;
  const paragraphs = [
    news,
    ...(data.reason === null ? [] : [`Last reason: ${data.reason}`]),
    "The endpoint stays enabled. Events are tried for a day and then kept; they can be sent again.",
  ];
  return {
    subject: `Webhooks of ${data.boutique} do not arrive`.replace(/[\r\n]+/g, " "),
    text: `Hello,\n\n${paragraphs.join("\n\n")}\n\n${data.link}\n`,
    html: `<p>Hello,</p>${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join("")}<p><a href="${escapeHtml(data.link)}">Look at the endpoint</a></p>`,
  };
}

function time(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
