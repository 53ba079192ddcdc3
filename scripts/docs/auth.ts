import { z } from "zod";
import type { FunctionOperation } from "../../functions/_shared/operation.ts";

const user = z.looseObject({ id: z.uuid(), email: z.string().optional(), role: z.string().optional() });
const session = z.looseObject({
  access_token: z.string().describe("Send it as `Authorization: Bearer …`"),
  token_type: z.string(),
  expires_in: z.number().int().describe("Seconds"),
  refresh_token: z.string(),
  user,
});
const email = z.email();
const password = z.string().min(8);
const redirect = z.object({ redirect_to: z.string().optional().describe("Where the link of the mail leads") });
const sent = {
  200: { description: "A mail is on its way, if there is such an account.", schema: z.looseObject({}) },
} as const;

const wrong = { validation_failed: 400, bad_json: 400 } as const;
const sessionGone = { no_authorization: 401, bad_jwt: 403, session_not_found: 403, user_not_found: 403 } as const;
const limited = { over_request_rate_limit: 429, over_email_send_rate_limit: 429 } as const;

/** What Auth answers to a front end; supabase-js calls it under `supabase.auth`. */
export const authOperations: readonly FunctionOperation[] = [
  {
    ...{ method: "post", path: "/signup", id: "auth.sign_up", access: "key", summary: "Make an account" },
    description: "Where addresses have to be confirmed the answer has no session yet.",
    body: z.object({
      email,
      password,
      data: z.object({ display_name: z.string().optional(), locale: z.string().optional() }).optional(),
    }),
    answers: { 200: { description: "A session, or the user alone.", schema: z.union([session, user]) } },
    problems: { ...wrong, weak_password: 422, user_already_exists: 422, anonymous_provider_disabled: 422, ...limited },
  },
  {
    ...{ method: "post", path: "/token", id: "auth.token", access: "key", summary: "Sign in, or renew a session" },
    query: z.object({ grant_type: z.enum(["password", "refresh_token", "pkce"]) }),
    body: z.union([
      z.object({ email, password: z.string() }),
      z.object({ refresh_token: z.string() }),
      z.object({ auth_code: z.string(), code_verifier: z.string() }),
    ]),
    answers: { 200: { description: "A session.", schema: session } },
    problems: {
      ...wrong,
      invalid_credentials: 400,
      email_not_confirmed: 400,
      ...{ refresh_token_not_found: 400, refresh_token_already_used: 400, session_expired: 400 },
      ...{ flow_state_not_found: 404, flow_state_expired: 422, flow_state_already_used: 400, bad_code_verifier: 400 },
      user_banned: [400, 403],
      ...limited,
    },
  },
  {
    ...{
      method: "post",
      path: "/otp",
      id: "auth.otp",
      access: "key",
      summary: "Mail a link and a code to sign in with",
    },
    query: redirect,
    body: z.object({ email, create_user: z.boolean().optional(), data: z.looseObject({}).optional() }),
    answers: sent,
    problems: { ...wrong, otp_disabled: 422, ...limited },
  },
  {
    ...{
      method: "post",
      path: "/verify",
      id: "auth.verify",
      access: "key",
      summary: "Sign in with the code of a mail",
    },
    body: z.object({
      email,
      token: z.string(),
      type: z.enum(["email", "signup", "invite", "magiclink", "recovery", "email_change"]),
    }),
    answers: { 200: { description: "A session.", schema: session } },
    problems: { ...wrong, otp_expired: 403, ...limited },
  },
  {
    ...{
      method: "post",
      path: "/recover",
      id: "auth.recover",
      access: "key",
      summary: "Mail a link for a new password",
    },
    query: redirect,
    body: z.object({ email }),
    answers: sent,
    problems: { ...wrong, ...limited },
  },
  {
    ...{ method: "post", path: "/resend", id: "auth.resend", access: "key", summary: "Send a mail again" },
    body: z.object({ email, type: z.enum(["signup", "email_change"]) }),
    answers: sent,
    problems: { ...wrong, ...limited },
  },
  {
    ...{ method: "get", path: "/user", id: "auth.user", access: "person", summary: "Who is signed in" },
    answers: { 200: { description: "The user.", schema: user } },
    problems: sessionGone,
  },
  {
    ...{
      method: "put",
      path: "/user",
      id: "auth.update_user",
      access: "person",
      summary: "Change address or password",
    },
    body: z.object({ email: email.optional(), password: password.optional(), data: z.looseObject({}).optional() }),
    answers: { 200: { description: "The user.", schema: user } },
    problems: {
      ...wrong,
      ...sessionGone,
      ...{ weak_password: 422, same_password: 422, email_exists: 422 },
      ...limited,
    },
  },
  {
    ...{ method: "post", path: "/logout", id: "auth.sign_out", access: "person", summary: "Sign out" },
    query: z.object({ scope: z.enum(["global", "local", "others"]).optional() }),
    answers: { 204: { description: "Done." } },
    problems: { ...sessionGone, validation_failed: 400 },
  },
  {
    ...{
      method: "get",
      path: "/authorize",
      id: "auth.authorize",
      access: "anybody",
      summary: "Sign in with Google or GitHub",
    },
    query: z.object({ provider: z.enum(["google", "github"]), redirect_to: z.string().optional() }),
    answers: { 302: { description: "On to the provider." } },
    problems: { validation_failed: 400 },
  },
  {
    ...{ method: "get", path: "/settings", id: "auth.settings", access: "key", summary: "Ways to sign in" },
    answers: { 200: { description: "What is turned on.", schema: z.looseObject({}) } },
  },
];
