import type {
  CommitEntry,
  MessageBody,
  MessageRow,
  NewMessage,
  NewSubscription,
  NewWait,
  PendingRequest,
  Storage,
  SubscribeReport,
  SubscribeRequest,
} from '@romancy/core';
import { SerializationConflictError } from '@romancy/core';
import { entryOf, NOON, type Held, type Scene } from './scene.js';

/** Longer than a message of another framework counts as young, and than a staged one may wait for its own process. */
export const AGE = 65_000;

export type MessageParts = Partial<Omit<NewMessage, keyof MessageBody>>;

/** What a test does with channels, in few words. */
export class ChannelScene {
  constructor(private readonly scene: Scene) {}

  channel(): string {
    return this.scene.unique('channel');
  }

  message(
    channel: string,
    parts: MessageParts = {},
    body: MessageBody = { data: '{"n":1}', binary: null },
  ): NewMessage {
    const messageId = this.scene.unique('message');
    return { channel, messageId, metadata: null, key: '', publishedAt: NOON, ...body, ...parts };
  }

  /** Stores one message for each of these parts; answers their message ids. */
  async publish(channel: string, ...parts: readonly MessageParts[]): Promise<readonly string[]> {
    const messages = (parts.length === 0 ? [{}] : parts).map((each) => this.message(channel, each));
    await this.scene.storage.messages.store(messages, []);
    return messages.map((message) => message.messageId);
  }

  /** Publishes one message as another framework does. */
  async publishForeign(channel: string): Promise<{ readonly id: number; readonly messageId: string }> {
    const { commit, messageId } = await this.beginForeign(channel);
    return { id: await commit(), messageId };
  }

  async beginForeign(channel: string): Promise<{ readonly messageId: string; readonly commit: () => Promise<number> }> {
    const messageId = this.scene.unique('foreign-message');
    const message = { channel, messageId, data: '{"foreign":true}', metadata: '{"ce_type":"t"}' };
    const commit = await this.scene.subject.beginForeignMessage(message);
    return { messageId, commit };
  }

  async rows(channel: string, parts: Partial<PendingRequest> = {}): Promise<readonly MessageRow[]> {
    const [rows] = await this.scene.storage.messages.pending([this.request(channel, parts)]);
    if (rows === undefined) throw new Error('There is no list for the request.');
    return rows;
  }

  /** Message ids of what is pending. */
  async pending(channel: string, parts: Partial<PendingRequest> = {}): Promise<readonly string[]> {
    return (await this.rows(channel, parts)).map((row) => row.messageId);
  }

  request(channel: string, parts: Partial<PendingRequest> = {}): PendingRequest {
    return { channel, key: null, cursor: 0, since: null, seen: [], limit: 100, ...parts };
  }

  /** The row of a message that is stored. */
  async rowOf(channel: string, messageId: string): Promise<MessageRow> {
    const row = (await this.rows(channel)).find((each) => each.messageId === messageId);
    if (row === undefined) throw new Error(`There is no message ${messageId} on ${channel}.`);
    return row;
  }

  subscription(channel: string, parts: Partial<NewSubscription> = {}): NewSubscription {
    return { channel, mode: 'broadcast', cursor: 0, since: null, seen: [], ...parts };
  }

  subscribe(
    held: Held,
    channel: string,
    parts: Partial<SubscribeRequest> = {},
    entry: Partial<CommitEntry> = {},
    storage: Storage = this.scene.storage,
  ): Promise<SubscribeReport> {
    const request = { hold: held, channel, mode: 'broadcast', from: 'now', ...parts } as const;
    return storage.messages.subscribe(request, () => entryOf(held, entry));
  }

  wait(channel: string, parts: Partial<NewWait> = {}): NewWait {
    return { stepId: 'receive:1', channel, key: null, after: 0, since: null, ...parts };
  }

  /** A parked instance that waits on the channel. */
  async waiting(
    channel: string,
    wait: Partial<NewWait> = {},
    subscription: Partial<NewSubscription> = {},
    held?: Held,
  ): Promise<Held> {
    const own = held ?? (await this.scene.held());
    await this.scene.record(own, {
      addSubscriptions: [this.subscription(channel, subscription)],
      addWaits: [this.wait(channel, wait)],
      status: 'waiting_for_message',
      release: true,
    });
    return own;
  }
}

/** Again where another transaction got in the way and nothing was written, as the engine does. */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SerializationConflictError) || attempt === 20) throw error;
    }
  }
}
