import type { Part, Stoppable } from "./part.ts";

/** From the bottom to the top: a part uses only what is in the layers below its own. */
const layers = ["database", "services", "front"] as const;
export type Layer = (typeof layers)[number];

/** What runs of a stack, so that it can be stopped at any moment. */
export class RunningParts {
  readonly #parts = new Map<Layer, Stoppable[]>(layers.map((layer) => [layer, []]));

  add(layer: Layer, part: Stoppable): void {
    this.#parts.get(layer)?.push(part);
  }

  /** Starts a part; from now on `stop` reaches it, even while it starts. */
  async start<P extends Part>(layer: Layer, part: P): Promise<P> {
    this.add(layer, part);
    await part.start();
    return part;
  }

  /** Stops layer by layer from the top, and all of them whatever one says; then throws the first failure. */
  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const layer of layers.toReversed()) {
      const results = await Promise.allSettled(this.#parts.get(layer)?.map((part) => part.stop()) ?? []);
      failures.push(...results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
    }
    if (failures.length > 0) throw failures[0];
  }
}
