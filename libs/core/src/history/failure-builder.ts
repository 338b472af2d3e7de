import { UnreadablePayloadError } from '../errors/unreadable-payload-error.js';
import type { ErrorTypes } from './error-types.js';
import type { RecordedFailure } from './recorded-failure.js';
import { rehydrate } from './rehydrate.js';
import { textOf } from './safe-read.js';

/** Rebuilds an error for which the same `instanceof` and `code` tests hold. Constructors are not called. */
export function fromFailure(failure: RecordedFailure, types: ErrorTypes): Error {
  const errorClass = types.classOf(failure.classes ?? [failure.name]);
  // A native error with the prototype of the class, without a call of its constructor.
  const error = Reflect.construct(Error, [failure.message], errorClass) as Error;
  hide(error, 'stack', failure.stack ?? `${failure.name}: ${failure.message}`);
  hide(error, 'name', failure.name);
  const revive = (json: unknown): unknown => rehydrate(json, (nested) => fromFailure(failureOf(nested), types));
  if (failure.cause !== undefined) hide(error, 'cause', fromFailure(failure.cause, types));
  else if ('causeValue' in failure) hide(error, 'cause', revive(failure.causeValue));
  if (failure.code !== undefined) show(error, 'code', failure.code);
  if (!failure.retryable) show(error, 'retryable', false);
  if (failure.details !== undefined) show(error, 'details', revive(failure.details));
  for (const [key, value] of Object.entries(failure.props ?? {})) {
    if (key === 'errors') hide(error, key, revive(value));
    else show(error, key, revive(value));
  }
  return error;
}

/** Takes stored JSON for a recorded failure after a look at what it must have. */
export function failureOf(json: unknown): RecordedFailure {
  if (
    typeof json === 'object' &&
    json !== null &&
    textOf(json, 'name') !== undefined &&
    textOf(json, 'message') !== undefined
  ) {
    return json as RecordedFailure;
  }
  throw new UnreadablePayloadError('it holds an error without name or message');
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: false, configurable: true, writable: true });
}

function show(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
