import ical, { escape as escapeText, ICalEventBusyStatus, ICalEventStatus } from "ical-generator";
import type { Feed, FeedEvent } from "./feed.ts";

/**
 * A feed as iCalendar (RFC 5545). Times are in UTC, so that no program needs a definition of the zone; X-WR-TIMEZONE
 * says in which one to show them. The same feed gives the same bytes, for ETags.
 */
export function toICalendar(feed: Feed): string {
  const calendar = ical({ prodId: { company: "Nexus", product: "Calendar feeds", language: "EN" }, ttl: 900 });
  // The library writes a calendar's name as it is; a boutique's may have commas, semicolons and line breaks.
  calendar.name(escapeText(oneLine(feed.name), false));
  if (feed.timezone !== null) calendar.x([{ key: "X-WR-TIMEZONE", value: feed.timezone }]);
  for (const event of feed.events) {
    calendar.createEvent({
      id: event.uid,
      ...time(event),
      summary: oneLine(summary(feed, event)),
      description: { plain: description(feed, event) },
      location: place(event),
      ...(event.url === null ? {} : { url: event.url }),
      status: statuses[event.status],
      // A day on which a gown goes out is no day on which nobody has time.
      busystatus: event.first_day === null ? ICalEventBusyStatus.BUSY : ICalEventBusyStatus.FREE,
      sequence: event.revision,
      // Without a METHOD, DTSTAMP is when this revision was made.
      stamp: event.updated_at,
      created: event.created_at,
      lastModified: event.updated_at,
    });
  }
  // Every line ends, the last one too.
  return `${calendar.toString().trimEnd()}\r\n`;
}

const statuses: Readonly<Record<FeedEvent["status"], ICalEventStatus>> = {
  confirmed: ICalEventStatus.CONFIRMED,
  tentative: ICalEventStatus.TENTATIVE,
  cancelled: ICalEventStatus.CANCELLED,
};

function time({ starts_at, ends_at, first_day, end_day }: FeedEvent) {
  if (first_day !== null) return { start: new Date(first_day), end: new Date(end_day ?? first_day), allDay: true };
  if (starts_at === null || ends_at === null) throw new Error("An event has neither times nor days.");
  return { start: starts_at, end: ends_at };
}

function summary({ kind }: Feed, event: FeedEvent): string {
  const gown = event.gowns[0]?.name ?? "a gown";
  switch (event.kind) {
    case "fitting":
      return `${event.service ?? "Fitting"} · ${kind === "customer" ? event.boutique : (event.room ?? "")}`;
    case "rental":
      return `Rental: ${gown} · ${event.boutique}`;
    case "hand_over":
      return `Goes out: ${gown}`;
    case "return":
      return `Comes back: ${gown}`;
    case "time_off":
      return "Time off";
    case "show":
      return `${event.service ?? "Fashion show"} · ${event.boutique}`;
  }
}

function description({ kind }: Feed, event: FeedEvent): string {
  const lines = event.gowns.map(({ name, size, serial }) =>
    oneLine(`${name}, size ${size}${serial === null ? "" : `, no. ${serial}`}`),
  );
  if (event.kind === "fitting" && event.stylist !== null) lines.unshift(oneLine(`With ${event.stylist}`));
  if (["fitting", "show"].includes(event.kind) && (event.people ?? 1) > 1) lines.push(`${event.people} people`);
  if (event.status === "tentative") lines.push("Not confirmed yet.");
  // Staff look up there who it is for; what is said here lies on the servers of their calendar program.
  if (["stylist", "location"].includes(kind) && event.kind !== "time_off")
    lines.push(`Number ${event.uid.slice(0, 36)}`);
  return lines.join("\n");
}

function place({ location, boutique }: FeedEvent): string | null {
  if (location === null) return null;
  const { name, street, city, country } = location;
  return [boutique, name, street, city, country]
    .map(oneLine)
    .filter((part) => part !== "")
    .join(", ");
}

/** Line breaks and other control characters are for programs, not for a line that people read. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}
