/** A value of a form as Stripe nests them: `line_items[0][price_data][currency]=usd`. */
export type FormValue = string | FormObject;
export interface FormObject {
  readonly [key: string]: FormValue | undefined;
}

/** Reads nested parameters; lists become objects with the keys 0, 1 ... */
export function parseForm(body: string): FormObject {
  const root: Record<string, FormValue> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const keys = name.split(/[[\]]+/).filter((key) => key !== "");
    const last = keys.pop() ?? "";
    let node = root;
    for (const key of keys) {
      const next = (node[key] ?? {}) as Record<string, FormValue>;
      node[key] = next;
      node = next;
    }
    node[last] = value;
  }
  return root;
}

/** A text at a path of keys, or undefined. */
export function at(form: FormObject, ...path: string[]): string | undefined {
  let value: FormValue | undefined = form;
  for (const key of path) value = typeof value === "object" ? value[key] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** An object at a path, as plain texts. */
export function textsAt(form: FormObject, ...path: string[]): Record<string, string> {
  let value: FormValue | undefined = form;
  for (const key of path) value = typeof value === "object" ? value[key] : undefined;
  if (typeof value !== "object") return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
