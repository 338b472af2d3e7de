import type {
  AttemptRow,
  BlockRow,
  HistoryRow,
  InstanceRow,
  NewSubscription,
  NewTimer,
  NewWait,
  StoredCompensation,
} from '@romancy/core';

/** Everything the database holds for one instance. Rows are replaced, never changed, so they can be handed out as they are. */
export interface InstanceRecord {
  row: InstanceRow;
  readonly history: HistoryRow[];
  readonly recordedSteps: Set<string>;
  readonly compensations: StoredCompensation[];
  readonly timers: Map<string, NewTimer>;
  readonly attempts: Map<string, AttemptRow>;
  /** By channel. */
  readonly subscriptions: Map<string, NewSubscription>;
  /** By step id and channel. */
  readonly waits: Map<string, NewWait>;
  /** Groups that it has joined, with a number that grows with each joining. */
  readonly groups: Map<string, number>;
  block: BlockRow | undefined;
  takeovers: number;
  /** An expired lease is not taken over before this time. */
  nextRunAt: number;
}

export function newRecord(row: InstanceRow): InstanceRecord {
  return {
    row,
    history: [],
    recordedSteps: new Set(),
    compensations: [],
    timers: new Map(),
    attempts: new Map(),
    subscriptions: new Map(),
    waits: new Map(),
    groups: new Map(),
    block: undefined,
    takeovers: 0,
    nextRunAt: 0,
  };
}
