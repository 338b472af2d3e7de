import { EntryConflictError, type CommitEntry, type NewMessage, type StorageLimits } from '@romancy/core';

/** Refuses what the dialect that is played could not store. */
export function checkLimits(entry: CommitEntry, limits: StorageLimits): void {
  checkTexts(idsOf(entry), textsOf(entry), limits);
  checkMessages(entry.messages, limits);
  if (limits.maxTime === null) return;
  for (const timer of entry.addTimers) {
    if (timer.expiresAt > limits.maxTime) throw refused(`${timer.timerId} ends after the latest storable time`);
  }
}

export function checkMessages(messages: readonly NewMessage[], limits: StorageLimits): void {
  for (const { channel, messageId, key, data, metadata } of messages) {
    checkTexts([channel, messageId, key ?? ''], [data, metadata].filter(isText), limits);
  }
}

function checkTexts(ids: readonly string[], texts: readonly string[], limits: StorageLimits): void {
  const longest = limits.maxIdLength ?? Infinity;
  for (const id of ids) if (id.length > longest) throw refused(`"${id.slice(0, 40)}…" is longer than ${longest}`);
  if (limits.refusesNul && [...ids, ...texts].some((text) => text.includes('\0'))) {
    throw refused('a text holds the character U+0000');
  }
}

function refused(reason: string): EntryConflictError {
  return new EntryConflictError('value', `The database refuses a value: ${reason}.`);
}

function idsOf(entry: CommitEntry): string[] {
  return [
    entry.instanceId,
    ...(entry.stage === undefined ? [] : [entry.stage]),
    ...entry.history.map((row) => row.activityId),
    ...entry.addSubscriptions.map((subscription) => subscription.channel),
    ...entry.addWaits.flatMap((wait) => [wait.stepId, wait.channel, wait.key ?? '']),
    ...entry.joinGroups,
  ];
}

function textsOf(entry: CommitEntry): string[] {
  return [entry.create?.input, entry.recur?.input, entry.output, ...entry.history.map((row) => row.data)].filter(
    isText,
  );
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string';
}
