import { TerminalError } from '../errors/terminal-error.js';
import { UnreadablePayloadError } from '../errors/unreadable-payload-error.js';
import { dehydrate } from './dehydrate.js';
import type { ErrorTypes } from './error-types.js';
import { isErrorObject } from './is-error.js';
import { rehydrate } from './rehydrate.js';
import { setOwn } from './value-tag.js';

export { type ErrorClass, ErrorTypes } from './error-types.js';

/**
 * An error as plain JSON (E7). A live failure is delivered as `fromFailure(toFailure(error))` too, so that what a workflow catches is the
 * same in the first run and in every replay.
 */
export interface RecordedFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  /** False when trying again cannot help. */
  readonly retryable: boolean;
  readonly stack?: string;
  /** Names of the error's class and of those it derives from, nearest first; `Error` itself is left out. */
  readonly classes?: readonly string[];
  readonly details?: unknown;
  readonly cause?: RecordedFailure;
  /** A cause, or something thrown, that is no error. */
  readonly causeValue?: unknown;
  /** Other enumerable properties of the error, encoded. */
  readonly props?: Readonly<Record<string, unknown>>;
}

type Draft = { -readonly [K in keyof RecordedFailure]: RecordedFailure[K] };

const MAX_CHAIN = 8;
const MAX_MESSAGE = 16_000;
const MAX_STACK = 8_000;
const MAX_PROPERTY = 16_000;
const MAX_TOTAL = 64_000;
const MAX_SIBLINGS = 20;
const OWN_FIELDS = new Set(['name', 'message', 'stack', 'cause', 'code', 'details', 'retryable']);

/** Records anything that was thrown. Never throws itself: what cannot be stored is left out, what is too long is cut. */
export function toFailure(thrown: unknown): RecordedFailure {
  return new FailureRecorder().record(thrown);
}

class FailureRecorder {
  readonly #open = new Set<object>();
  #left = MAX_TOTAL;

  record(thrown: unknown): RecordedFailure {
    if (!isErrorObject(thrown)) return this.#nonError(thrown);
    const failure: Draft = {
      name: cut(textOf(thrown, 'name') ?? 'Error', 200),
      message: cut(textOf(thrown, 'message') ?? '', MAX_MESSAGE),
      retryable: !(thrown instanceof TerminalError) && read(thrown, 'retryable') !== false,
    };
    const code = read(thrown, 'code');
    if (typeof code === 'string' || (typeof code === 'number' && Number.isFinite(code))) failure.code = code;
    const classes = classNames(thrown);
    if (classes.length > 0) failure.classes = classes;
    if (this.#open.has(thrown) || this.#open.size >= MAX_CHAIN) return failure;
    this.#open.add(thrown);
    this.#fill(failure, thrown);
    this.#open.delete(thrown);
    return failure;
  }

  #fill(failure: Draft, error: Error): void {
    const stack = textOf(error, 'stack');
    if (stack !== undefined) failure.stack = cut(stack, MAX_STACK);
    const cause = read(error, 'cause');
    if (isErrorObject(cause)) failure.cause = this.record(cause);
    else if (cause !== undefined) this.#keep(cause, (value) => (failure.causeValue = value));
    if (read(error, 'details') !== undefined) this.#keep(read(error, 'details'), (value) => (failure.details = value));
    const props = {};
    for (const key of Object.keys(error)) {
      if (!OWN_FIELDS.has(key) && key !== 'errors') this.#keep(read(error, key), (value) => { setOwn(props, key, value); });
    }
    const errors = read(error, 'errors');
    if (Array.isArray(errors)) this.#keep(errors.slice(0, MAX_SIBLINGS), (value) => { setOwn(props, 'errors', value); });
    if (Object.keys(props).length > 0) failure.props = props;
  }

  #nonError(thrown: unknown): RecordedFailure {
    const own = typeof thrown === 'object' && thrown !== null ? textOf(thrown, 'message') : undefined;
    const failure: Draft = { name: 'NonErrorThrown', message: cut(own ?? preview(thrown), MAX_MESSAGE), retryable: !isRefusal(thrown) };
    this.#keep(thrown, (value) => (failure.causeValue = value));
    return failure;
  }

  /** What cannot be stored, or is too large for a history row, is dropped. */
  #keep(value: unknown, store: (json: unknown) => void): void {
    try {
      const json = dehydrate(value, (error) => this.record(error));
      const size = JSON.stringify(json).length;
      if (size > Math.min(MAX_PROPERTY, this.#left)) return;
      this.#left -= size;
      store(json);
    } catch {
      // An error must be recorded even where a part of it cannot be.
    }
  }
}

/** Rebuilds an error for which the same `instanceof` and `code` tests hold. Constructors are not called. */
export function fromFailure(failure: RecordedFailure, types: ErrorTypes): Error {
  const error = new Error(failure.message);
  Object.setPrototypeOf(error, types.prototypeOf(failure.classes ?? [failure.name]));
  hide(error, 'stack', failure.stack ?? `${failure.name}: ${failure.message}`);
  if (read(error, 'name') !== failure.name) hide(error, 'name', failure.name);
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
  if (typeof json === 'object' && json !== null && textOf(json, 'name') !== undefined && textOf(json, 'message') !== undefined) {
    return json as RecordedFailure;
  }
  throw new UnreadablePayloadError('it holds an error without name or message');
}

function classNames(error: object): string[] {
  const names: string[] = [];
  for (let prototype: unknown = Object.getPrototypeOf(error); typeof prototype === 'object' && prototype !== null; ) {
    const name = Object.hasOwn(prototype, 'constructor') ? textOf(read(prototype, 'constructor'), 'name') : undefined;
    if (name === 'Error' || name === 'Object') break;
    if (name !== undefined && name !== '') names.push(name);
    prototype = Object.getPrototypeOf(prototype);
  }
  return names;
}

function isRefusal(thrown: unknown): boolean {
  return read(thrown, 'retryable') === false;
}

function preview(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return typeof value === 'object' ? (JSON.stringify(value) ?? 'an object') : String(value);
  } catch {
    return 'an object';
  }
}

/** Getters of foreign errors may throw. */
function read(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    return Reflect.get(value, key) as unknown;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown, key: string): string | undefined {
  const found = read(value, key);
  return typeof found === 'string' ? found : undefined;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: false, configurable: true, writable: true });
}

function show(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
