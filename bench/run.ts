// npm run bench -- NAME: runs one benchmark.
import process from "node:process";
import { benchCalendar } from "./calendar.ts";
import { benchCatalog } from "./catalog.ts";
import { benchCheckout } from "./checkout.ts";
import { benchExperience } from "./experience.ts";
import { benchFit } from "./fit.ts";
import { benchGraphql } from "./graphql.ts";
import { benchImport } from "./import.ts";
import { benchJobs } from "./jobs.ts";
import { benchPayments } from "./payments.ts";
import { benchRls } from "./rls.ts";
import { benchStart } from "./start.ts";

const benchmarks: Readonly<Record<string, () => Promise<void>>> = {
  calendar: benchCalendar,
  catalog: benchCatalog,
  checkout: benchCheckout,
  experience: benchExperience,
  fit: benchFit,
  graphql: benchGraphql,
  import: benchImport,
  jobs: benchJobs,
  payments: benchPayments,
  rls: benchRls,
  start: benchStart,
};
const benchmark = benchmarks[process.argv[2] ?? ""];

if (benchmark === undefined) {
  process.stderr.write(`bench: name one of ${Object.keys(benchmarks).join(", ")}.\n`);
  process.exitCode = 1;
} else {
  await benchmark();
}
