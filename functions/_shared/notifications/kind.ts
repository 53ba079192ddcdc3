import type { Sql, TransactionSql } from "postgres";
import type { z } from "zod";
import type { Database } from "../database.types.ts";
import type { FileStore } from "../files.ts";
import type { Format, Language } from "./language.ts";
import type { MailText } from "./layout.ts";
import type { Recipient } from "./recipients.ts";

export type Channel = Database["public"]["Enums"]["message_channel"];
export type Topic = Database["public"]["Enums"]["notification_topic"];

/** What a kind reads its rows with. */
export interface LoadContext {
  readonly sql: Sql;
  readonly files: FileStore;
  /** Address of the front end; without a slash at its end. */
  readonly siteUrl: string;
}

/** The words of a kind in one language. A channel of the kind without words here is a mistake that the types find. */
export interface Texts<Data> {
  mail(data: Data, format: Format): MailText;
  /** One or two sentences: an SMS in Ethiopic script holds 70 letters, and two cost twice as much. */
  sms?(data: Data, format: Format): string;
  inApp?(data: Data, format: Format): InAppText;
}

export interface InAppText {
  readonly title: string;
  readonly body: string;
}

/** Something that people are told: who hears of it, by which ways, and in which words. */
export interface Kind<Data = unknown> {
  /** Subject and what has become of it, such as `rental_confirmed`; SQL calls private.notify with this name. */
  readonly name: string;
  readonly topic: Topic;
  /** What its reader has to know whatever she has switched off: its mail leaves always and at once. */
  readonly transactional: boolean;
  readonly channels: readonly Channel[];
  /** Name of the id that it is about, in the data of the in-app notification: `rental_id`. */
  readonly subject: string;
  /** What the words need. Checked after it was loaded. */
  readonly data: z.ZodType<Data>;
  /** Who is to be told, as the rows are now. Empty when the subject is gone. */
  recipients(sql: Sql, subjectId: string): Promise<readonly Recipient[]>;
  /**
   * Reads the rows anew when the message leaves; undefined when there is nothing to tell any more.
   *
   * @param occasion the word that it is told again with; `once` unless there is one
   */
  load(context: LoadContext, subjectId: string, recipient: Recipient, occasion: string): Promise<unknown>;
  /**
   * Adds what may be made only for a mail that really leaves, such as a link with a token: in the transaction that
   * notes the mail.
   */
  complete?(loaded: unknown, subjectId: string, tx: TransactionSql, context: LoadContext): Promise<unknown>;
  /** Names the message; unique per message. `<name>:<subject id>` and the reader's id, unless told. */
  sendKey?(subjectId: string, recipient: Recipient, loaded: unknown): string;
  readonly texts: Readonly<Record<Language, Texts<Data>>>;
  /** For previews. */
  readonly example: Data;
}

/** Checks a kind where it is written and forgets the type of its data, so that kinds fit into one list. */
export function defineKind<Data>(kind: Kind<Data>): Kind {
  // The data are parsed with the kind's own schema before any of its words see them.
  return kind as unknown as Kind;
}
