import { addDays, productAvailability } from "@nexus/client";
import { useState } from "preact/hooks";
import { dayName } from "../format.ts";
import { nexus } from "../nexus.ts";
import { useData } from "../use-data.ts";
import { Problem } from "./notice.tsx";

export interface Days {
  readonly first: string;
  readonly last: string;
}

/** A month of one size: which days are free, and the days that are chosen with two clicks. */
export function Availability(props: {
  productId: string;
  variantId: string;
  today: string;
  chosen: Days | undefined;
  onChoose(days: Days): void;
}) {
  const { productId, variantId, today, chosen, onChoose } = props;
  const [month, setMonth] = useState((chosen?.first ?? today).slice(0, 7));
  /** The first click, until there is a second. */
  const [start, setStart] = useState<string>();
  const days = daysOf(month);
  const last = days.at(-1) ?? today;
  const from = (days[0] ?? today) < today ? today : (days[0] ?? today);
  const free = useData(
    (signal) => productAvailability(nexus, { productId, fromDay: from, toDay: last }, { signal }),
    [productId, month],
  );
  const freeOn = new Map(free.data?.filter((row) => row.variant_id === variantId).map((row) => [row.day, row]));

  const choose = (day: string) => {
    if (start === undefined || day < start) {
      setStart(day);
      onChoose({ first: day, last: day });
    } else {
      setStart(undefined);
      onChoose({ first: start, last: day });
    }
  };
  const isChosen = (day: string) => chosen !== undefined && day >= chosen.first && day <= chosen.last;

  return (
    <div class="calendar" aria-busy={free.isLoading}>
      <div class="month">
        <button
          type="button"
          class="round"
          aria-label="Month before"
          disabled={month <= today.slice(0, 7)}
          onClick={() => setMonth(other(month, -1))}
        >
          ‹
        </button>
        <h2 aria-live="polite">{monthName(month)}</h2>
        <button type="button" class="round" aria-label="Next month" onClick={() => setMonth(other(month, 1))}>
          ›
        </button>
      </div>
      <Problem error={free.error} />
      <div class="week" aria-hidden="true">
        {["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"].map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      <ul class="days">
        {days.map((day, index) => {
          const row = freeOn.get(day);
          const isFree = (row?.free ?? 0) > 0;
          const said = row === undefined ? "" : isFree ? `${row.free} of ${row.total} free` : "taken";
          return (
            <li key={day} style={index === 0 ? { gridColumnStart: weekday(day) } : undefined}>
              <button
                type="button"
                class={`day${row === undefined ? "" : isFree ? " free" : " taken"}`}
                disabled={!isFree}
                aria-pressed={isChosen(day)}
                aria-label={`${dayName(day)}${said && `, ${said}`}`}
                onClick={() => choose(day)}
              >
                {Number(day.slice(8))}
              </button>
            </li>
          );
        })}
      </ul>
      <p class="hint" role="status">
        {start === undefined ? "Choose the first day, then the last." : `From ${dayName(start)}. Now the last day.`}
      </p>
    </div>
  );
}

function daysOf(month: string): string[] {
  const days: string[] = [];
  for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) days.push(day);
  return days;
}

/** 1 for Monday. */
function weekday(day: string): number {
  return ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}

function other(month: string, by: number): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + by);
  return date.toISOString().slice(0, 7);
}

function monthName(month: string): string {
  return new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${month}-01T00:00:00Z`),
  );
}
