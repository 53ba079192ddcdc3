import { createNexusClient } from "@nexus/client";

const key = document.querySelector<HTMLMetaElement>('meta[name="nexus-key"]')?.content;

/** The one client of the page. On another server than Nexus' own, both come from the environment of the build. */
export const nexus = createNexusClient(
  import.meta.env["VITE_NEXUS_URL"] ?? location.origin,
  import.meta.env["VITE_NEXUS_KEY"] ?? (key || "no-key"),
);

/** The path that the page is served at, with a slash at its end. */
export const base: string = import.meta.env.BASE_URL;
