import { type Composed, layOut } from "../notifications/layout.ts";

/** A row of private.alerts. */
export interface AlertRow {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly opened_at: Date;
  readonly resolved_at: Date | null;
}

/** The mail that tells an operator of an alert that has opened or ended. In English, as the logs are. */
export function alertMail({ kind, key, subject, details, opened_at, resolved_at }: AlertRow): Composed {
  const facts: [string, string][] = [
    ["Kind", kind],
    ["About", key],
    ["Since", opened_at.toISOString()],
    ...(resolved_at === null ? [] : [["Until", resolved_at.toISOString()] satisfies [string, string]]),
    ...Object.entries(details)
      .filter(([, value]) => value !== null)
      .map(([name, value]): [string, string] => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  ];
  return layOut(
    {
      subject: `${resolved_at === null ? "Alert" : "Ended"}: ${subject}`,
      preheader: `${kind} ${key}`,
      heading: resolved_at === null ? "Something wants attention" : "It is over",
      greeting: "Hello,",
      paragraphs: [subject],
      facts,
      why: "You get this mail because ALERT_EMAIL names this address.",
    },
    "en",
  );
}
