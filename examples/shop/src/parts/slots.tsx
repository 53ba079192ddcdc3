import { addDays, dayIn, type FittingPlace, fittingSlots } from "@nexus/client";
import { useState } from "preact/hooks";
import { dayName, timeIn } from "../format.ts";
import { nexus } from "../nexus.ts";
import { useData } from "../use-data.ts";
import { Problem } from "./notice.tsx";

const DAYS = 14;

/** Free times at a branch, two weeks at a time, by day. Another `round` asks anew. */
export function Slots(props: {
  place: FittingPlace;
  timezone: string;
  round: number;
  chosen: string | undefined;
  onChoose(startsAt: string): void;
}) {
  const { place, timezone, round, chosen, onChoose } = props;
  const [weeksAhead, setWeeksAhead] = useState(0);
  const fromDay = addDays(dayIn(timezone), 1 + weeksAhead * DAYS);
  const slots = useData(
    (signal) => fittingSlots(nexus, { ...place, fromDay, toDay: addDays(fromDay, DAYS - 1) }, { signal }),
    [JSON.stringify(place), fromDay, round],
  );
  const byDay = Map.groupBy(slots.data ?? [], (slot) => dayIn(timezone, slot.starts_at));
  return (
    <>
      <Problem error={slots.error} />
      <div class="slots" aria-busy={slots.isLoading}>
        {slots.data?.length === 0 && <p class="nothing">No time is free in these two weeks.</p>}
        {[...byDay].map(([day, starts]) => (
          <fieldset key={day}>
            <legend>{dayName(day)}</legend>
            {starts.map(({ starts_at }) => (
              <label key={starts_at} class="chip">
                <input
                  type="radio"
                  name="starts_at"
                  value={starts_at}
                  checked={chosen === starts_at}
                  onChange={() => onChoose(starts_at)}
                />
                <span>{timeIn(timezone, starts_at)}</span>
              </label>
            ))}
          </fieldset>
        ))}
      </div>
      <p class="later">
        {weeksAhead > 0 && (
          <button type="button" class="plain" onClick={() => setWeeksAhead(weeksAhead - 1)}>
            Earlier
          </button>
        )}
        <button type="button" class="plain" onClick={() => setWeeksAhead(weeksAhead + 1)}>
          Later
        </button>
      </p>
    </>
  );
}
