import { EntryConflictError, type CommitEntry, type StorageLimits } from '@romancy/core';

/** Refuses what the dialect that is played could not store. */
export function checkLimits(entry: CommitEntry, limits: StorageLimits): void {
  if (limits.maxIdLength !== null) {
    for (const id of idsOf(entry)) {
      if (id.length > limits.maxIdLength) throw refused(`"${id.slice(0, 40)}…" is longer than ${limits.maxIdLength}`);
    }
  }
  if (limits.refusesNul) {
    for (const text of [...idsOf(entry), ...textsOf(entry)]) {
      if (text.includes('\0')) throw refused('a text holds the character U+0000');
    }
  }
  if (limits.maxTime !== null) {
    for (const timer of entry.addTimers) {
      if (timer.expiresAt > limits.maxTime) throw refused(`${timer.timerId} ends after the latest storable time`);
    }
  }
}

function refused(reason: string): EntryConflictError {
  return new EntryConflictError('value', `The database refuses a value: ${reason}.`);
}

function idsOf(entry: CommitEntry): string[] {
  const stage = entry.stage === undefined ? [] : [entry.stage];
  return [entry.instanceId, ...stage, ...entry.history.map((row) => row.activityId)];
}

function textsOf(entry: CommitEntry): string[] {
  const texts = [entry.create?.input, entry.output, ...entry.history.map((row) => row.data)];
  return texts.filter((text) => typeof text === 'string');
}
