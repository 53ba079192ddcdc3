import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import { refundAnswer, sessionInput } from "../functions/_shared/payments/test-protocol.ts";
import { StackError } from "./errors.ts";

/** How the news of a payment comes to the shop, as it was chosen on the page. */
export const webhookPlans = ["at_once", "before_return", "late", "twice", "out_of_order", "never"] as const;

const session = z.object({
  ...sessionInput.shape,
  customer: sessionInput.shape.customer.nullable(),
  /** In the address of its page; null for a charge, which has none. */
  page: z.string().nullable(),
  state: z.enum(["open", "authorised", "succeeded", "failed", "expired", "released"]),
  /** Minor units that are taken, or held. */
  taken: z.number(),
  payment_id: z.string().nullable(),
  saved_method: z.string().nullable(),
  reason: z.string().nullable(),
  /** When a slow payment is done, in milliseconds since 1970. */
  settles_at: z.number().nullable(),
  webhook: z.enum(webhookPlans),
  /** Of `late` webhooks and of what takes a while. */
  seconds: z.number(),
  refunds: z.enum(["paid", "pending", "refused"]),
});
export type Session = z.infer<typeof session>;

const refund = refundAnswer.extend({ settles_at: z.number().nullable() });
export type Refund = z.infer<typeof refund>;

const delivery = z.object({
  id: z.string(),
  url: z.string(),
  /** In this order, the next one when the one before has been taken. */
  messages: z.array(z.object({ id: z.string(), body: z.string() })),
  /** In milliseconds since 1970. */
  due: z.number(),
  attempts: z.number(),
});
export type Delivery = z.infer<typeof delivery>;

const state = z.object({
  sessions: z.record(z.string(), session),
  refunds: z.record(z.string(), refund),
  methods: z.record(z.string(), z.object({ webhook_url: z.string(), declines: z.boolean() })),
  deliveries: z.array(delivery),
});
export type TestPaymentsState = z.infer<typeof state>;

/** What the test provider remembers: in memory, and in a file that is always whole. */
export class TestPaymentsStore {
  readonly state: TestPaymentsState;
  readonly #file: string | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isQueued = false;

  private constructor(initial: TestPaymentsState, file: string | undefined) {
    this.state = initial;
    this.#file = file;
  }

  /** @param file where the state is kept; undefined to forget it with the process */
  static async open(file: string | undefined): Promise<TestPaymentsStore> {
    const text = file === undefined ? undefined : await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) {
      return new TestPaymentsStore({ sessions: {}, refunds: {}, methods: {}, deliveries: [] }, file);
    }
    try {
      return new TestPaymentsStore(state.parse(JSON.parse(text)), file);
    } catch (error) {
      throw new StackError(`${file} cannot be read.`, "Remove it: it has nothing but test payments.", { cause: error });
    }
  }

  /** Resolves when everything that has changed so far is in the file. Changes that come together are written once. */
  save(): Promise<void> {
    const file = this.#file;
    if (file === undefined || this.#isQueued) return this.#writing;
    this.#isQueued = true;
    const write = async () => {
      this.#isQueued = false;
      await writeFile(`${file}.new`, JSON.stringify(this.state), { mode: 0o600 });
      await rename(`${file}.new`, file);
    };
    this.#writing = this.#writing.then(write, write);
    return this.#writing;
  }
}
