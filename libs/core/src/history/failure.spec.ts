import {
  ActivityTimeoutError,
  RetryExhaustedError,
  RomancyError,
  TerminalError,
  WorkflowFailedError,
} from '../errors/index.js';
import { ErrorTypes, fromFailure, type RecordedFailure, toFailure } from './failure.js';

class CardDeclined extends TerminalError {
  constructor(
    readonly receipt: string,
    readonly since: Date,
  ) {
    super('declined');
    if (receipt === '') throw new Error('constructed without a receipt');
  }

  get short(): string {
    return this.receipt.slice(0, 2);
  }
}

class HttpError extends Error {
  constructor(
    readonly status: number,
    options?: ErrorOptions,
  ) {
    super(`answered ${String(status)}`, options);
    this.name = 'HttpError';
  }
}

const types = new ErrorTypes([CardDeclined, HttpError]);

/** What a workflow gets, live and in a replay: through JSON text. */
function delivered<T extends Error = Error>(thrown: unknown, known = types): T {
  return fromFailure(JSON.parse(JSON.stringify(toFailure(thrown))) as RecordedFailure, known) as T;
}

describe('a delivered failure', () => {
  it('passes the same instanceof and code tests', () => {
    const error = delivered<CardDeclined>(new CardDeclined('r-17', new Date(5)));
    expect(error).toBeInstanceOf(CardDeclined);
    expect(error).toBeInstanceOf(TerminalError);
    expect(error).toBeInstanceOf(RomancyError);
    expect(error).not.toBeInstanceOf(HttpError);
    expect(error).toMatchObject({
      name: 'CardDeclined',
      message: 'declined',
      code: 'ROMANCY_TERMINAL_ERROR',
      retryable: false,
    });
    expect(error.since).toStrictEqual(new Date(5));
    expect(error.short).toBe('r-');
    expect(error.details).toEqual({});
  });

  it('keeps the machine fields of the framework’s own errors', () => {
    const error = delivered<RetryExhaustedError>(
      new RetryExhaustedError({
        activityName: 'charge',
        attempts: 3,
        cause: new ActivityTimeoutError({ activityName: 'charge', timeoutMs: 10, limit: 'total' }),
      }),
    );
    expect(error).toBeInstanceOf(RetryExhaustedError);
    expect(error).toMatchObject({ activityName: 'charge', attempts: 3, code: 'ROMANCY_RETRY_EXHAUSTED' });
    expect(error.cause).toBeInstanceOf(ActivityTimeoutError);
    expect(error.cause).toMatchObject({ timeoutMs: 10, limit: 'total' });
  });

  it.each(
    [new TypeError('t'), new RangeError('r'), new SyntaxError('s'), new URIError('u'), new Error('e')].map(
      (original) => ({ name: original.name, original }),
    ),
  )('is a $name again', ({ original }) => {
    const error = delivered(original);
    expect(Object.getPrototypeOf(error)).toBe(Object.getPrototypeOf(original));
    expect(error).toMatchObject({ name: original.name, message: original.message, stack: original.stack });
    expect(Object.keys(error)).toEqual([]);
    expect(Object.prototype.toString.call(error)).toBe('[object Error]');
  });

  it('has the errors of an AggregateError', () => {
    const error = delivered<AggregateError>(new AggregateError([new HttpError(500), 'text'], 'all failed'));
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.errors).toEqual([expect.any(HttpError), 'text']);
    expect(Object.keys(error)).toEqual([]);
  });

  it('takes the nearest class that is known', () => {
    const error = delivered(new CardDeclined('r', new Date(0)), new ErrorTypes());
    expect(error).toBeInstanceOf(TerminalError);
    expect(error.name).toBe('CardDeclined');
    expect(delivered(new HttpError(404), new ErrorTypes())).toMatchObject({ name: 'HttpError', status: 404 });
  });

  it('does not take a foreign class for ours because of its name', () => {
    const foreign = { TerminalError: class TerminalError extends Error {} }.TerminalError;
    expect(delivered(new foreign('x'))).not.toBeInstanceOf(TerminalError);
    const knowing = new ErrorTypes([foreign]);
    expect(delivered(new foreign('x'), knowing)).toBeInstanceOf(foreign);
    expect(delivered(new TerminalError('x'), knowing)).not.toBeInstanceOf(foreign);
    expect(delivered(Object.assign(new Error('x'), { name: 'TypeError' }))).not.toBeInstanceOf(TypeError);
  });

  it('keeps the chain of causes', () => {
    const error = delivered(
      new Error('top', { cause: new HttpError(502, { cause: { host: 'db', at: new Date(0) } }) }),
    );
    expect(error.cause).toBeInstanceOf(HttpError);
    expect((error.cause as Error).cause).toEqual({ host: 'db', at: new Date(0) });
  });

  it('keeps lists as they are', () => {
    expect(delivered(Object.assign(new Error('x'), { list: [1, undefined, new Date(0)] }))).toMatchObject({
      list: [1, undefined, new Date(0)],
    });
  });

  it('keeps system errors', () => {
    const error = delivered(
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', errno: -111, port: 5432 }),
    );
    expect(error).toMatchObject({ code: 'ECONNREFUSED', errno: -111, port: 5432 });
  });

  it('keeps an abort', () => {
    expect(delivered(AbortSignal.abort().reason)).toMatchObject({ name: 'AbortError', code: 20 });
  });

  it('is retryable unless the error says otherwise', () => {
    expect(toFailure(new Error('x')).retryable).toBe(true);
    expect(toFailure(new TerminalError('x')).retryable).toBe(false);
    expect(toFailure(Object.assign(new TerminalError('x'), { retryable: true })).retryable).toBe(false);
    expect(toFailure(Object.assign(new Error('x'), { retryable: false })).retryable).toBe(false);
    expect(delivered(Object.assign(new Error('x'), { retryable: false }))).toMatchObject({ retryable: false });
    expect(delivered(new Error('x'))).not.toHaveProperty('retryable');
  });

  it('is recorded the same when it is thrown on', () => {
    const first = toFailure(
      new WorkflowFailedError({ instanceId: 'i', workflowName: 'w', cause: new CardDeclined('r', new Date(1)) }),
    );
    expect(toFailure(fromFailure(first, types))).toEqual(first);
  });
});

describe('something thrown that is no error', () => {
  it.each<[unknown, string]>([
    ['out of stock', 'out of stock'],
    [42, '42'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ reason: 'x' }, '{"reason":"x"}'],
    [{ message: 'own words', code: 'E1' }, 'own words'],
  ])('%j becomes an error with it as the cause', (thrown, message) => {
    const error = delivered(thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'NonErrorThrown', message });
    expect(error.cause).toEqual(thrown);
  });

  it('keeps its code and its refusal', () => {
    expect(delivered({ message: 'm', code: 'E1', retryable: false })).toMatchObject({ code: 'E1', retryable: false });
  });

  it('does without what cannot be stored', () => {
    expect(delivered(() => 1)).toMatchObject({ name: 'NonErrorThrown', message: 'a function' });
  });
});

describe('recording', () => {
  it('leaves out properties that cannot be stored', () => {
    const error = Object.assign(new Error('x'), { socket: { on: () => 1 }, status: 500, request: new WeakMap() });
    expect(toFailure(error).props).toEqual({ status: 500 });
  });

  it('is bounded for cycles of causes and of properties', () => {
    const first = new Error('a');
    const second = new Error('b', { cause: first });
    first.cause = second;
    const looping = Object.assign(new Error('c'), { inner: first });
    Object.assign(looping, { self: looping });
    const failure = toFailure(looping);
    expect(JSON.stringify(failure).length).toBeLessThan(40_000);
    expect(delivered(first).cause).toMatchObject({ message: 'b' });
    expect(delivered(looping)).toMatchObject({ message: 'c', self: expect.objectContaining({ message: 'c' }) });
  });

  it('is bounded for long chains, messages, stacks and properties', () => {
    let error = new Error('root');
    for (let depth = 0; depth < 50; depth++) error = new Error('x'.repeat(50_000), { cause: error });
    Object.assign(error, { big: 'x'.repeat(100_000) });
    for (let index = 0; index < 100; index++) Object.assign(error, { [`p${String(index)}`]: 'y'.repeat(10_000) });
    error.stack = 's'.repeat(100_000);
    const failure = toFailure(error);
    expect(failure.props).not.toHaveProperty('big');
    expect(failure.message).toHaveLength(16_001);
    expect(failure.stack).toHaveLength(8_001);
    expect(JSON.stringify(failure).length).toBeLessThan(300_000);
  });

  it('keeps as many of many errors as fit', () => {
    const many = delivered<AggregateError>(
      new AggregateError(Array.from({ length: 500 }, (_, index) => new HttpError(index))),
    );
    expect(many.errors.length).toBeGreaterThan(5);
    expect(many.errors.length).toBeLessThan(100);
    expect(many.errors.every((error) => error instanceof HttpError)).toBe(true);
    expect(many.errors[0]).toMatchObject({ name: 'HttpError', status: 0 });
    expect(
      delivered<AggregateError>(new AggregateError(Array.from({ length: 500 }, (_, index) => index))).errors,
    ).toHaveLength(100);
  });

  it('survives getters that throw', () => {
    const hostile = new Error('x');
    for (const key of ['stack', 'name', 'message', 'cause', 'code', 'details', 'extra']) {
      Object.defineProperty(hostile, key, {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      });
    }
    expect(toFailure(hostile)).toMatchObject({ name: 'Error', message: '' });
  });

  it('does not let a property reach a prototype', () => {
    const error = new Error('x');
    Object.defineProperty(error, '__proto__', { value: { admin: true }, enumerable: true });
    const rebuilt = delivered<Error & { admin?: boolean }>(error);
    expect(rebuilt.admin).toBeUndefined();
    expect(rebuilt).toBeInstanceOf(Error);
  });
});

describe('ErrorTypes', () => {
  it('refuses two classes with one name, and a class without a name', () => {
    const twin = { HttpError: class HttpError extends Error {} }.HttpError;
    expect(() => new ErrorTypes([HttpError, twin])).toThrow(
      expect.objectContaining({ code: 'ROMANCY_DUPLICATE_ERROR_CLASS', className: 'HttpError' }),
    );
    expect(() => new ErrorTypes([{ TypeError: class TypeError extends Error {} }.TypeError])).toThrow(/TypeError/);
    expect(() => new ErrorTypes([class extends Error {}])).toThrow(/without a name/);
  });

  it('takes the same class twice', () => {
    expect(() => new ErrorTypes([HttpError, HttpError])).not.toThrow();
  });
});
