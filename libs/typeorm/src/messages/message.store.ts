import type {
  ClaimReport,
  CommitEntry,
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
  SiblingWaiter,
  StoreReport,
  SubscribeReport,
  SubscribeRequest,
  Waiters,
} from '@romancy/core';
import type { EntryWriter } from '../commit/entry-writer.js';
import { MessagingStatements } from '../commit/messaging-statements.js';
import type { Backend } from '../connection/backend.js';
import { resumableStatement } from '../notifications/notice-statements.js';
import { run, type SqlProgram } from '../sql/program.js';
import { chunks } from '../sql/statement.js';
import { claimMessage } from './claim-program.js';
import { noteKeys, readMembers } from './message-queries.js';
import { MessagePoll } from './message-poll.js';
import { readParked, readWaitingAmong } from './parked-waits.js';
import { readPending } from './pending-query.js';
import { pushMessage } from './push-program.js';
import { orRefusal } from './refused.js';
import { STAGED_AT_ONCE, StagedMessages } from './staged-messages.js';
import { storeMessages } from './store-program.js';
import { StrandedScan } from './stranded-scan.js';
import { StrandedSiblings } from './stranded-siblings.js';
import { subscribe } from './subscribe-program.js';
import { sweepMessages } from './sweep-program.js';
import { readWaiters } from './waiters-query.js';

/** Channels, events and those who wait for them. */
export class TypeOrmMessageStore implements MessageStore {
  readonly #messaging: MessagingStatements;
  readonly #poll = new MessagePoll();
  readonly #staged: StagedMessages;
  readonly #stranded: StrandedScan;
  readonly #strandedSiblings: StrandedSiblings;

  constructor(
    private readonly backend: Backend,
    private readonly writer: EntryWriter,
    private readonly notifies: boolean,
  ) {
    this.#messaging = new MessagingStatements(backend.dialect);
    this.#staged = new StagedMessages(backend.dialect);
    this.#stranded = new StrandedScan(backend.dialect);
    this.#strandedSiblings = new StrandedSiblings(backend.dialect);
  }

  async store(messages: readonly NewMessage[], starts: readonly NewInstance[]): Promise<StoreReport> {
    if (messages.length === 0 && starts.length === 0) return { stored: [], started: [] };
    // One statement, which locks, inserts, tells and commits: no round trip for the sake of a transaction.
    const single = this.backend.dialect.name === 'postgres' && starts.length === 0;
    return this.backend.write(
      'publishing',
      single ? 'autocommit' : 'transaction',
      storeMessages(this.writer, messages, starts),
    );
  }

  async pending(requests: readonly PendingRequest[]): Promise<readonly (readonly MessageRow[])[]> {
    return requests.length === 0 ? [] : this.backend.read(readPending(this.backend.dialect, requests));
  }

  async setKeys(keys: readonly { readonly id: number; readonly key: string }[]): Promise<void> {
    if (keys.length > 0) await this.#write('noting the keys of messages', noteKeys(keys));
  }

  claim(channel: string, record: (message: MessageRow) => CommitEntry): Promise<ClaimReport> {
    const program = claimMessage(this.backend.dialect, this.writer, channel, record);
    return orRefusal(this.#write('taking a message', program));
  }

  subscribe(
    request: SubscribeRequest,
    record: (subscription: NewSubscription) => CommitEntry,
  ): Promise<SubscribeReport> {
    const program = subscribe(this.backend.dialect, this.writer, this.#messaging, request, record);
    return orRefusal(this.#write('subscribing', program));
  }

  async waiters(published: readonly PublishedTo[]): Promise<Waiters> {
    if (published.length === 0) return { ours: [], siblings: [] };
    return this.backend.read(readWaiters(this.backend.dialect, published));
  }

  push(waiter: SiblingWaiter): Promise<boolean> {
    return this.#write('bringing a message to a sibling', this.#push(waiter));
  }

  members(group: string): Promise<readonly string[]> {
    return this.backend.read(readMembers(this.backend.dialect, group));
  }

  pollStart(): Promise<PollState> {
    return this.backend.read(this.#poll.start());
  }

  poll(state: PollState, limit: number): ReturnType<MessageStore['poll']> {
    return this.backend.read(this.#poll.next(state, limit));
  }

  async moveStaged(messageIds: readonly string[] | null): Promise<readonly PublishedTo[]> {
    const moved: PublishedTo[] = [];
    const move = async (ids: readonly string[] | null): Promise<number> => {
      const places = await this.#write('moving staged messages', this.#staged.move(this.writer.messages, ids));
      moved.push(...places);
      return places.length;
    };
    if (messageIds !== null) for (const part of chunks([...new Set(messageIds)], STAGED_AT_ONCE)) await move(part);
    // Mostly there are none, and a look is cheaper than a transaction.
    else if (await this.backend.read(this.#staged.some())) while ((await move(null)) === STAGED_AT_ONCE);
    return [...new Map(moved.map((place) => [JSON.stringify([place.channel, place.key]), place])).values()];
  }

  async parked(workflowNames: readonly string[], after: string, limit: number): Promise<ParkedPage> {
    if (workflowNames.length === 0 || limit < 1) return { waiters: [], last: null };
    return this.backend.read(readParked(this.backend.dialect, workflowNames, after, Math.trunc(limit)));
  }

  async waitingAmong(instanceIds: readonly string[]): Promise<readonly string[]> {
    return instanceIds.length === 0 ? [] : this.backend.read(readWaitingAmong(this.backend.dialect, instanceIds));
  }

  async stranded(workflowNames: readonly string[], limit: number): Promise<readonly string[]> {
    if (workflowNames.length === 0 || limit < 1) return [];
    return this.backend.read(this.#stranded.next(workflowNames, Math.trunc(limit)));
  }

  strandedSiblings(limit: number): Promise<readonly SiblingWaiter[]> {
    return this.backend.read(this.#strandedSiblings.next(Math.trunc(limit)));
  }

  sweep(olderThanMs: number, after: number, limit: number): Promise<MessageSweep> {
    return this.#write('removing old messages', sweepMessages(this.backend.dialect, olderThanMs, after, limit));
  }

  #write<T>(label: string, program: SqlProgram<T>): Promise<T> {
    return this.backend.write(label, 'transaction', program);
  }

  *#push(waiter: SiblingWaiter): SqlProgram<boolean> {
    const pushed = yield* pushMessage(this.backend.dialect, waiter);
    if (pushed !== undefined && this.notifies) yield* run([resumableStatement(pushed)]);
    return pushed !== undefined;
  }
}
