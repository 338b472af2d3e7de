import type { NewOutboxEvent } from './commit.js';
import type { HistoryRow } from './history-row.js';
import type { InstanceRow, InstanceStatus } from './instance.js';

/** A count that ends at a limit, so that it costs the same on every size of table. */
export interface BoundedCount {
  readonly count: number;
  /** There are more. */
  readonly capped: boolean;
}

export interface StatusCount<Status extends string = InstanceStatus> extends BoundedCount {
  readonly status: Status;
}

export const OUTBOX_STATUSES = ['pending', 'processing', 'published', 'failed', 'invalid', 'expired'] as const;
export type OutboxStatus = (typeof OUTBOX_STATUSES)[number];

/** A payload as far as people look at it: what is long stays in the database. */
export interface PayloadExcerpt {
  /** Null where there is none, and where it is longer than was asked for. */
  readonly data: string | null;
  /** Length of the stored text, by the database's count; 0 where there is none. */
  readonly characters: number;
  /** How many bytes are stored; null where there are none. */
  readonly bytes: number | null;
}

/** An event of the outbox with what became of it. Times are milliseconds. */
export interface OutboxRow extends Omit<NewOutboxEvent, 'data' | 'binary'>, PayloadExcerpt {
  readonly status: OutboxStatus;
  readonly attempts: number;
  readonly error: string | null;
  readonly createdAt: number;
  readonly publishedAt: number | null;
  /** When it is tried next; null for at once, or never. */
  readonly nextAt: number | null;
}

export type GenerationRow = Pick<InstanceRow, 'instanceId' | 'status' | 'startedAt' | 'continuedFrom'>;

/** The instances before and after one that continue one another, oldest first. */
export interface GenerationPage {
  readonly generations: readonly GenerationRow[];
  /** There are older, or newer, ones than these. */
  readonly more: { readonly before: boolean; readonly after: boolean };
}

/** How long the last attempt of a step took. */
export interface StepTiming {
  readonly instanceId: string;
  readonly stepId: string;
  readonly durationMs: number;
}

/** Instances that one process holds. */
export interface LeaseCount {
  readonly workerId: string;
  readonly instances: number;
  /** When the first of these leases ends, milliseconds. */
  readonly earliestExpiry: number;
}

export interface SystemLock {
  readonly name: string;
  readonly holder: string;
  readonly expiresAt: number | null;
}

/** A subscription on which an instance of a sibling waits right now. */
export interface SiblingWait {
  readonly channel: string;
  readonly stepId: string;
  readonly timeoutAt: number | null;
}

/** A row of a history as far as people look at it. */
export interface HistoryExcerpt extends Omit<HistoryRow, 'data' | 'binary'>, PayloadExcerpt {}

/**
 * Reads for people: instances of every framework in the database. Nothing here locks or writes, and nothing costs more on a large table than
 * on a small one.
 */
export interface InspectionStore {
  /** As {@link HistoryStore.read}, and for a generation that has ended by `recur` out of the archive. */
  history(instanceId: string, afterId: number, limit: number): Promise<readonly HistoryRow[]>;
  /** The same rows without their bytes, and without texts of more than `maxCharacters`: those are not read. */
  historyExcerpt(
    instanceId: string,
    afterId: number,
    limit: number,
    maxCharacters: number,
  ): Promise<readonly HistoryExcerpt[]>;
  /** The stored source of a version of a workflow. */
  source(workflowName: string, sourceHash: string): Promise<string | undefined>;
  /** Follows `continued_from` in both directions, at most `limit` instances each way. */
  generations(instanceId: string, limit: number): Promise<GenerationPage>;
  groups(instanceId: string): Promise<readonly string[]>;
  siblingWaits(instanceId: string): Promise<readonly SiblingWait[]>;
  /** Events that an instance has emitted, newest first; of any instance, or of none, where null. */
  outbox(filter: {
    readonly instanceId?: string;
    readonly status?: OutboxStatus;
    readonly limit: number;
    /** Longer texts are not read. */
    readonly maxCharacters: number;
  }): Promise<readonly OutboxRow[]>;
  /** One count for each status, of instances and of events of the outbox; none counts further than the limit. */
  counts(limit: number): Promise<{
    readonly instances: readonly StatusCount[];
    readonly outbox: readonly StatusCount<OutboxStatus>[];
  }>;
  /** Instances that started, and that ended by status, since a time; none counts further than the limit. */
  activity(
    since: number,
    limit: number,
  ): Promise<{ readonly started: BoundedCount; readonly ended: readonly StatusCount[] }>;
  /** Timings of the newest steps, at most `limit`, not older than a time. */
  timings(since: number, limit: number): Promise<readonly StepTiming[]>;
  /** Who holds instances; of the `limit` leases that end first. */
  leases(limit: number): Promise<readonly LeaseCount[]>;
  /** Locks of leaders that are held. */
  locks(): Promise<readonly SystemLock[]>;
}
