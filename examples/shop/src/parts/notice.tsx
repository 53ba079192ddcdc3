import type { NexusError } from "@nexus/client";
import type { ComponentChildren } from "preact";

/** What went wrong, in the words of Nexus, which are written for people. */
export function Problem({ error, children }: { error: NexusError | undefined; children?: ComponentChildren }) {
  if (error === undefined) return null;
  return (
    <div class="notice problem" role="alert">
      <p>{error.message}</p>
      {children}
    </div>
  );
}

/** What went well. Read out as soon as it is there. */
export function Good({ children }: { children: ComponentChildren }) {
  return (
    <div class="notice good" role="status">
      {children}
    </div>
  );
}
