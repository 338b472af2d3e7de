import {
  emptyEntry,
  type AttemptRow,
  type BlockRow,
  type CommitEntry,
  type NewCompensation,
  type NewOutboxEvent,
  type NewTimer,
} from '../ports/commit.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { InstanceStatus, NewInstance } from '../ports/instance.js';
import { MessagingDraft } from './messaging-draft.js';

/** Of all drafts that talk to nobody. */
const SILENT = new MessagingDraft();

/** What an instance has recorded since its last commit, still open for more. */
export class EntryDraft {
  readonly history: NewHistoryRow[] = [];
  readonly compensations: NewCompensation[] = [];
  readonly outbox: NewOutboxEvent[] = [];
  addTimers: NewTimer[] = [];
  removeTimers: string[] = [];
  putAttempts: AttemptRow[] = [];
  removeAttempts: string[] = [];
  status: InstanceStatus | null = null;
  output: string | undefined;
  currentActivityId: string | undefined;
  stage: string | undefined;
  release = false;
  cleanUp = false;
  block: BlockRow | null = null;
  clearTakeovers = false;
  /** Run once this draft is durable: the bodies that depend on it, the end of the turn (E9). */
  onCommitted: (() => void)[] = [];
  /** What users asked to run after the commit of their activity. */
  readonly effects: (() => void)[] = [];
  /** Made on demand: a draft is made for each step, and few of them talk to others. */
  #messaging: MessagingDraft | undefined;

  get messaging(): MessagingDraft {
    return (this.#messaging ??= new MessagingDraft());
  }

  /** Nothing that would be worth a commit of its own; a stage alone waits for the next one. */
  get isEmpty(): boolean {
    return (
      this.history.length === 0 &&
      this.compensations.length === 0 &&
      this.addTimers.length === 0 &&
      this.removeTimers.length === 0 &&
      this.putAttempts.length === 0 &&
      this.removeAttempts.length === 0 &&
      this.outbox.length === 0 &&
      this.#messaging?.isEmpty !== false &&
      this.status === null &&
      this.block === null &&
      !this.release
    );
  }

  /** Appends what was recorded after this draft; later fields win. */
  append(later: EntryDraft): void {
    this.history.push(...later.history);
    this.compensations.push(...later.compensations);
    this.outbox.push(...later.outbox);
    if (later.#messaging) this.messaging.append(later.#messaging);
    this.addTimers.push(...later.addTimers);
    this.removeTimers.push(...later.removeTimers);
    this.putAttempts.push(...later.putAttempts);
    this.removeAttempts.push(...later.removeAttempts);
    this.onCommitted.push(...later.onCommitted);
    this.effects.push(...later.effects);
    this.status = later.status ?? this.status;
    this.output = later.output ?? this.output;
    this.currentActivityId = later.currentActivityId ?? this.currentActivityId;
    this.stage = later.stage ?? this.stage;
    this.block = later.block ?? this.block;
    this.release ||= later.release;
    this.cleanUp ||= later.cleanUp;
    this.clearTakeovers ||= later.clearTakeovers;
  }

  /** Takes over what stays true when the turn ends differently than this draft assumed: results and their compensations (E17a, E27a). */
  salvage(refused: EntryDraft): void {
    this.history.unshift(...refused.history);
    this.compensations.unshift(...refused.compensations);
    this.outbox.unshift(...refused.outbox);
    if (refused.#messaging) this.messaging.salvage(refused.#messaging);
    this.removeAttempts.unshift(...refused.removeAttempts);
    this.effects.unshift(...refused.effects);
  }

  /** The draft is durable. */
  committed(): void {
    for (const callback of this.effects) callback();
    for (const callback of this.onCommitted) callback();
  }

  toEntry(instanceId: string, fence: string, settling: boolean): CommitEntry {
    const messaging = this.#messaging ?? SILENT;
    return {
      instanceId,
      fence,
      settling,
      create: null,
      history: this.history,
      compensations: this.compensations,
      addTimers: this.addTimers,
      removeTimers: this.removeTimers,
      putAttempts: this.putAttempts,
      removeAttempts: this.removeAttempts,
      outbox: this.outbox,
      messages: messaging.messages,
      addSubscriptions: messaging.addSubscriptions,
      removeSubscriptions: messaging.removeSubscriptions,
      addWaits: messaging.addWaits,
      removeWaits: messaging.removeWaits,
      cursors: messaging.cursors,
      joinGroups: messaging.joinGroups,
      leaveGroups: messaging.leaveGroups,
      recur: messaging.recur,
      recurSubscriptions: messaging.recurSubscriptions,
      status: this.status,
      output: this.output,
      currentActivityId: this.currentActivityId,
      stage: this.stage,
      release: this.release,
      cleanUp: this.cleanUp,
      block: this.block,
      clearTakeovers: this.clearTakeovers,
    };
  }
}

/** The entry of a start. */
export function createEntry(instance: NewInstance): CommitEntry {
  return { ...emptyEntry(instance.instanceId, instance.lock?.token ?? ''), create: instance };
}
