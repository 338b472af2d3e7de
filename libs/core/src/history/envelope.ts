import type { RecordedFailure } from './recorded-failure.js';
import { UNDEFINED_TEXT } from './value-tag.js';

/**
 * Texts for `event_data` and `output_data` in the family's layout, which its viewers read. Parameters that end in `Text` are JSON already and
 * are put in as they are.
 */

export interface ActivityCompletedParts {
  readonly activityName: string;
  /** JSON array. */
  readonly argsText: string;
  readonly resultText: string;
  /** The activity returned undefined; `resultText` is not looked at. Also found out by itself. */
  readonly isVoid?: boolean;
  /** Metadata of the attempts, when there was more than one. */
  readonly retry?: object | undefined;
  /** How long the last attempt took; stands last, where it is found without reading what is before it. */
  readonly durationMs?: number | undefined;
}

export function activityCompleted({
  activityName,
  argsText,
  resultText,
  isVoid,
  retry,
  durationMs,
}: ActivityCompletedParts): string {
  const result = resultField(resultText, isVoid);
  const rest = attempts(retry, durationMs);
  return `{"activity_name":${JSON.stringify(activityName)},${result},"input":${input(argsText)}${rest}}`;
}

export interface ActivityFailedParts {
  readonly activityName: string;
  readonly argsText: string;
  readonly failure: RecordedFailure;
  readonly retry?: object | undefined;
  readonly durationMs?: number | undefined;
}

export function activityFailed({ activityName, argsText, failure, retry, durationMs }: ActivityFailedParts): string {
  const rest = attempts(retry, durationMs);
  return `{"activity_name":${JSON.stringify(activityName)},${failedParts(failure)},"input":${input(argsText)}${rest}}`;
}

/** `expiresAt` in milliseconds. */
export function timerExpired(timerId: string, expiresAt: number): string {
  return JSON.stringify({ result: null, timer_id: timerId, expires_at: isoTime(expiresAt) });
}

export function workflowFailed(failure: RecordedFailure): string {
  return `{${failedParts(failure)}}`;
}

export interface Cancellation {
  readonly reason: string | null;
  readonly cancelledBy: string;
  /** Milliseconds. */
  readonly cancelledAt: number;
}

export function workflowCancelled({ reason, cancelledBy, cancelledAt }: Cancellation): string {
  return JSON.stringify({ reason, cancelled_by: cancelledBy, cancelled_at: isoTime(cancelledAt) });
}

export interface CompensationParts {
  readonly activityName: string;
  readonly compensationId: number;
  /** Step that is undone. */
  readonly activityId: string;
  /** JSON array. */
  readonly argsText: string;
}

export function compensationExecuted(parts: CompensationParts): string {
  return `{${compensation(parts)}}`;
}

export function compensationFailed(parts: CompensationParts & { readonly failure: RecordedFailure }): string {
  return `{${compensation(parts)},${failedParts(parts.failure)}}`;
}

export function completedOutput(resultText: string, isVoid?: boolean): string {
  return `{${resultField(resultText, isVoid)}}`;
}

/** The family's key; the value is the next generation's input. */
export function recurredOutput(inputText: string): string {
  return `{"recur_kwargs":${inputText}}`;
}

export function failedOutput(failure: RecordedFailure, compensations?: object): string {
  return `{${failedParts(failure)}${optional('compensations', compensations)}}`;
}

export interface CancelledOutputParts extends Cancellation {
  readonly previousStatus: string;
  /** What became of the compensations. */
  readonly compensations?: object | undefined;
}

export function cancelledOutput({
  reason,
  cancelledBy,
  cancelledAt,
  previousStatus,
  compensations,
}: CancelledOutputParts): string {
  return JSON.stringify({
    cancelled_by: cancelledBy,
    cancelled_at: isoTime(cancelledAt),
    previous_status: previousStatus,
    reason,
    ...(compensations === undefined ? {} : { compensations }),
  });
}

function compensation({ activityName, compensationId, activityId, argsText }: CompensationParts): string {
  const names = `"activity_name":${JSON.stringify(activityName)},"activity_id":${JSON.stringify(activityId)}`;
  return `${names},"compensation_id":${String(compensationId)},"args":${argsText},"kwargs":{}`;
}

/** The siblings know no undefined: they read null. */
function resultField(resultText: string, isVoid: boolean | undefined): string {
  return isVoid === true || resultText === UNDEFINED_TEXT ? '"result":null,"void":true' : `"result":${resultText}`;
}

/** Name, message and stack stand in the family's keys alone, the rest in an object of ours. */
export function failedParts({ name, message, stack, ...rest }: RecordedFailure): string {
  const shared = `"error_type":${JSON.stringify(name)},"error_message":${JSON.stringify(message)}`;
  return `${shared},"stack_trace":${JSON.stringify(stack ?? null)},"failure":${JSON.stringify(rest)}`;
}

function input(argsText: string): string {
  return `{"args":${argsText},"kwargs":{}}`;
}

function attempts(retry: object | undefined, durationMs: number | undefined): string {
  const duration = durationMs === undefined ? '' : `,"duration_ms":${String(Math.max(0, Math.round(durationMs)))}`;
  return optional('retry_metadata', retry) + duration;
}

function optional(key: string, value: object | undefined): string {
  return value === undefined ? '' : `,"${key}":${JSON.stringify(value)}`;
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
