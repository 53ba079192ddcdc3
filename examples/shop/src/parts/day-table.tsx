import type { CalendarEntry, CalendarRow } from "@nexus/client";
import { label, timeIn } from "../format.ts";

const OPENS = 8;
const CLOSES = 20;
const HOUR = 3_600_000;
const groups = { stylist: "Stylists", room: "Rooms", garment: "Gowns" } as const;

interface Frame {
  readonly timezone: string;
  readonly from: Date;
  readonly to: Date;
}

/** Stylists, rooms and taken gowns of a day, each with what takes it, side by side on the hours of the day. */
export function DayTable({ rows, ...frame }: Frame & { rows: readonly CalendarRow[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard has to reach it for that
    <section class="scroll" aria-label="The day, hour by hour" tabIndex={0}>
      <table class="day-table">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">Who or what</span>
            </th>
            <th scope="col" class="hours">
              <span class="unseen">Taken</span>
              {Array.from({ length: (CLOSES - OPENS) / 2 }, (_, index) => (
                <span key={index} aria-hidden="true">
                  {String(OPENS + index * 2).padStart(2, "0")}
                </span>
              ))}
            </th>
          </tr>
        </thead>
        {Object.entries(groups).map(([kind, title]) => {
          const ofKind = rows.filter((row) => row.kind === kind);
          const shown = kind === "garment" ? ofKind.filter(({ entries }) => entries.length > 0) : ofKind;
          const free = ofKind.length - shown.length;
          return (
            <tbody key={kind}>
              <tr class="group">
                <th scope="rowgroup" colSpan={2}>
                  {title}
                  {free > 0 && <span class="quiet"> · {free} more are free all day</span>}
                </th>
              </tr>
              {shown.map((row) => (
                <tr key={row.resource_id}>
                  <th scope="row">{row.label}</th>
                  <td>
                    <ul>
                      {row.entries.map((entry) => (
                        <Entry key={entry.allocation_id} entry={entry} frame={frame} />
                      ))}
                    </ul>
                  </td>
                </tr>
              ))}
            </tbody>
          );
        })}
      </table>
    </section>
  );
}

function Entry({ entry, frame: { timezone, from, to } }: { entry: CalendarEntry; frame: Frame }) {
  const begins = Math.max(Date.parse(entry.from), from.getTime());
  const ends = Math.min(entry.until === null ? to.getTime() : Date.parse(entry.until), to.getTime());
  const isAllDay = begins === from.getTime() && ends === to.getTime();
  // A day of 23 or 25 hours moves by one: the hours are those since midnight.
  const place = (moment: number) => ((moment - from.getTime()) / HOUR - OPENS) / (CLOSES - OPENS);
  const left = Math.max(0, Math.min(1, place(begins)));
  const right = Math.max(0, Math.min(1, place(ends)));
  const when = isAllDay
    ? "all day"
    : `${timeIn(timezone, new Date(begins).toISOString())}–${timeIn(timezone, new Date(ends).toISOString())}`;
  return (
    <li
      class={`entry ${entry.kind}`}
      style={{ left: `${left * 100}%`, width: `${Math.max(0.04, right - left) * 100}%` }}
      title={`${label(entry.kind)}, ${when}${entry.customer ? `, ${entry.customer}` : ""}`}
    >
      <strong>{entry.customer ?? label(entry.kind)}</strong> <span>{when}</span>
    </li>
  );
}
