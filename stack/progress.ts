import process from "node:process";

/** Says what is being done and how long it took: a line per step, overwritten while it runs on a terminal. */
export class Steps {
  readonly #total: number;
  #current = 0;

  constructor(total: number) {
    this.#total = total;
  }

  async run<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.#current += 1;
    const label = `[${this.#current}/${this.#total}] ${title}`;
    const startedAt = performance.now();
    const isTerminal = process.stdout.isTTY;
    if (isTerminal) process.stdout.write(`${label} ...`);
    try {
      const result = await work();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      process.stdout.write(`${isTerminal ? "\r\x1b[K" : ""}${label} (${seconds} s)\n`);
      return result;
    } catch (error) {
      if (isTerminal) process.stdout.write("\n");
      throw error;
    }
  }
}
