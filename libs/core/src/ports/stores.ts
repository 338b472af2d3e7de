import type { AttemptRow, BlockRow, NewTimer, StoredCompensation } from './commit.js';
import type { NewSubscription, NewWait } from './subscription.js';

export interface DefinitionRow {
  readonly workflowName: string;
  readonly sourceHash: string;
  readonly sourceCode: string;
}

export interface DefinitionStore {
  /** Inserts what is missing; never changes an existing row. */
  upsert(definitions: readonly DefinitionRow[]): Promise<void>;
  /** The definition that one of our processes has written last; undefined where none has ever known the workflow. */
  newest(workflowName: string): Promise<DefinitionRow | undefined>;
}

export interface TimerRow extends NewTimer {
  readonly instanceId: string;
}

export interface TimerStore {
  /** Timers of live instances of ours with these workflow names, due before `until`, soonest first. */
  upcoming(workflowNames: readonly string[], until: number, limit: number): Promise<readonly TimerRow[]>;
}

/** What a turn needs beside the history: read only when an instance is resumed, never on the hot path. */
export interface ResumeState {
  readonly timers: readonly NewTimer[];
  readonly attempts: readonly AttemptRow[];
  readonly block: BlockRow | undefined;
  readonly takeovers: number;
  readonly hasCompensations: boolean;
  readonly subscriptions: readonly NewSubscription[];
  readonly waits: readonly NewWait[];
}

/** An instance that was taken over since it last made progress (E16a). */
export interface TakeoverRow {
  readonly takeovers: number;
  /** Nobody takes it over before this time, milliseconds. */
  readonly restsUntil: number;
}

export interface RunStateStore {
  load(instanceId: string): Promise<ResumeState>;
  /** Compensation rows in the order in which they are to run: id descending. */
  compensations(instanceId: string): Promise<readonly StoredCompensation[]>;
  block(instanceId: string): Promise<BlockRow | undefined>;
  /** What the instance waits for: messages and events. */
  waits(instanceId: string): Promise<readonly NewWait[]>;
  /** Removes a block so that the next scan runs the instance again. True if there was one. */
  clearBlock(instanceId: string): Promise<boolean>;
  takeovers(instanceId: string): Promise<TakeoverRow | undefined>;
  /** Forgets counted take-overs, with the rest that follows the last one. True if there were any. */
  clearTakeovers(instanceId: string): Promise<boolean>;
}
