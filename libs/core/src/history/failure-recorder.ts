import { describeValue } from '../errors/describe-value.js';
import { TerminalError } from '../errors/terminal-error.js';
import { dehydrate } from './dehydrate.js';
import { recordedClassName } from './error-types.js';
import { isErrorObject } from './is-error.js';
import type { RecordedFailure } from './recorded-failure.js';
import { read, textOf } from './safe-read.js';
import { setOwn } from './value-tag.js';

type Draft = { -readonly [K in keyof RecordedFailure]: RecordedFailure[K] };

const MAX_CHAIN = 8;
const MAX_MESSAGE = 16_000;
const MAX_STACK = 8_000;
const MAX_PROPERTY = 16_000;
const MAX_TOTAL = 64_000;
const MAX_ITEMS = 100;
const OWN_FIELDS = new Set(['name', 'message', 'stack', 'cause', 'code', 'details', 'retryable', 'errors']);

/** Records anything that was thrown. Never throws itself: what cannot be stored is left out, what is too long is cut. */
export function toFailure(thrown: unknown): RecordedFailure {
  return new FailureRecorder().record(thrown);
}

class FailureRecorder {
  readonly #open = new Set<object>();
  #left = MAX_TOTAL;

  record(thrown: unknown): RecordedFailure {
    const failure = isErrorObject(thrown) ? basics(thrown) : nonError(thrown);
    if (typeof thrown !== 'object' || thrown === null) return this.#with(failure, 'causeValue', thrown);
    if (this.#open.has(thrown) || this.#open.size >= MAX_CHAIN) return failure;
    this.#open.add(thrown);
    if (isErrorObject(thrown)) this.#fill(failure, thrown);
    else this.#with(failure, 'causeValue', thrown);
    this.#open.delete(thrown);
    return failure;
  }

  #fill(failure: Draft, error: Error): void {
    const stack = textOf(error, 'stack');
    if (stack !== undefined) failure.stack = cut(stack, MAX_STACK);
    const cause = read(error, 'cause');
    if (isErrorObject(cause)) failure.cause = this.record(cause);
    else this.#with(failure, 'causeValue', cause);
    this.#with(failure, 'details', read(error, 'details'));
    const props = {};
    for (const key of propertyNames(error)) this.#with(props, key, read(error, key));
    if (Object.keys(props).length > 0) failure.props = props;
  }

  /** Sets an encoded value. What cannot be stored, or is too large for a history row, is left out: the error itself must be recorded. */
  #with<T extends object>(target: T, key: string, value: unknown): T {
    if (value === undefined) return target;
    try {
      const json = Array.isArray(value) ? this.#items(value) : this.#sized(value);
      if (json !== undefined) setOwn(target, key, json);
    } catch {
      return target;
    }
    return target;
  }

  /** As many as fit. */
  #items(values: readonly unknown[]): unknown[] {
    const items: unknown[] = [];
    for (const value of values.slice(0, MAX_ITEMS)) {
      const json = this.#sized(value);
      if (json === undefined) break;
      items.push(json);
    }
    return items;
  }

  #sized(value: unknown): unknown {
    const json = dehydrate(value, (error) => this.record(error));
    const size = JSON.stringify(json).length;
    if (size > Math.min(MAX_PROPERTY, this.#left)) return undefined;
    this.#left -= size;
    return json;
  }
}

function basics(error: Error): Draft {
  return {
    name: cut(textOf(error, 'name') ?? 'Error', 200),
    message: cut(textOf(error, 'message') ?? '', MAX_MESSAGE),
    ...codeOf(error),
    retryable: !(error instanceof TerminalError) && read(error, 'retryable') !== false,
    classes: classNames(error),
  };
}

function nonError(thrown: unknown): Draft {
  const message = textOf(thrown, 'message') ?? preview(thrown);
  return {
    name: 'NonErrorThrown',
    message: cut(message, MAX_MESSAGE),
    ...codeOf(thrown),
    retryable: read(thrown, 'retryable') !== false,
  };
}

function codeOf(thrown: unknown): { code?: string | number } {
  const code = read(thrown, 'code');
  return typeof code === 'string' || (typeof code === 'number' && Number.isFinite(code)) ? { code } : {};
}

/** `errors` of an AggregateError is not enumerable. */
function propertyNames(error: Error): string[] {
  const names = Object.keys(error).filter((key) => !OWN_FIELDS.has(key));
  return Object.hasOwn(error, 'errors') ? [...names, 'errors'] : names;
}

function classNames(error: object): string[] {
  const names: string[] = [];
  for (let prototype: unknown = Object.getPrototypeOf(error); typeof prototype === 'object' && prototype !== null;) {
    const own = Object.hasOwn(prototype, 'constructor') ? read(prototype, 'constructor') : undefined;
    const name = typeof own === 'function' ? recordedClassName(own) : '';
    if (name === 'Error' || name === 'Object') break;
    if (name !== '') names.push(name);
    prototype = Object.getPrototypeOf(prototype);
  }
  return names;
}

function preview(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown === 'string' ? thrown : describeValue(thrown);
  try {
    return JSON.stringify(thrown);
  } catch {
    return describeValue(thrown);
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
