/**
 * One process or server of the embedded stack. Every part has this shape, so that one can be replaced
 * by the real binary (PostgREST, GoTrue, edge-runtime) without a change in the others.
 */
export interface Part {
  readonly name: string;
  /** Resolves when the part answers; rejects with a StackError that names the remedy. */
  start(): Promise<void>;
  /** True when the part does its work right now. */
  health(): Promise<boolean>;
  /** Ends the part in order; resolves when nothing of it is left. Safe to call twice. */
  stop(): Promise<void>;
}
