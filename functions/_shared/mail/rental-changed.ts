import { escapeHtml } from "./escape-html.ts";
import type { Composed } from "./send-once.ts";

export interface RentalChangedData {
  readonly display_name: string;
  readonly boutique: string;
  readonly product: string;
  readonly size: string;
  readonly color: string;
  readonly branch: string;
  readonly old_product: string;
  readonly old_color: string;
  readonly first_day: string;
  readonly last_day: string;
}

/** The mail that tells a bride of the garment that she gets instead of the one she reserved. */
export function rentalChanged(data: RentalChangedData): Composed {
  const greeting = data.display_name === "" ? "Hello," : `Dear ${data.display_name},`;
  const now = named(data.product, data.color);
  const before = named(data.old_product, data.old_color);
  const news =
    now === before
      ? `The ${before} that you reserved at ${data.boutique} cannot be there in time. You get another piece of the same gown in the same size.`
      : `The ${before} that you reserved at ${data.boutique} cannot be there in time. You get ${now} in the same size instead.`;
  const rest =
    "Your days and your price stay as they are. If it does not suit you, call the boutique or cancel the rental.";
  const facts: [string, string][] = [
    ["Gown", `${now}, size ${data.size}`],
    ["Days", `${data.first_day} to ${data.last_day}`],
    ["Branch", data.branch],
  ];
  const rows = facts
    .map(([name, value]) => `<tr><th align="left">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`)
    .join("");
  return {
    // A line break in a name must not reach the header.
    subject: `A change to your rental: ${data.product}`.replace(/[\r\n]+/g, " "),
    text: `${greeting}\n\n${news}\n\n${facts.map(([name, value]) => `${name}: ${value}`).join("\n")}\n\n${rest}\n`,
    html: `<p>${escapeHtml(greeting)}</p><p>${escapeHtml(news)}</p><table cellpadding="4">${rows}</table><p>${escapeHtml(rest)}</p>`,
  };
}

function named(product: string, color: string): string {
  return color === "" ? product : `${product} (${color})`;
}
