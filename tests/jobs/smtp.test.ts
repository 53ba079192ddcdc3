import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PermanentFailure } from "../../functions/_shared/jobs/queue.ts";
import { type Mailer, smtpMailer } from "../../functions/_shared/mail/mailer.ts";
import { composeMail } from "../../functions/_shared/notifications/by-channel.ts";
import { rentalReminder } from "../../functions/_shared/notifications/kinds/rental-reminder.ts";
import { RefusingSmtp } from "../helpers/refusing-smtp.ts";
import { TestInbox } from "../helpers/test-inbox.ts";

let inbox: TestInbox;
let refusing: RefusingSmtp;

beforeAll(async () => {
  [inbox, refusing] = await Promise.all([TestInbox.open(), RefusingSmtp.start()]);
});
afterAll(async () => {
  await refusing.close();
  await inbox.close();
});

async function through<T>(port: number, use: (mailer: Mailer) => Promise<T>): Promise<T> {
  const mailer = smtpMailer({ host: "127.0.0.1", port, from: "Nexus <hello@nexus.test>" });
  try {
    return await use(mailer);
  } finally {
    mailer.close();
  }
}

const link = "https://nexus.test/functions/v1/messages/unsubscribe?token=TOKEN";

describe("a mail over SMTP", () => {
  it("in Amharic arrives as it was written, with the headers of one click", async () => {
    const mail = composeMail(rentalReminder, rentalReminder.example, "am", link);
    const headers = { "List-Unsubscribe": `<${link}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
    const sent = await through(inbox.smtpPort, (mailer) =>
      mailer.send({ to: "selam@nexus.test", ...mail, key: "rental_reminder.1", headers }),
    );
    expect(sent).toEqual({ provider: "smtp", id: "<rental_reminder.1@nexus.test>" });
    const [received] = await inbox.mailsTo("selam@nexus.test");
    expect(received).toMatchObject({
      subject: "በቅርቡ፦ Genet",
      headers: { "list-unsubscribe": `<${link}>`, "list-unsubscribe-post": "List-Unsubscribe=One-Click" },
    });
    expect(received?.text).toContain("ውድ Selam፣");
    expect(received?.text).toContain("ዋጋ: ");
    expect(received?.html).toContain('<html lang="am">');
    expect(received?.html).toContain("ኪራይዎ በቅርቡ ይጀምራል");
    const source = await inbox.sourceOfMailTo("selam@nexus.test");
    // Nothing but ASCII on the wire; the subject in encoded words.
    expect(/^\p{ASCII}*$/u.test(source)).toBe(true);
    expect(source).toMatch(/^Subject: =\?UTF-8\?[BQ]\?/im);
  });

  it.each([
    ["RCPT", "550 5.1.1 no such user", true],
    ["RCPT", "553 mailbox name not allowed", true],
    ["RCPT", "451 4.7.1 greylisted", false],
    ["RCPT", "421 busy", false],
    ["DATA", "554 5.7.1 looks like spam", true],
    ["DATA", "452 no space", false],
    // Of the sender: the operator mends it, and then the mail may go.
    ["MAIL", "550 5.7.1 sender not allowed", false],
  ] as const)("that is answered to %s with %s is given up: %s", async (command, answer, givenUp) => {
    refusing.refusals = { [command]: answer };
    const mail = { to: "nobody@nexus.test", subject: "s", text: "t", html: "h", key: "k" };
    const failure = await through(refusing.port, (mailer) => mailer.send(mail)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure instanceof PermanentFailure).toBe(givenUp);
    expect(failure).toMatchObject({ message: expect.stringContaining(answer.slice(0, 3)) });
  });
});
