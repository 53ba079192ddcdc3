import { createHash } from "node:crypto";

/** What was asked and answered once, in fact. */
export interface Example {
  /** Who asked. */
  readonly by: string;
  readonly status: number;
  readonly request?: unknown;
  readonly answer: unknown;
}
export type Examples = Readonly<Record<string, Example>>;

/** Items of a list that are shown. */
const SHOWN = 2;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const moment = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?/g;
const day = /\d{4}-\d\d-\d\d(?![T ]\d\d:)/g;

/**
 * An answer without what differs from run to run: ids, times, days and tokens become others of the same form, in the same
 * order; long lists are cut. The same id stays the same within an example.
 *
 * @param nameOf what an id is of, such as a table; ids that it does not know are named by where they stand
 */
export function steady(example: Example, nameOf: (id: string) => string | undefined): Example {
  const cut = { ...example, answer: shorten(example.answer) };
  const names = new Map<string, string>();
  const text = JSON.stringify(cut);
  const moments = inOrder(text, moment, (found) => new Date(found.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")));
  const days = inOrder(text, day, (found) => new Date(found));
  const clean = (value: unknown, path: string): unknown => {
    if (typeof value === "string") return cleanText(value, path);
    if (Array.isArray(value)) return value.map((item, n) => clean(item, `${path}.${n}`));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key, path), clean(item, key)]));
  };
  const cleanText = (value: string, path: string): string => {
    return value
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIuLi4ifQ.signature")
      .replaceAll(/whsec_[\w+/]+=*/g, "whsec_bm90IGEgc2VjcmV0")
      .replaceAll(uuid, (id) => {
        const known = names.get(id) ?? idFor(nameOf(id) ?? `${path}.${names.size}`);
        names.set(id, known);
        return known;
      })
      .replaceAll(moment, (found) => momentOf(moments.indexOf(found), found))
      .replaceAll(day, (found) => dayOf(days.indexOf(found)))
      .replaceAll(/\b([a-z]+)([- ])[0-9a-f]{8}\b/gi, "$1$2a1b2c3d4")
      .replaceAll(/\b[0-9a-f]{32,}\b/g, (hex) => "a1b2c3d4".repeat(8).slice(0, hex.length))
      .replaceAll(/(?<![\w-])[\w-]{43}(?![\w-])/g, "q".repeat(43));
  };
  return clean(cut, "example") as Example;
}

/** Lists of rows without most of them; a list of plain values is part of what is said. */
function shorten(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isRows = typeof value[0] === "object" && value[0] !== null;
    return (isRows ? value.slice(0, SHOWN) : value).map(shorten);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shorten(item)]));
}

/** What is found in a text, each once, the earliest first. */
const inOrder = (text: string, pattern: RegExp, dateOf: (found: string) => Date): string[] =>
  [...new Set(text.match(pattern) ?? [])].toSorted((a, b) => dateOf(a).getTime() - dateOf(b).getTime());

const dayOf = (n: number) => new Date(Date.UTC(2027, 5, 5 + n)).toISOString().slice(0, 10);

/** In the form of the moment that it stands for. */
function momentOf(n: number, found: string): string {
  const plain = new Date(Date.UTC(2027, 5, 4, 7 + n)).toISOString().slice(0, 19);
  const zone = /(Z|[+-][\d:]+)$/.exec(found.slice(19))?.[0] ?? "";
  return `${found[10] === " " ? plain.replace("T", " ") : plain}${zone.startsWith("-") ? zone.replace("-", "+") : zone}`;
}

/** An id in the form of UUID 7 that is always the same for a name. */
export function idFor(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `0193a1b2-${hex.slice(0, 4)}-7${hex.slice(4, 7)}-8${hex.slice(7, 10)}-${hex.slice(10, 22)}`;
}

/**
 * The examples as they were, where the new ones say the same in other values: times of a day or week do not make documents
 * stale, another form of an answer does.
 */
export function keepAlike(before: Examples, now: Examples): Examples {
  return Object.fromEntries(
    Object.entries(now)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, example]) => {
        const old = before[id];
        return [id, old !== undefined && isAlike(old, example) ? old : example];
      }),
  );
}

/** Of the same form: members of objects, types of values. Nulls and empty lists fit everything. */
export function isAlike(a: unknown, b: unknown): boolean {
  if (a === null || b === null) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === 0 || b.length === 0 || isAlike(a[0], b[0]);
  if (typeof a === "object" && typeof b === "object" && !Array.isArray(a) && !Array.isArray(b)) {
    const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length && keys.every((key) => key in right && isAlike(left[key], right[key]))
    );
  }
  return typeof a === typeof b;
}
