import type { SupabaseClient } from "@supabase/supabase-js";
import type { Context } from "hono";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import type { Database } from "../_shared/database.types.ts";
import { resendTag } from "../_shared/mail/resend.ts";
import { Problem } from "../_shared/problem.ts";

const tag = z.object({ name: z.string(), value: z.string() });

const event = z.object({
  type: z.string(),
  data: z.object({
    email_id: z.string().optional(),
    // A list, or an object of names and values.
    tags: z.union([z.array(tag), z.record(z.string(), z.string())]).optional(),
    bounce: z.object({ message: z.string().optional(), subType: z.string().optional() }).optional(),
  }),
});
type Event = z.infer<typeof event>;

/** The events that say that a mail has not reached anybody who wants it. */
const outcomes: Readonly<Record<string, "bounced" | "complained">> = {
  "email.bounced": "bounced",
  "email.complained": "complained",
};

/**
 * Takes what Resend reports of mails that it has sent. The signature is over the raw body and a time that may be five
 * minutes off; the same news may come twice.
 */
export async function receiveBounce(
  context: Context,
  secret: string,
  server: SupabaseClient<Database>,
): Promise<Response> {
  const news = await verified(context, secret);
  const outcome = outcomes[news.type];
  if (outcome === undefined || news.data.email_id === undefined) return context.json({ noted: false });
  const { data: noted, error } = await server.rpc("note_message_event", {
    provider: "resend",
    provider_message_id: news.data.email_id,
    event: outcome,
    reason: reasonOf(news),
  });
  if (error !== null) throw new Error(`The Data API answered ${error.code}: ${error.message}`);
  if (!noted && isOurs(news)) {
    // The news was faster than the worker that has just handed the mail over. Resend brings it again.
    throw new Problem(503, "message_not_there_yet", "This mail is not noted yet. Send the event again in a moment.");
  }
  return context.json({ noted });
}

async function verified(context: Context, secret: string): Promise<Event> {
  const body = await context.req.text();
  // Resend signs by the scheme of Standard Webhooks, under the names that it had before.
  const header = (name: string) => context.req.header(`svix-${name}`) ?? context.req.header(`webhook-${name}`) ?? "";
  try {
    new Webhook(secret).verify(
      body,
      {
        "webhook-id": header("id"),
        "webhook-timestamp": header("timestamp"),
        "webhook-signature": header("signature"),
      },
      { jsonParse: false },
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new Problem(401, "invalid_signature", `The signature is not valid. ${reason}`.trim());
  }
  const parsed = event.safeParse(parseJson(body));
  if (!parsed.success) throw new Problem(400, "invalid_input", "The event is not of a form that Resend documents.");
  return parsed.data;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isOurs({ data: { tags } }: Event): boolean {
  if (tags === undefined) return false;
  if (Array.isArray(tags)) return tags.some(({ name, value }) => name === resendTag.name && value === resendTag.value);
  return tags[resendTag.name] === resendTag.value;
}

function reasonOf({ type, data: { bounce } }: Event): string {
  return [bounce?.subType, bounce?.message].filter((part) => part !== undefined).join(": ") || type;
}
