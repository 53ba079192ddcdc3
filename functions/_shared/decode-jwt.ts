import { z } from "zod";

const claims = z.object({ sub: z.uuid() });

/** The claims of a token that the Data API has verified in this request. It is not verified here. */
export function decodeJwt(token: string): z.infer<typeof claims> {
  const payload = token.split(".")[1] ?? "";
  const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  return claims.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
