import { Webhook } from "standardwebhooks";

export interface SignedMessage {
  /** The same in every attempt and replay: a receiver that knows it has had the message. */
  readonly id: string;
  readonly body: string;
  readonly sentAt: Date;
  /** Each signs: during a rotation the new secret and the old one. */
  readonly secrets: readonly string[];
}

/** The headers by which a receiver knows that a message is genuine, as Standard Webhooks has them. */
export function signatureHeaders({ id, body, sentAt, secrets }: SignedMessage): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, sentAt, body)).join(" "),
  };
}
