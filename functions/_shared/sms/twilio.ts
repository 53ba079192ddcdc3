import { z } from "zod";
import { PermanentFailure } from "../jobs/queue.ts";
import type { SmsSender } from "./sms-sender.ts";

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number of the account in E.164 form, a sender name, or the id of a messaging service (MG...). */
  readonly from: string;
  /** Address of the API; another one in tests. */
  readonly url: string;
}

const accepted = z.object({ sid: z.string() });
const refused = z.object({ code: z.number(), message: z.string() });

/**
 * Codes that are about this number or this text: no number (21211), cannot be reached (21612), not allowed to be
 * called from here (21408), has answered STOP (21610), no mobile phone (21614), too long (21617).
 */
const permanent = new Set([21211, 21408, 21610, 21612, 21614, 21617]);

/**
 * Sends through Twilio's Messages resource. It knows no idempotency keys: a crash between sending and noting it
 * repeats the SMS.
 */
export function twilioSms({ accountSid, authToken, from, url }: TwilioSettings): SmsSender {
  return {
    async send({ to, body }) {
      const sender = from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from };
      const response = await fetch(`${url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
        body: new URLSearchParams({ To: to, Body: body, ...sender }),
        signal: AbortSignal.timeout(30_000),
      });
      const text = await response.text();
      if (response.ok) return { provider: "twilio", id: accepted.parse(JSON.parse(text)).sid };
      const { code, message } = parseRefusal(text);
      const reason = `Twilio answered ${response.status}, code ${code}: ${message}`;
      throw permanent.has(code) ? new PermanentFailure(reason) : new Error(reason);
    },
  };
}

function parseRefusal(text: string): z.infer<typeof refused> {
  try {
    return refused.parse(JSON.parse(text));
  } catch {
    return { code: 0, message: text.slice(0, 300) };
  }
}
