/** One line of a table of rights: what comes of an act on a subject, per person. */
export interface Right {
  readonly subject: string;
  readonly act: string;
  readonly outcomes: Readonly<Record<string, string>>;
}

/** A table of rights as people read it. The first line names the people, after the two columns of subject and act. */
export function readRights(text: string): { readonly people: readonly string[]; readonly rights: readonly Right[] } {
  const [header = [], ...lines] = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.trim().split(/\s+/));
  const people = header.slice(2);
  const rights = lines.map(([subject = "", act = "", ...cells]) => {
    if (cells.length !== people.length) throw new Error(`${subject} ${act}: ${cells.length} of ${people.length} cells`);
    return { subject, act, outcomes: Object.fromEntries(people.map((person, n) => [person, cells[n] ?? ""])) };
  });
  return { people, rights };
}

/** What everybody in fact brings about, one after the other, to be compared with a line of the table. */
export async function outcomesOf(
  people: readonly string[],
  attempt: (person: string) => Promise<string>,
): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  for (const person of people) outcomes[person] = await attempt(person);
  return outcomes;
}
