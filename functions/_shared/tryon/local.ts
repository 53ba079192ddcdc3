import type { Pictures } from "../jobs/pictures.ts";
import type { TryonProvider } from "./provider.ts";

/** Lays the cut-out over the photo, on this machine: nothing leaves it and nothing is paid. */
export function localProvider(pictures: Pictures | undefined): TryonProvider {
  return {
    name: "local",
    isFree: true,
    async start({ photo, cutout }) {
      if (pictures === undefined) throw new Error("Pictures need a worker: start one, as docs/deploying.md says.");
      return { state: "done", picture: await pictures.dress(photo, cutout) };
    },
    // Of another provider, which was in use when the look was begun.
    look: async () => ({ state: "failed", failure: "interrupted" }),
  };
}
