const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** One row in the text format of Postgres' COPY. */
export function copyLine(values: readonly (string | number | boolean | null)[]): string {
  const cells = values.map((value) =>
    value === null ? "\\N" : String(value).replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character),
  );
  return `${cells.join("\t")}\n`;
}
