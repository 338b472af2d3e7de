import type { AttemptRow, CommitEntry, NewTimer } from '@romancy/core';

/** What an entry adds to and removes from the tables beside history, cleared of what cancels out: additions come before removals. */
export interface SideRows {
  readonly timers: readonly NewTimer[];
  readonly attempts: readonly AttemptRow[];
}

export function sideRowsOf(entry: CommitEntry): SideRows {
  if (entry.cleanUp) return { timers: [], attempts: [] };
  const removedTimers = new Set(entry.removeTimers);
  const removedAttempts = new Set(entry.removeAttempts);
  // The first timer of an id wins, as a stored one would; the last state of an attempt does.
  const timers = new Map([...entry.addTimers].reverse().map((timer) => [timer.timerId, timer]));
  const attempts = new Map(entry.putAttempts.map((attempt) => [attempt.stepId, attempt]));
  return {
    timers: [...timers.values()].reverse().filter((timer) => !removedTimers.has(timer.timerId)),
    attempts: [...attempts.values()].filter((attempt) => !removedAttempts.has(attempt.stepId)),
  };
}

/** True if the row of the instance changes. */
export function changesInstance(entry: CommitEntry): boolean {
  return (
    entry.status !== null ||
    entry.output !== undefined ||
    entry.currentActivityId !== undefined ||
    entry.stage !== undefined ||
    entry.release
  );
}

/** True if an entry changes rows beside its history, its instance and its subscriptions. Few do. */
export function hasSideRows(entry: CommitEntry): boolean {
  return (
    entry.compensations.length > 0 ||
    entry.addTimers.length > 0 ||
    entry.removeTimers.length > 0 ||
    entry.putAttempts.length > 0 ||
    entry.removeAttempts.length > 0 ||
    entry.outbox.length > 0 ||
    entry.block !== null ||
    entry.clearTakeovers ||
    entry.cleanUp
  );
}

/** True if an entry adds to the history of its instance, and perhaps to its subscriptions, waits and groups, and does nothing else. */
export function isHistoryAlone(entry: CommitEntry): boolean {
  return !changesInstance(entry) && !hasSideRows(entry) && !needsTransaction(entry);
}

/** True if an entry is more than changes of its own rows: messages wait for their channels, and a next generation for its id. */
export function needsTransaction({ messages, recur }: CommitEntry): boolean {
  return messages.length > 0 || recur !== null;
}

/**
 * Splits a group into waves in which every instance occurs once: what is written for an instance depends on what was written for it before.
 * Answers indexes into the group.
 */
export function wavesOf(entries: readonly CommitEntry[]): readonly (readonly number[])[] {
  const waves: number[][] = [];
  const seen = new Map<string, number>();
  entries.forEach(({ instanceId }, index) => {
    const wave = seen.get(instanceId) ?? 0;
    seen.set(instanceId, wave + 1);
    (waves[wave] ??= []).push(index);
  });
  return waves;
}

/** Tables in which an instance that has ended leaves nothing. */
export const CLEANED_TABLES = [
  'workflow_timer_subscriptions',
  'romancy_attempts',
  'romancy_runs',
  'romancy_blocks',
  'channel_subscriptions',
  'channel_delivery_cursors',
  'romancy_waits',
  'workflow_group_memberships',
] as const;
