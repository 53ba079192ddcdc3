import { z } from "zod";
import type { Pictures } from "../jobs/pictures.ts";
import { guardedHttp } from "../webhooks/guarded-http.ts";
import { fashnProvider } from "./fashn.ts";
import { localProvider } from "./local.ts";
import type { TryonProvider } from "./provider.ts";

/** Variables of virtual try-on. Whoever takes them in has `checkTryon` refine the whole. */
export const tryonVariables = z.object({
  TRYON_PROVIDER: z.enum(["local", "fashn"], "Set it to local or fashn, or leave it out.").default("local"),
  FASHN_API_KEY: z.string().optional(),
  FASHN_URL: z
    .url("Set it to the address of FASHN, or of a service that speaks its protocol, or leave it out.")
    .default("https://api.fashn.ai"),
});
export type TryonSettings = z.infer<typeof tryonVariables>;

/** Names what the provider that is chosen has not got. */
export function checkTryon({ TRYON_PROVIDER, FASHN_API_KEY }: TryonSettings, context: z.RefinementCtx): void {
  if (TRYON_PROVIDER !== "fashn" || (FASHN_API_KEY ?? "") !== "") return;
  context.addIssue({
    code: "custom",
    path: ["FASHN_API_KEY"],
    message: "Set it to a key of the service, or TRYON_PROVIDER to local.",
  });
}

/** The provider that is chosen. */
export function tryonProvider(settings: TryonSettings, pictures: Pictures | undefined): TryonProvider {
  if (settings.TRYON_PROVIDER === "local") return localProvider(pictures);
  // The operator's own word on the service; what it names has to be public, or the service itself.
  const http = guardedHttp({ allowedHosts: [new URL(settings.FASHN_URL).host], allowPrivate: false });
  return fashnProvider({ url: settings.FASHN_URL, apiKey: settings.FASHN_API_KEY ?? "" }, http, pictures);
}
