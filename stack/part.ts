/** What can be ended in order. */
export interface Stoppable {
  /** Resolves when nothing is left. Safe to call twice, and during a start, which then fails soon. */
  stop(): Promise<void>;
}

/**
 * One process or server of the embedded stack. Every part has this shape, so that one can be replaced
 * by the real binary (PostgREST, GoTrue, edge-runtime) without a change in the others.
 */
export interface Part extends Stoppable {
  readonly name: string;
  /** Resolves when the part answers; rejects with a StackError that names the remedy. */
  start(): Promise<void>;
  /** True when the part does its work right now. */
  health(): Promise<boolean>;
}
