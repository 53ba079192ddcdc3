import * as z from "zod/mini";
import { type CallOptions, callChecked } from "./call.ts";
import type { NexusClient } from "./client.ts";

const entry = z.object({
  allocation_id: z.string(),
  kind: z.string(),
  from: z.string(),
  /** Null where there is no end, as of a garment that was sold. */
  until: z.nullable(z.string()),
  source_id: z.nullable(z.string()),
  state: z.string(),
  customer: z.nullable(z.string()),
  note: z.string(),
});
const row = z.object({
  resource_id: z.string(),
  kind: z.enum(["garment", "stylist", "room"]),
  label: z.string(),
  entries: z.array(entry),
});
/** A garment, stylist or room of a branch, and what takes it. */
export type CalendarRow = z.output<typeof row>;
export type CalendarEntry = z.output<typeof entry>;

/** Every resource of a branch with what takes it between two moments, a month at most. For staff of the boutique. */
export function calendarView(
  nexus: NexusClient,
  input: { readonly locationId: string; readonly from: string | Date; readonly to: string | Date },
  options?: CallOptions,
): Promise<CalendarRow[]> {
  const args = {
    location_id: input.locationId,
    from_time: new Date(input.from).toISOString(),
    to_time: new Date(input.to).toISOString(),
  };
  return callChecked(z.array(row), () => nexus.rpc("calendar_view", args), options);
}
