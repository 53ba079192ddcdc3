import process from "node:process";

const LONGEST_PAUSE = 30_000;

/**
 * Starts again what ended by itself: after one second, then two, four ... thirty, so that what ends at
 * once each time costs next to nothing. Who has lived longer than the longest pause begins at one again.
 */
export class Respawn {
  readonly #what: string;
  readonly #start: () => Promise<void>;
  readonly #logFile: string;
  #pause = 1_000;
  #startedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #cancelled = false;

  /** @param what for the line that tells of it: "The worker" */
  constructor(what: string, logFile: string, start: () => Promise<void>) {
    this.#what = what;
    this.#logFile = logFile;
    this.#start = start;
  }

  /** Notes that it runs. */
  started(): void {
    this.#startedAt = performance.now();
  }

  /** Notes that it has ended, and arranges the next start. */
  ended(reason: string): void {
    if (this.#cancelled) return;
    if (performance.now() - this.#startedAt > LONGEST_PAUSE) this.#pause = 1_000;
    const pause = this.#pause;
    this.#pause = Math.min(pause * 2, LONGEST_PAUSE);
    process.stderr.write(
      `nexus: ${this.#what} has ended (${reason}) and starts again in ${pause / 1_000} s. Its log is ${this.#logFile}.\n`,
    );
    this.#timer = setTimeout(() => {
      this.#start().catch((error: unknown) => this.ended(error instanceof Error ? error.message : String(error)));
    }, pause);
  }

  cancel(): void {
    this.#cancelled = true;
    clearTimeout(this.#timer);
  }
}
