import { escapeHtml } from "../escape-html.ts";
import { brand } from "./brand.ts";
import type { Language } from "./language.ts";

/** A mail as its parts. HTML and text are both made from them, so that they say the same. All of it is plain text. */
export interface MailText {
  readonly subject: string;
  /** What mail programs show behind the subject. */
  readonly preheader: string;
  readonly heading: string;
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  /** Name and value. */
  readonly facts?: readonly (readonly [name: string, value: string])[];
  readonly buttons?: readonly Button[];
  /** What comes after facts and buttons. */
  readonly closing?: readonly string[];
  /** Why somebody gets this mail. */
  readonly why: string;
}

export interface Button {
  readonly label: string;
  readonly link: string;
}

export interface Composed {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Makes a mail of its parts, in the look that the mails of Auth have too (supabase/templates). */
export function layOut(mail: MailText, language: Language, unsubscribe?: Button): Composed {
  return {
    // A line break in a name must not reach the header.
    subject: mail.subject.replace(/[\r\n]+/g, " "),
    text: asText(mail, unsubscribe),
    html: asHtml(mail, language, unsubscribe),
  };
}

function asText({ greeting, paragraphs, facts, buttons, closing, why }: MailText, unsubscribe?: Button): string {
  const blocks = [
    greeting,
    ...paragraphs,
    (facts ?? []).map(([name, value]) => `${name}: ${value}`).join("\n"),
    (buttons ?? []).map(({ label, link }) => `${label}:\n${link}`).join("\n\n"),
    ...(closing ?? []),
    `-- \n${why}`,
    unsubscribe === undefined ? "" : `${unsubscribe.label}: ${unsubscribe.link}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

const sans = "font-family: -apple-system, 'Segoe UI', Roboto, 'Noto Sans Ethiopic', Helvetica, Arial, sans-serif;";
const serif = "font-family: Georgia, 'Noto Serif Ethiopic', 'Times New Roman', serif;";

function asHtml(mail: MailText, language: Language, unsubscribe?: Button): string {
  const paragraph = (text: string) =>
    `<p class="text" style="margin: 0 0 16px; font-size: 16px; line-height: 26px; color: #2b2430;">${lines(text)}</p>`;
  const leave =
    unsubscribe === undefined
      ? ""
      : `<br><a class="link" href="${escapeHtml(unsubscribe.link)}" style="color: #7a2e57;">${escapeHtml(unsubscribe.label)}</a>`;
  return `<!doctype html>
<html lang="${language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="supported-color-schemes" content="light dark">
  <title>${escapeHtml(mail.subject)}</title>
  <style>${darkStyle}</style>
</head>
<body class="page" style="margin: 0; padding: 0; background-color: #f7f3ef;">
  <div style="display: none; max-height: 0; overflow: hidden; font-size: 1px; line-height: 1px; opacity: 0;">${escapeHtml(mail.preheader)}</div>
  <table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color: #f7f3ef;">
    <tr>
      <td align="center" style="padding: 32px 16px;">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width: 520px; ${sans}">
          <tr>
            <td class="text" align="center" style="padding: 0 0 24px; ${serif} font-size: 24px; letter-spacing: 4px; color: #2b2430;">${brand.toUpperCase()}</td>
          </tr>
          <tr>
            <td class="card" style="padding: 32px 28px; background-color: #ffffff; border: 1px solid #eadfd8; border-radius: 12px;">
              <h1 class="text" style="margin: 0 0 20px; ${serif} font-size: 24px; line-height: 34px; font-weight: normal; color: #2b2430;">${lines(mail.heading)}</h1>
              ${[mail.greeting, ...mail.paragraphs].map(paragraph).join("\n              ")}
              ${factTable(mail.facts ?? [])}
              ${(mail.buttons ?? []).map(buttonTable).join("\n              ")}
              ${(mail.closing ?? []).map(paragraph).join("\n              ")}
            </td>
          </tr>
          <tr>
            <td class="quiet" align="center" style="padding: 24px 16px 0; font-size: 13px; line-height: 20px; color: #776b73;">${lines(mail.why)}${leave}</td>
          </tr>
        </table>
      </td>
    </tr>
  </table>
</body>
</html>
`;
}

/** Colours for mail programs that show dark pages. */
const darkStyle = `
    @media (prefers-color-scheme: dark) {
      .page { background-color: #1b171a !important; }
      .card { background-color: #262024 !important; border-color: #3b3238 !important; }
      .text { color: #f2ebef !important; }
      .quiet { color: #b5a8b0 !important; }
      .fact { border-color: #3b3238 !important; }
      .link { color: #e3a9c6 !important; }
    }
  `;

function factTable(facts: NonNullable<MailText["facts"]>): string {
  if (facts.length === 0) return "";
  const rows = facts.map(
    ([name, value]) =>
      `<tr><th class="quiet fact" align="left" valign="top" style="padding: 10px 16px 10px 0; border-top: 1px solid #eadfd8; font-size: 14px; line-height: 22px; font-weight: normal; color: #776b73; white-space: nowrap;">${escapeHtml(name)}</th>` +
      `<td class="text fact" align="left" style="padding: 10px 0; border-top: 1px solid #eadfd8; font-size: 16px; line-height: 22px; color: #2b2430;">${escapeHtml(value)}</td></tr>`,
  );
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin: 8px 0 24px;">${rows.join("")}</table>`;
}

function buttonTable({ label, link }: Button): string {
  return (
    `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin: 8px 0 20px;"><tr><td style="background-color: #7a2e57; border-radius: 8px;">` +
    `<a href="${escapeHtml(link)}" style="display: inline-block; padding: 14px 28px; font-size: 16px; line-height: 20px; font-weight: bold; color: #ffffff; text-decoration: none;">${escapeHtml(label)}</a>` +
    `</td></tr></table>`
  );
}

/** Text with its line breaks. */
function lines(text: string): string {
  return escapeHtml(text).replaceAll("\n", "<br>");
}
