/** What a message carries: JSON text, or bytes. */
export type MessageBody =
  { readonly data: string; readonly binary: null } | { readonly data: null; readonly binary: Uint8Array };

/** A row of `channel_messages` that is to be written under the lock of its channel, so that ids are committed in their order (E25b). */
export type NewMessage = MessageBody & {
  readonly channel: string;
  /** Unique; a second message with this id is not stored, and that is no error: a redelivery, or a repeated commit. */
  readonly messageId: string;
  /** JSON text of an object. */
  readonly metadata: string | null;
  /** The key by which events are told apart (E25c); empty for none, null where a reader has to find it out. */
  readonly key: string | null;
  /** Milliseconds, corrected to the database's clock; kept exactly in our own column. */
  readonly publishedAt: number;
};
