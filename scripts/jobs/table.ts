export type Row = Readonly<Record<string, string | number>>;

/** Rows as text with a heading, in columns that are as wide as they need; numbers stand on the right. */
export function formatTable(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const widths = columns.map((name) => Math.max(name.length, ...rows.map((row) => String(row[name] ?? "").length)));
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, n) =>
        typeof cell === "number" ? String(cell).padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const isNumber = (name: string) => rows.every((row) => typeof row[name] === "number");
  const heading = columns.map((name, n) => (isNumber(name) ? name.padStart(widths[n] ?? 0) : name));
  return [line(heading), ...rows.map((row) => line(columns.map((name) => row[name] ?? "")))].join("\n");
}

/** A time as one reads it in a terminal, in UTC; nothing for none. */
export function formatTime(time: Date | null | undefined): string {
  return time === null || time === undefined ? "" : `${time.toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** How long ago: 45s, 12m, 3h, 5d; nothing for none. */
export function formatAge(since: Date | null | undefined, now = Date.now()): string {
  if (since === null || since === undefined) return "";
  const seconds = Math.max(0, Math.round((now - since.getTime()) / 1_000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)}h`;
  return `${Math.round(seconds / 86_400)}d`;
}
