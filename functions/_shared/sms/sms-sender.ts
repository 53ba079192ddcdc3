import type { Sent } from "../notifications/sent.ts";

export interface Sms {
  /** In E.164 form. */
  readonly to: string;
  readonly body: string;
}

/** The way out for SMS. */
export interface SmsSender {
  /** @throws PermanentFailure when the number is refused for good; any other error is worth another attempt */
  send(sms: Sms): Promise<Sent>;
}

/** Writes messages down instead of sending them, for development. Of the number only the end is shown. */
export function logSms(write: (line: { to: string; body: string }) => void): SmsSender {
  return {
    async send({ to, body }) {
      write({ to: `...${to.slice(-3)}`, body });
      return { provider: "log", id: null };
    },
  };
}
