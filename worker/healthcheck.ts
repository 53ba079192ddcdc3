// Asks the worker of this container how it is; ends with 1, and says why, when it is not well.
import process from "node:process";

try {
  const response = await fetch(`http://127.0.0.1:${process.env["WORKER_PORT"] || "9464"}/health`);
  process.stdout.write(await response.text());
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
