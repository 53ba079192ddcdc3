import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../stack/paths.ts";

/** Domains in the order of the documents; the first whose pattern fits the file in sql/ has its tables and RPCs. */
const domains: readonly (readonly [name: string, files: RegExp, description: string])[] = [
  [
    "People and boutiques",
    /^(2\d|05|80)_|privacy/,
    "Profiles, boutiques, their members, one's own data, the audit log.",
  ],
  ["Catalog", /^3\d_|search|product_documents/, "Products, pictures, attributes, search, look-books."],
  [
    "Reviews and sizes",
    /review|fit_|size_advice|_measurements/,
    "What people say of what they bought, rented or tried on, and which size they should take.",
  ],
  ["Virtual try-on", /tryon/, "Gowns on a customer's own photo."],
  ["Fashion shows", /_show/, "Shows, their looks, and who comes."],
  ["Rentals", /^5\d_(?!.*(calendar|readiness))/, "Quotes, holds, hand-over, return, inspection."],
  ["Calendar and fittings", /^4\d_|calendar|readiness/, "Branches, stylists, rooms, free times, appointments, feeds."],
  ["Notifications", /message|notification/, "What people are told, and how they want to be told."],
  ["Webhooks", /webhook/, "What happens in a boutique, sent to its own systems."],
  ["Payments", /payment|ledger|deposit|payout|fee|refund_transfer/, "Payments, plans, deposits, commission, payouts."],
  ["Orders", /^7\d_/, "Stock, carts, checkout, parcels, returns, refunds, invoices."],
  ["More", /./, "Everything else."],
];

export interface Domain {
  readonly name: string;
  readonly description: string;
}

export const domainList: readonly Domain[] = domains.map(([name, , description]) => ({ name, description }));

const made = /^create (?:table|view|type|(?:or replace )?function) public\.(\w+)/gm;

/** Which domain a table, view or function of `public` belongs to, from the file in sql/ that makes it. */
export function readDomains(): (name: string) => string {
  const known = new Map<string, string>();
  for (const file of readdirSync(join(root, "sql")).toSorted()) {
    const domain = domains.find(([, files]) => files.test(file))?.[0] ?? "More";
    for (const [, name = ""] of readFileSync(join(root, "sql", file), "utf8").matchAll(made)) {
      if (!known.has(name)) known.set(name, domain);
    }
  }
  return (name) => known.get(name) ?? "More";
}
