import { formatMoney } from "../money.ts";
import { escapeHtml } from "./escape-html.ts";

export interface RentalReservedData {
  readonly display_name: string;
  readonly boutique: string;
  readonly timezone: string;
  readonly product: string;
  readonly size: string;
  readonly first_day: string;
  readonly last_day: string;
  readonly held_until: Date | null;
  readonly state: string;
  /** Minor units. */
  readonly price: string | number;
  readonly deposit: string | number;
  readonly currency: string;
}

/** The mail that confirms a reservation. */
export function rentalReserved(data: RentalReservedData): { subject: string; text: string; html: string } {
  const greeting = data.display_name === "" ? "Hello," : `Dear ${data.display_name},`;
  const until =
    data.state === "held" && data.held_until !== null
      ? `We hold it for you until ${formatTime(data.held_until, data.timezone)}.`
      : "It is firmly yours for these days.";
  const facts: [string, string][] = [
    ["Gown", `${data.product}, size ${data.size}`],
    ["Days", `${data.first_day} to ${data.last_day}`],
    ["Price", formatMoney(data.price, data.currency)],
    ["Deposit", formatMoney(data.deposit, data.currency)],
  ];
  const lines = facts.map(([name, value]) => `${name}: ${value}`).join("\n");
  const rows = facts
    .map(([name, value]) => `<tr><th align="left">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`)
    .join("");
  return {
    // A line break in a name must not reach the header.
    subject: `Your reservation: ${data.product}`.replace(/[\r\n]+/g, " "),
    text: `${greeting}\n\n${data.boutique} has received your reservation.\n\n${lines}\n\n${until}\n`,
    html:
      `<p>${escapeHtml(greeting)}</p><p>${escapeHtml(data.boutique)} has received your reservation.</p>` +
      `<table cellpadding="4">${rows}</table><p>${escapeHtml(until)}</p>`,
  };
}

function formatTime(time: Date, timezone: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short", timeZone: timezone }).format(time);
}
