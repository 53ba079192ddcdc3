/** What a provider says when it has taken a message. */
export interface Sent {
  /** smtp, resend, twilio, log or in_app; as in private.messages. */
  readonly provider: string;
  /** The provider's name for the message, by which news of it come back; null where it gives none. */
  readonly id: string | null;
}
