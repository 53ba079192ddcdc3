/** Things to be done at a time, that all end together. */
export class Timers {
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;

  /** @param time in milliseconds since 1970; what is past is done soon */
  at(time: number, work: () => Promise<void>): void {
    if (this.#isStopped) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        void work();
      },
      Math.max(0, time - Date.now()),
    );
    this.#timers.add(timer);
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
