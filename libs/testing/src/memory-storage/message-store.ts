import type {
  ClaimReport,
  CommitEntry,
  MessageMark,
  MessageRow,
  MessageStore,
  MessageSweep,
  NewInstance,
  NewMessage,
  NewSubscription,
  ParkedPage,
  PendingRequest,
  PollState,
  PublishedTo,
  StoreReport,
  SubscribeReport,
  SubscribeRequest,
  Waiters,
} from '@romancy/core';
import { isFree } from './claim-rules.js';
import type { Connection } from './connection.js';
import { checkMessages } from './limits.js';
import type { MemoryDatabase } from './memory-database.js';
import { MessagePoll } from './message-poll.js';
import { concerns, isPending, isServable, isWanted, openWaits } from './message-rules.js';
import { parkedPage, toWaiter } from './parked-waits.js';
import { UndoLog } from './undo-log.js';
import { claimMessage } from './message-claim.js';
import { moveStaged } from './staged-messages.js';
import { insertInstance } from './start-writer.js';
import { subscribeTo } from './subscribing.js';

export class MemoryMessageStore implements MessageStore {
  readonly #database: MemoryDatabase;
  readonly #poll: MessagePoll;

  constructor(private readonly connection: Connection) {
    this.#database = connection.database;
    this.#poll = new MessagePoll(connection.database);
  }

  store(messages: readonly NewMessage[], starts: readonly NewInstance[]): Promise<StoreReport> {
    const instanceIds = starts.map((start) => start.instanceId);
    const channels = messages.map((message) => message.channel);
    return this.connection.write({ name: 'messages.store', write: true, instanceIds, channels }, () => {
      checkMessages(messages, this.#database.limits);
      return this.#database.atomically((undo) => {
        const started = starts.filter((start) => insertInstance(this.#database, start, undo) === undefined);
        const stored = messages.filter((message) => this.#database.messages.insert(message, undo));
        return {
          started: started.map((start) => start.instanceId),
          stored: stored.map((message) => message.messageId),
        };
      });
    });
  }

  pending(requests: readonly PendingRequest[]): Promise<readonly (readonly MessageRow[])[]> {
    return this.connection.read('messages.pending', () => {
      const now = this.#database.now();
      return requests.map((request) =>
        this.#database.messages
          .ofChannel(request.channel)
          .filter((message) => isPending(message, request, now))
          .slice(0, request.limit),
      );
    });
  }

  setKeys(keys: readonly { readonly id: number; readonly key: string }[]): Promise<void> {
    return this.connection.write({ name: 'messages.setKeys', write: true, instanceIds: [] }, () => {
      for (const { id, key } of keys) this.#database.messages.setKey(id, key);
    });
  }

  claim(channel: string, record: (message: MessageRow) => CommitEntry): Promise<ClaimReport> {
    return claimMessage(this.connection, channel, record);
  }

  subscribe(
    request: SubscribeRequest,
    record: (subscription: NewSubscription) => CommitEntry,
  ): Promise<SubscribeReport> {
    return subscribeTo(this.connection, request, record);
  }

  waiters(published: readonly PublishedTo[]): Promise<Waiters> {
    return this.connection.read('messages.waiters', () => {
      const now = this.#database.now();
      const ours = [...openWaits(this.#database)]
        .filter(({ instance }) => isFree(instance, now))
        .filter(({ wait }) => published.some((target) => concerns(wait, target)))
        .map(toWaiter);
      return { ours, siblings: [] };
    });
  }

  /** Nobody reads this database but us. */
  push(): Promise<boolean> {
    return this.connection.read('messages.push', () => false);
  }

  members(group: string): Promise<readonly string[]> {
    return this.connection.read('messages.members', () =>
      [...this.#database.live()]
        .flatMap(({ row, groups }) => ({ instanceId: row.instanceId, joined: groups.get(group) ?? 0 }))
        .filter(({ joined }) => joined > 0)
        .sort((a, b) => a.joined - b.joined)
        .map(({ instanceId }) => instanceId),
    );
  }

  pollStart(): Promise<PollState> {
    return this.connection.read('messages.pollStart', () => this.#poll.start());
  }

  poll(state: PollState, limit: number): Promise<{ messages: readonly MessageMark[]; state: PollState }> {
    return this.connection.read('messages.poll', () => this.#poll.next(state, limit));
  }

  moveStaged(messageIds: readonly string[] | null): Promise<readonly PublishedTo[]> {
    return moveStaged(this.connection, messageIds);
  }

  parked(workflowNames: readonly string[], after: string, limit: number): Promise<ParkedPage> {
    return this.connection.read('messages.parked', () => parkedPage(this.#database, workflowNames, after, limit));
  }

  waitingAmong(instanceIds: readonly string[]): Promise<readonly string[]> {
    return this.connection.read('messages.waitingAmong', () => {
      const waiting = new Set([...openWaits(this.#database)].map(({ instance: { row } }) => row.instanceId));
      return instanceIds.filter((instanceId) => waiting.has(instanceId));
    });
  }

  stranded(workflowNames: readonly string[], limit: number): Promise<readonly string[]> {
    return this.connection.read('messages.stranded', () => {
      const found = [...openWaits(this.#database)]
        .filter(({ instance: { row } }) => row.lockedBy === null && workflowNames.includes(row.workflowName))
        .filter(({ instance, wait }) => isServable(this.#database, instance, wait))
        .map(({ instance }) => instance.row.instanceId);
      return [...new Set(found)].slice(0, limit);
    });
  }

  strandedSiblings(): Promise<readonly []> {
    return this.connection.read('messages.strandedSiblings', () => []);
  }

  sweep(olderThanMs: number, after: number, limit: number): Promise<MessageSweep> {
    return this.connection.write({ name: 'messages.sweep', write: true, instanceIds: [] }, () => {
      const database = this.#database;
      const page = database.messages.olderThan(database.now() - olderThanMs, after).slice(0, limit);
      const unwanted = page.filter((message) => !isWanted(database, message));
      for (const message of unwanted) database.messages.remove(message, new UndoLog());
      return { removed: unwanted.length, last: page.length === limit ? (page.at(-1)?.id ?? null) : null };
    });
  }
}
