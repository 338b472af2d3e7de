import type { RecordedFailure } from './recorded-failure.js';

/**
 * Readers for parsed `event_data` and `output_data`: our own forms and those that the siblings write. They hand out JSON; values in it still
 * go through the codec's `revive`.
 */

type JsonObject = Readonly<Record<string, unknown>>;

/** The result of a step; undefined where it returned nothing. A bare result (Romancy for Go) is the result. */
export function readActivityResult(json: unknown): unknown {
  return isObject(json) && 'result' in json && ('activity_name' in json || 'timer_id' in json) ? unvoided(json) : json;
}

/** The result in a completed instance's output. */
export function readOutputResult(json: unknown): unknown {
  return isObject(json) && 'result' in json ? unvoided(json) : json;
}

/** The failure in the row of a failed step, time-out, workflow or compensation, or in a failed instance's output. */
export function readFailure(json: unknown): RecordedFailure {
  if (!isObject(json))
    return { name: 'Error', message: typeof json === 'string' ? json : JSON.stringify(json ?? null), retryable: true };
  const ours = isObject(json['failure']) ? json['failure'] : {};
  const stack = text(json['stack_trace']);
  return {
    retryable: true,
    ...ours,
    name: text(json['error_type']) ?? 'Error',
    message: text(json['error_message']) ?? text(json['error']) ?? text(json['message']) ?? JSON.stringify(json),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** The recorded arguments of a step; undefined where the row has none. */
export function readInput(json: unknown): readonly unknown[] | undefined {
  const input = isObject(json) ? json['input'] : undefined;
  const args = isObject(input) ? input['args'] : undefined;
  return Array.isArray(args) ? args : undefined;
}

function unvoided(json: JsonObject): unknown {
  return json['void'] === true ? undefined : json['result'];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
