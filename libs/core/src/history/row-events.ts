import type { HistoryRow } from '../ports/history-row.js';
import type { HistoryEvent } from '../replay/event.js';
import { readRecordedMessage, toReceivedMessage } from '../messages/received-message.js';
import { readActivityResult, readFailure, readInput } from './envelope-reader.js';
import { fromFailure, type ErrorTypes } from './failure.js';
import { activityName, readSiblingTimeout, shapeOf } from './sibling-rows.js';

/** Rows of the engine itself are never delivered to a workflow, nor judged by the guard (E3a). */
export function isEngineRow(activityId: string): boolean {
  return activityId.startsWith('$') || activityId.startsWith('compensation:');
}

/** Where the values of rows come from. */
export interface StoredValues {
  reviveStored(json: unknown): unknown;
}

/** What a stored row tells the workflow; undefined for rows of the engine. A promise only where the payload has to be fetched or decrypted. */
export function toEvent(
  row: HistoryRow,
  payloads: StoredValues,
  errorTypes: ErrorTypes,
): HistoryEvent | Promise<HistoryEvent> | undefined {
  if (isEngineRow(row.activityId)) return undefined;
  const base = { stepId: row.activityId, time: row.time };
  const shape = shapeOf(row);
  if (shape === 'timer') {
    return { ...base, kind: 'sleep', name: undefined, settlement: { ok: true, value: undefined } };
  }
  if (shape === 'message') {
    const recorded = readRecordedMessage(row);
    const data = recorded.data instanceof Uint8Array ? recorded.data : payloads.reviveStored(recorded.data);
    return whenThere(data, (known) => {
      const value = toReceivedMessage(recorded, row.activityId, known);
      return { ...base, kind: 'message', name: undefined, settlement: { ok: true, value } };
    });
  }
  const json: unknown = row.data === null ? null : JSON.parse(row.data);
  if (row.eventType === 'MessageTimeout') {
    const error = readSiblingTimeout(json, row) ?? fromFailure(readFailure(json), errorTypes);
    return { ...base, kind: 'message', name: undefined, settlement: { ok: false, error } };
  }
  const input = readInput(json);
  const facts = {
    ...base,
    kind: 'activity' as const,
    name: activityName(json),
    inputText: input && JSON.stringify(input),
  };
  if (row.eventType === 'ActivityFailed') {
    return { ...facts, settlement: { ok: false, error: fromFailure(readFailure(json), errorTypes) } };
  }
  return whenThere(payloads.reviveStored(readActivityResult(json)), (value) => ({
    ...facts,
    settlement: { ok: true, value },
  }));
}

/** At once if it is no promise: a long replay does this for each row. */
function whenThere(value: unknown, event: (value: unknown) => HistoryEvent): HistoryEvent | Promise<HistoryEvent> {
  return value instanceof Promise ? value.then(event) : event(value);
}
