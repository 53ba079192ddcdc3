import type { Catalog, Trigger, Verb } from "./catalog.ts";

/** A refusal as the text of a function has it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  /** What people are told; empty where the text is put together. */
  readonly message: string;
}

const raised = /(?:raise_error|private\.refuse)\(\s*(\d{3})\s*,\s*'(\w+)'\s*,\s*(?:format\()?\s*(?:'((?:[^']|'')*)')?/g;
const called = /\b(private|public)\.(\w+)\s*\(/g;
const written = /\b(insert\s+into|update|delete\s+from|merge\s+into)\s+(?:only\s+)?(public|private)\.(\w+)/g;
/** Codes in comments: `PT404 review_not_found; PT409 too_late_to_edit, own_review`. */
const promised = /PT(\d{3}) ((?:\w+)(?:, (?:or )?[a-z]\w*_\w+)*)/g;

const verbOf: Readonly<Record<string, readonly Verb[]>> = {
  insert: ["insert"],
  update: ["update"],
  delete: ["delete"],
  merge: ["insert", "update"],
};

/**
 * What functions and writes may be refused with: read from the texts of functions, of those that they call, and of the
 * triggers of the tables that they write. A little more than each will ever say, never less.
 */
export class Refusals {
  readonly #bodies = new Map<string, string>();
  readonly #comments = new Map<string, string>();
  readonly #triggers: readonly Trigger[];

  constructor({ routines, triggers }: Catalog) {
    this.#triggers = triggers;
    for (const { schema, name, body, comment } of routines) {
      const key = `${schema}.${name}`;
      // Functions of one name are one here.
      this.#bodies.set(key, `${this.#bodies.get(key) ?? ""}\n${body}`);
      if (comment !== null) this.#comments.set(key, `${this.#comments.get(key) ?? ""}\n${comment}`);
    }
  }

  /** Of a function such as `public.checkout`. */
  ofRoutine(key: string): Refusal[] {
    return this.#gather([key]);
  }

  /** Of a write to a table, by its triggers. */
  ofWrite(table: string, verb: Verb): Refusal[] {
    return this.#gather(this.#triggersOf(table, [verb]));
  }

  #gather(start: readonly string[]): Refusal[] {
    const found = new Map<string, Refusal>();
    const note = (refusal: Refusal) => {
      const key = `${refusal.status} ${refusal.code}`;
      if ((found.get(key)?.message ?? "") === "") found.set(key, refusal);
    };
    const seen = new Set<string>();
    const ahead = [...start];
    for (let key = ahead.pop(); key !== undefined; key = ahead.pop()) {
      if (seen.has(key)) continue;
      seen.add(key);
      const body = (this.#bodies.get(key) ?? "").replaceAll(/--[^\n]*/g, "");
      for (const [, status, code = "", message = ""] of body.matchAll(raised)) {
        note({ status: Number(status), code, message: message.replaceAll("''", "'") });
      }
      for (const [, status, codes = ""] of (this.#comments.get(key) ?? "").matchAll(promised)) {
        for (const code of codes.split(/, (?:or )?/)) note({ status: Number(status), code, message: "" });
      }
      for (const [, schema, name] of body.matchAll(called)) ahead.push(`${schema}.${name}`);
      for (const [, words = "", , table = ""] of body.matchAll(written)) {
        ahead.push(...this.#triggersOf(table, verbOf[words.split(/\s/)[0] ?? ""] ?? []));
      }
    }
    return [...found.values()].toSorted((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
  }

  #triggersOf(table: string, events: readonly Verb[]): string[] {
    return this.#triggers
      .filter((trigger) => trigger.table === table && events.some((verb) => verb !== "select" && trigger[verb]))
      .map(({ routine }) => `private.${routine}`);
  }
}
