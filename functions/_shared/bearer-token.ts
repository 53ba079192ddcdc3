import { Problem } from "./problem.ts";

/** The access token of a request; the Data API verifies it. */
export function bearerToken(header: string | undefined): string {
  const token = /^Bearer (\S+)$/i.exec(header ?? "")?.[1];
  if (token === undefined) throw signInRequired();
  return token;
}

export function signInRequired(): Problem {
  return new Problem(401, "sign_in_required", "Send the access token of a signed-in person: Authorization: Bearer …");
}
