import { addDays, calendarView, dayIn, startOfDay, toNexusError } from "@nexus/client";
import { useEffect } from "preact/hooks";
import { dayName } from "../format.ts";
import { nexus } from "../nexus.ts";
import { DayTable } from "../parts/day-table.tsx";
import { Problem } from "../parts/notice.tsx";
import { go } from "../router.tsx";
import { SignedIn, useSession } from "../session.tsx";
import { useData } from "../use-data.ts";
import { useTitle } from "../use-title.ts";

export function StaffDay({ address }: { address: URL }) {
  useTitle("Day view");
  return <SignedIn path="/staff">{() => <Branches address={address} />}</SignedIn>;
}

/** One day of a branch, for who works there. The address says which. */
function Branches({ address }: { address: URL }) {
  const { work } = useSession();
  const ids = (work.data ?? []).map(({ boutique_id }) => boutique_id);
  const branches = useData(
    async (signal) => {
      const { data, error, status } = await nexus
        .from("locations")
        .select("id, name, city, timezone")
        .in("boutique_id", ids)
        .order("name")
        .abortSignal(signal);
      if (error !== null) throw await toNexusError(error, status);
      return data;
    },
    [ids.join()],
  );
  const branch = branches.data?.find(({ id }) => id === address.searchParams.get("branch")) ?? branches.data?.[0];
  if (work.data && ids.length === 0) {
    return (
      <section class="narrow">
        <h1>For the people of a boutique</h1>
        <p>You do not work for one.</p>
      </section>
    );
  }
  if (branch === undefined) return <Problem error={work.error ?? branches.error} />;
  const day = address.searchParams.get("day") ?? dayIn(branch.timezone);
  const show = (change: { branch?: string; day?: string }) =>
    go(`/staff?${new URLSearchParams({ branch: branch.id, day, ...change })}`, { replace: true });
  return (
    <section class="staff">
      <div class="bar">
        <h1>{dayName(day)}</h1>
        <div class="controls">
          <label>
            <span>Branch</span>
            <select value={branch.id} onChange={(event) => show({ branch: event.currentTarget.value })}>
              {branches.data?.map(({ id, name, city }) => (
                <option key={id} value={id}>
                  {name}, {city}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>Day</span>
            <input
              type="date"
              value={day}
              onChange={(event) => event.currentTarget.value && show({ day: event.currentTarget.value })}
            />
          </label>
          <button type="button" class="round" aria-label="Day before" onClick={() => show({ day: addDays(day, -1) })}>
            ‹
          </button>
          <button type="button" class="round" aria-label="Next day" onClick={() => show({ day: addDays(day, 1) })}>
            ›
          </button>
        </div>
      </div>
      <Day locationId={branch.id} timezone={branch.timezone} day={day} />
    </section>
  );
}

function Day({ locationId, timezone, day }: { locationId: string; timezone: string; day: string }) {
  const from = startOfDay(day, timezone);
  const to = startOfDay(addDays(day, 1), timezone);
  const rows = useData((signal) => calendarView(nexus, { locationId, from, to }, { signal }), [locationId, day]);
  useEffect(() => {
    // What others book shows by itself, within a minute.
    const timer = setInterval(rows.reload, 60_000);
    return () => clearInterval(timer);
  }, [rows.reload]);
  return (
    <div aria-busy={rows.isLoading}>
      <Problem error={rows.error} />
      {rows.data && <DayTable rows={rows.data} timezone={timezone} from={from} to={to} />}
    </div>
  );
}
