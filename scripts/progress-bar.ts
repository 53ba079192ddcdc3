import process from "node:process";

/** What the bar is drawn on: a terminal, a pipe, or a test's list of lines. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;
const REDRAW_MILLISECONDS = 100;

/** How far a long task is: a bar that is drawn anew on a terminal, a plain line per tenth anywhere else. */
export class ProgressBar {
  readonly #title: string;
  readonly #output: ProgressOutput;
  readonly #startedAt = performance.now();
  #drawnAt = Number.NEGATIVE_INFINITY;
  #tenths = 0;

  constructor(title: string, output: ProgressOutput = process.stdout) {
    this.#title = title;
    this.#output = output;
  }

  /** @param fraction how much is done, 0 to 1 */
  update(fraction: number): void {
    if (this.#output.isTTY) {
      if (performance.now() - this.#drawnAt < REDRAW_MILLISECONDS) return;
      this.#drawnAt = performance.now();
      const filled = Math.round(fraction * WIDTH);
      this.#output.write(`\r\x1b[K${this.#title} [${"#".repeat(filled).padEnd(WIDTH, "-")}] ${percent(fraction)}`);
      return;
    }
    // The end has a line of its own.
    const tenths = Math.min(Math.floor(fraction * 10), 9);
    if (tenths <= this.#tenths) return;
    this.#tenths = tenths;
    this.#output.write(`${this.#title} ${percent(tenths / 10)}\n`);
  }

  /** Leaves one line with the time it took. */
  finish(): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    this.#output.write(`${this.#output.isTTY ? "\r\x1b[K" : ""}${this.#title} (${seconds} s)\n`);
  }
}

function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}
