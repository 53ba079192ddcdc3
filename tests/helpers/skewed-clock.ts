// Loaded before a script (node --import): its clock is wrong by CLOCK_SKEW_SECONDS, as that of a machine may be.
import process from "node:process";

const skew = Number(process.env["CLOCK_SKEW_SECONDS"]) * 1_000;

globalThis.Date = new Proxy(Date, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [target.now() + skew] : values, newTarget),
  get: (target, name) => (name === "now" ? () => target.now() + skew : Reflect.get(target, name)),
});
