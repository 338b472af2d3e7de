import { readActivityResult, readFailure } from '../history/envelope-reader.js';
import type { RecordedFailure } from '../history/recorded-failure.js';
import { read, textOf } from '../history/safe-read.js';
import { readRecordedMessage } from '../messages/received-message.js';
import type { HistoryExcerpt } from '../ports/inspection.js';
import { storedArguments } from './stored-arguments.js';
import { leftOut, type StoredValue, type StoredValues } from './stored-value.js';

export type HistoryItemKind = 'activity' | 'timer' | 'message' | 'timeout' | 'compensation' | 'end' | 'other';

/** An attempt that failed. */
export interface FailedAttempt {
  readonly attempt: number;
  readonly error: string;
  readonly message: string;
  /** Milliseconds. */
  readonly time: number | null;
}

export interface MessageFacts {
  readonly messageId: string | null;
  readonly channel: string | null;
  /** Milliseconds. */
  readonly publishedAt: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A row of a history, for people. */
export interface HistoryItem {
  readonly id: number;
  readonly stepId: string;
  readonly kind: HistoryItemKind;
  /** `event_type` as it is stored. */
  readonly type: string;
  /** Milliseconds. */
  readonly time: number;
  /** Name of the activity, or of the compensation. */
  readonly name: string | null;
  readonly ok: boolean;
  readonly input: StoredValue | null;
  readonly result: StoredValue | null;
  readonly failure: RecordedFailure | null;
  /** Attempts made; null where the row does not say. */
  readonly attempts: number | null;
  readonly failedAttempts: readonly FailedAttempt[];
  /** Of the last attempt; null where the row does not say. */
  readonly durationMs: number | null;
  readonly message: MessageFacts | null;
  /** The step that a compensation undoes. */
  readonly compensates: string | null;
}

const KINDS: Readonly<Record<string, HistoryItemKind>> = {
  ActivityCompleted: 'activity',
  ActivityFailed: 'activity',
  TimerExpired: 'timer',
  ChannelMessageReceived: 'message',
  EventReceived: 'message',
  MessageTimeout: 'timeout',
  CompensationExecuted: 'compensation',
  CompensationFailed: 'compensation',
  WorkflowFailed: 'end',
  WorkflowCancelled: 'end',
};

export async function toHistoryItem(row: HistoryExcerpt, values: StoredValues): Promise<HistoryItem> {
  const kind = KINDS[row.eventType] ?? 'other';
  const ok = !/Failed$|Timeout$/.test(row.eventType);
  const bare: HistoryItem = {
    ...BARE,
    id: row.id,
    stepId: row.activityId,
    kind,
    type: row.eventType,
    time: row.time,
    ok,
  };
  const parsed = leftOut(row) ?? values.parse(row.data);
  if (!parsed.readable) return { ...bare, result: parsed };
  const json: unknown = parsed.json;
  const failure = ok ? null : readFailure(json);
  if (kind === 'message') return { ...bare, ...(await messageOf(row, values)) };
  const name = textOf(json, 'activity_name') ?? null;
  if (kind === 'compensation') {
    const input = await values.of(storedArguments(json) ?? null);
    return { ...bare, name, failure, input, compensates: textOf(json, 'activity_id') ?? null };
  }
  if (kind !== 'activity') return { ...bare, failure, result: kind === 'end' ? await values.of(json) : null };
  return {
    ...bare,
    name,
    failure,
    input: await values.of(storedInput(json)),
    result: ok ? await values.of(readActivityResult(json) ?? null) : null,
    ...attemptsOf(json),
  };
}

const BARE: Omit<HistoryItem, 'id' | 'stepId' | 'kind' | 'type' | 'time' | 'ok'> = {
  name: null,
  input: null,
  result: null,
  failure: null,
  attempts: null,
  failedAttempts: [],
  durationMs: null,
  message: null,
  compensates: null,
};

/** Arguments, or the one object that stands for them where they were sealed. */
function storedInput(json: unknown): unknown {
  const input = read(json, 'input');
  return storedArguments(input) ?? input ?? null;
}

function attemptsOf(json: unknown): Pick<HistoryItem, 'attempts' | 'failedAttempts' | 'durationMs'> {
  const retry = read(json, 'retry_metadata');
  const [total, errors, duration] = [read(retry, 'total_attempts'), read(retry, 'errors'), read(json, 'duration_ms')];
  return {
    attempts: typeof total === 'number' ? total : retry === undefined && typeof duration === 'number' ? 1 : null,
    failedAttempts: failedAttempts(errors),
    durationMs: typeof duration === 'number' ? duration : null,
  };
}

/** Errors in the family's form of retry metadata. */
export function failedAttempts(errors: unknown): readonly FailedAttempt[] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error: unknown, index) => {
    const [attempt, time] = [read(error, 'attempt'), read(error, 'timestamp_ms')];
    return {
      attempt: typeof attempt === 'number' ? attempt : index + 1,
      error: textOf(error, 'error_type') ?? 'Error',
      message: textOf(error, 'message') ?? '',
      time: typeof time === 'number' ? time : null,
    };
  });
}

async function messageOf(row: HistoryExcerpt, values: StoredValues): Promise<Pick<HistoryItem, 'message' | 'result'>> {
  const { data, messageId, channel, publishedAt, metadata } = readRecordedMessage({ ...row, binary: null });
  const message = { messageId: messageId ?? null, channel: channel ?? null, publishedAt, metadata };
  if (row.bytes === null) return { message, result: await values.of(data) };
  return { message, result: { readable: false, reason: `it is ${String(row.bytes)} bytes` } };
}
