import { WaitTimeoutError } from '../errors/wait-timeout-error.js';
import type { HistoryRow } from '../ports/history-row.js';
import { read, textOf } from './safe-read.js';

type RowShape = 'timer' | 'message' | 'other';

const SHAPES: Readonly<Record<string, RowShape>> = {
  TimerExpired: 'timer',
  ChannelMessageReceived: 'message',
  EventReceived: 'message',
};

/** What a row is about. Romancy for Go records expired timers, and messages that were there already, under the type of activities. */
export function shapeOf({ eventType, activityId, data }: HistoryRow): RowShape {
  if (eventType !== 'ActivityCompleted' || data === null) return SHAPES[eventType] ?? 'other';
  // most rows are ours: they are not parsed twice
  if (!data.includes('"timer_id"') && !data.includes('"channel_name"')) return 'other';
  const json: unknown = JSON.parse(data);
  if (activityName(json) !== undefined) return 'other';
  if (textOf(json, 'timer_id') !== undefined && read(json, 'completed') === true) return 'timer';
  return activityId.startsWith('receive_') && textOf(json, 'channel_name') !== undefined ? 'message' : 'other';
}

/** The name that all but Go write with the result of an activity. */
export function activityName(json: unknown): string | undefined {
  return textOf(json, 'activity_name');
}

/** A sibling's time-out is of another class (Edda), or is a text alone (Go); undefined for one of ours. */
export function readSiblingTimeout(json: unknown, { activityId, time }: HistoryRow): WaitTimeoutError | undefined {
  if (read(json, 'failure') !== undefined) return undefined;
  const channel = textOf(json, 'channel') ?? activityId.replace(/^receive_/, '').replace(/:[^:]*$/, '');
  const deadline = textOf(json, 'timeout_at') ?? '';
  // Edda leaves the zone out here
  const milliseconds = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(deadline) ? deadline : `${deadline}Z`);
  return new WaitTimeoutError(channel, Number.isNaN(milliseconds) ? time : milliseconds);
}
