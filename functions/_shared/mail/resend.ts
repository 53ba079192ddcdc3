import { z } from "zod";
import { PermanentFailure } from "../jobs/queue.ts";
import type { Mailer } from "./mailer.ts";

export interface ResendSettings {
  readonly apiKey: string;
  /** Address of the API; another one in tests. */
  readonly url: string;
  readonly from: string;
}

const accepted = z.object({ id: z.string() });
const refused = z.object({ name: z.string(), message: z.string() });

/** Marks our mails in the provider's news: others of the same account are none of our business. */
export const resendTag = { name: "sender", value: "nexus" } as const;

/** A mail that no repetition makes better. Other refusals are of the account or of the moment. */
const permanent = new Set(["validation_error", "invalid_parameter", "missing_required_field", "invalid_attachment"]);

/** Sends through the HTTP API of Resend. */
export function resendMailer({ apiKey, url, from }: ResendSettings): Mailer {
  return {
    async send({ key, ...mail }) {
      const body = JSON.stringify({ from, ...mail, tags: [resendTag] });
      const response = await fetch(`${url}/emails`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${apiKey}`,
          "content-type": "application/json",
          // The same mail twice is one. The content is part of the key: a mail that was written anew, with a new link,
          // has to go out, for the link of the first one is not valid.
          "idempotency-key": `${key.slice(0, 180)}/${await digest(body)}`,
        },
        body,
        signal: AbortSignal.timeout(30_000),
      });
      const text = await response.text();
      if (response.ok) return { provider: "resend", id: accepted.parse(JSON.parse(text)).id };
      const { name, message } = parseRefusal(text);
      const reason = `Resend answered ${response.status} ${name}: ${message}`;
      // Errors of the sender's domain are validation errors too: an operator mends them, and then the mail may go.
      const isMended = /domain|\bfrom\b/i.test(message);
      throw permanent.has(name) && !isMended ? new PermanentFailure(reason) : new Error(reason);
    },
    close: () => undefined,
  };
}

function parseRefusal(text: string): z.infer<typeof refused> {
  try {
    return refused.parse(JSON.parse(text));
  } catch {
    return { name: "unknown", message: text.slice(0, 300) };
  }
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes.slice(0, 16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
