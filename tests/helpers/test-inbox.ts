import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Inbox } from "../../stack/inbox.ts";
import { freePort } from "../../stack/ports.ts";
import { Watchdog } from "../../stack/watchdog.ts";

const mails = z.array(
  z.object({
    subject: z.string(),
    text: z.string(),
    html: z.string(),
    to: z.array(z.object({ address: z.string() })),
    from: z.array(z.object({ address: z.string(), name: z.string() })),
    headers: z.looseObject({ "message-id": z.string() }),
  }),
);

export type ReceivedMail = z.infer<typeof mails>[number];

/** A real SMTP server whose mails can be read over HTTP: the stack's inbox, on ports of its own. */
export class TestInbox {
  readonly smtpPort: number;
  readonly #webPort: number;
  readonly #inbox: Inbox;
  readonly #watchdog: Watchdog;
  readonly #folder: string;

  private constructor(folder: string, smtpPort: number, webPort: number) {
    this.smtpPort = smtpPort;
    this.#webPort = webPort;
    this.#folder = folder;
    this.#watchdog = new Watchdog();
    this.#inbox = new Inbox({
      smtpPort,
      webPort,
      mailDir: join(folder, "mails"),
      logFile: join(folder, "inbox.log"),
      watchdog: this.#watchdog,
    });
  }

  /** Starts the server. Close it in afterAll. */
  static async open(): Promise<TestInbox> {
    const folder = await mkdtemp(join(tmpdir(), "nexus-inbox-"));
    const inbox = new TestInbox(folder, await freePort(), await freePort());
    inbox.#watchdog.start({ removeOnDeath: folder });
    await inbox.#inbox.start();
    return inbox;
  }

  /** What somebody has received, oldest first. */
  async mailsTo(address: string): Promise<ReceivedMail[]> {
    const response = await fetch(`http://127.0.0.1:${this.#webPort}/email`);
    return mails.parse(await response.json()).filter(({ to }) => to.some((recipient) => recipient.address === address));
  }

  /** The mail to somebody as it came over the wire, with its encodings. */
  async sourceOfMailTo(address: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.#webPort}/email`);
    const list = z
      .array(z.object({ id: z.string(), to: z.array(z.object({ address: z.string() })) }))
      .parse(await response.json());
    const mail = list.find(({ to }) => to.some((recipient) => recipient.address === address));
    return (await fetch(`http://127.0.0.1:${this.#webPort}/email/${mail?.id}/source`)).text();
  }

  async close(): Promise<void> {
    await this.#inbox.stop();
    await this.#watchdog.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
