// npm run data:vibrent -- FILE --buffer-days N: replays real rental periods as reservations on the running stack.
import process from "node:process";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { describeFailure, StackError } from "../stack/errors.ts";
import { formatTable, pathFromCaller, peakMemory, runningStack } from "./dataset.ts";
import { ProgressBar } from "./progress-bar.ts";
import { readOrders } from "./vibrent/order.ts";
import { replay } from "./vibrent/replay.ts";

const usage = `npm run data:vibrent -- FILE --buffer-days N [options]

  FILE             vibrent_original_orders.csv.gz
  --buffer-days N  days that a garment stays free after each rental, 0 to 31
  --clients C      customers that order at the same time (1); the orders of an outfit stay in file order
  --interleave     deal the orders to the customers in turn: they then compete for outfits
  --data-dir DIR   data directory of the running stack (.nexus)
  --help`;

interface Arguments {
  readonly file: string;
  readonly bufferDays: number;
  readonly clients: number;
  readonly interleave: boolean;
  readonly dataDir: string | undefined;
}

try {
  const options = readArguments();
  process.stdout.write(options === undefined ? `${usage}\n` : await run(options));
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}

async function run(options: Arguments): Promise<string> {
  const { api_url, db_url, publishable_key } = await runningStack(options.dataDir);
  const orders = await readOrders(options.file);
  const sql = postgres(db_url, { max: 1, onnotice: () => undefined });
  const bar = new ProgressBar(`Replaying ${orders.length.toLocaleString("en-US")} orders`);
  try {
    const { counts, seconds, calendar } = await replay({
      ...options,
      sql,
      orders,
      api: { url: api_url, publishableKey: publishable_key },
      onProgress: (fraction) => bar.update(fraction),
    });
    bar.finish();
    const table = formatTable([
      ["buffer days", options.bufferDays],
      ["clients", options.clients],
      ["orders", orders.length],
      ["accepted", counts.accepted],
      ["conflict", counts.conflict],
      ["invalid", counts.invalid],
      ["overlaps in the calendar", calendar.overlaps],
      ["rentals in the database", calendar.rentals],
      ["seconds", seconds.toFixed(1)],
      ["rows/s", Math.round(orders.length / seconds)],
      ["peak memory", peakMemory()],
    ]);
    return `\n${table}\n`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function readArguments(): Arguments | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        "buffer-days": { type: "string" },
        clients: { type: "string", default: "1" },
        interleave: { type: "boolean", default: false },
        "data-dir": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return undefined;
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new Error("Exactly one file is needed");
    return {
      file: pathFromCaller(file),
      bufferDays: wholeNumber("--buffer-days", values["buffer-days"], 0, 31),
      clients: wholeNumber("--clients", values.clients, 1, 1000),
      interleave: values.interleave,
      dataDir: values["data-dir"],
    };
  } catch (error) {
    throw new StackError(
      `${error instanceof Error ? error.message.split(". ")[0] : error}.`,
      "See npm run data:vibrent -- --help.",
    );
  }
}

function wholeNumber(name: string, text: string | undefined, least: number, most: number): number {
  if (text === undefined || !/^\d{1,6}$/.test(text) || Number(text) < least || Number(text) > most) {
    throw new Error(`${name} takes a whole number from ${least} to ${most}`);
  }
  return Number(text);
}
