import process from "node:process";
import { parseArgs } from "node:util";

/** A whole number that an option sets. */
export interface NumberOption {
  readonly default: number;
  readonly least: number;
}

/** Reads `--NAME NUMBER` of the command line; what is not told has its default. */
export function readNumbers<Name extends string>(options: Readonly<Record<Name, NumberOption>>): Record<Name, number> {
  const names = Object.keys(options) as Name[];
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: Object.fromEntries(names.map((name) => [name, { type: "string" }] as const)),
  });
  const read = (name: Name) => {
    const value = Number(values[name] ?? options[name].default);
    if (!Number.isInteger(value) || value < options[name].least) {
      throw new Error(`bench: --${name} is a whole number, ${options[name].least} or more.`);
    }
    return value;
  };
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, number>;
}
