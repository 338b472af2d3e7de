import type { AttemptRow, BlockRow, CommitEntry, NewCompensation, NewOutboxEvent, NewTimer } from '../ports/commit.js';
import type { NewHistoryRow } from '../ports/history-row.js';
import type { InstanceStatus, NewInstance } from '../ports/instance.js';

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
  /** Run once this draft is durable: the bodies that depend on it (E9). */
  readonly onCommitted: (() => void)[] = [];

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
      this.status === null &&
      this.block === null &&
      !this.release
    );
  }

  /** Takes over what stays true when the turn ends differently than this draft assumed: results and their compensations (E17a, E27a). */
  salvage(refused: EntryDraft): void {
    this.history.unshift(...refused.history);
    this.compensations.unshift(...refused.compensations);
    this.outbox.unshift(...refused.outbox);
    this.removeAttempts.unshift(...refused.removeAttempts);
  }

  toEntry(instanceId: string, fence: string, settling: boolean): CommitEntry {
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
  return {
    instanceId: instance.instanceId,
    fence: instance.lock?.token ?? '',
    settling: false,
    create: instance,
    history: [],
    compensations: [],
    addTimers: [],
    removeTimers: [],
    putAttempts: [],
    removeAttempts: [],
    outbox: [],
    status: null,
    output: undefined,
    currentActivityId: undefined,
    stage: undefined,
    release: false,
    cleanUp: false,
    block: null,
    clearTakeovers: false,
  };
}
