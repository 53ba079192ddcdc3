/**
 * A failure that a person can mend: one line that says what is wrong and one that says what to do.
 * Thrown by every part of the stack and printed without a stack trace by the entry points.
 */
export class StackError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StackError";
    this.remedy = remedy;
  }
}

/** What an entry point prints for a failure; unknown failures keep their stack for the bug report. */
export function describeFailure(error: unknown): string {
  if (error instanceof StackError) return `nexus: ${error.message} ${error.remedy}`;
  if (error instanceof Error) return `nexus: unexpected failure. ${error.stack ?? error.message}`;
  return `nexus: unexpected failure. ${String(error)}`;
}
