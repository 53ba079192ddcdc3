import { AsyncLocalStorage } from "node:async_hooks";
import type { EmailDriver } from "@supabase/lite";

/** Where the person is to land who follows the link of the mail that the current request sends. */
const wanted = new AsyncLocalStorage<string>();

/** Answers a request to the Auth server, whose mails keep the `redirect_to` that it asks for. */
export function keepingRedirect(request: Request, next: () => Promise<Response>): Promise<Response> {
  const redirectTo = new URL(request.url).searchParams.get("redirect_to");
  return redirectTo === null ? next() : wanted.run(redirectTo, next);
}

type Mail = Parameters<EmailDriver["send"]>[0];

/**
 * Sends the Auth server's mails with links that lead to where the front end has asked for (`emailRedirectTo`,
 * `redirectTo`); the library always writes the site's address there. Whether the place is allowed is decided when
 * the link is followed.
 */
export function redirectingMails(driver: EmailDriver, siteUrl: string): EmailDriver {
  const written = new URLSearchParams({ redirect_to: siteUrl }).toString();
  return {
    send: (mail: Mail) => {
      const redirectTo = wanted.getStore();
      if (redirectTo === undefined) return driver.send(mail);
      const asked = new URLSearchParams({ redirect_to: redirectTo }).toString();
      const { text, html } = mail;
      return driver.send({
        ...mail,
        ...(text === undefined ? {} : { text: text.replaceAll(written, () => asked) }),
        ...(html === undefined ? {} : { html: html.replaceAll(written, () => asked) }),
      });
    },
  };
}
