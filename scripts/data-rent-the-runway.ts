// npm run data:rent-the-runway -- FILE: loads the reviews of the Rent The Runway set into the running stack.
import process from "node:process";
import { parseArgs } from "node:util";
import postgres from "postgres";
import { describeFailure, StackError } from "../stack/errors.ts";
import { formatTable, pathFromCaller, peakMemory, runningStack } from "./dataset.ts";
import { ProgressBar } from "./progress-bar.ts";
import { type LoadResult, loadRentTheRunway } from "./rent-the-runway/load.ts";

const usage = `npm run data:rent-the-runway -- FILE [options]

  FILE            renttherunway_*.csv.gz
  --data-dir DIR  data directory of the running stack (.nexus)
  --help`;

try {
  const options = readArguments();
  process.stdout.write(options === undefined ? `${usage}\n` : await run(options));
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}

async function run(options: { file: string; dataDir: string | undefined }): Promise<string> {
  const { db_url } = await runningStack(options.dataDir);
  const sql = postgres(db_url, { max: 1, onnotice: () => undefined });
  const startedAt = performance.now();
  try {
    const reading = new ProgressBar("[1/2] Reading the file");
    let writing: ProgressBar | undefined;
    const result = await loadRentTheRunway(sql, options.file, {
      onProgress: (fraction) => reading.update(fraction),
      onRead: () => {
        reading.finish();
        writing = new ProgressBar("[2/2] Writing catalog and fit records");
        writing.update(0);
      },
    });
    writing?.finish();
    return `\n${summary(result, (performance.now() - startedAt) / 1000)}\n`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function summary(result: LoadResult, seconds: number): string {
  return formatTable([
    ["rows read", result.read],
    ["loaded", result.loaded],
    ["duplicates in the file", result.duplicates],
    ["loaded before", result.known],
    ...Object.entries(result.refused).map(([reason, count]) => [`refused: ${reason}`, count] as const),
    ["figures taken as unknown", result.implausible],
    ["categories added", result.categories],
    ["products added", result.products],
    ["variants added", result.variants],
    ["garments added", result.garments],
    ["seconds", seconds.toFixed(1)],
    ["rows/s", Math.round(result.read / seconds)],
    ["peak memory", peakMemory()],
  ]);
}

function readArguments(): { file: string; dataDir: string | undefined } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { "data-dir": { type: "string" }, help: { type: "boolean", default: false } },
    });
    if (values.help) return undefined;
    const [file, ...rest] = positionals;
    if (file === undefined || rest.length > 0) throw new Error("Exactly one file is needed");
    return { file: pathFromCaller(file), dataDir: values["data-dir"] };
  } catch (error) {
    throw new StackError(
      `${error instanceof Error ? error.message.split(". ")[0] : error}.`,
      "See npm run data:rent-the-runway -- --help.",
    );
  }
}
