import {
  ActivityTimeoutError,
  retry,
  RetryAfterError,
  RetryExhaustedError,
  TerminalError,
  WorkflowFailedError,
  type ActivityOptions,
  type EngineSettings,
  type RetryPolicy,
} from '@romancy/core';
import type { MemoryStorageOptions } from '@romancy/testing';
import { attempt, effect } from '../support/app.js';
import { failureOf, Lab, until } from '../support/lab.js';

class CardDeclined extends Error {}

/** A lab whose workflow `pay` calls one activity that fails so often, with what it throws. */
class RetryLab extends Lab {
  /** Times of the attempts, from the first one on, and their numbers. */
  readonly attempts: { readonly at: number; readonly attempt: number }[] = [];
  fail: (attempt: number) => unknown = () => new Error('gateway down');
  failures = 2;
  body: () => unknown = () => 'paid';

  constructor(options: ActivityOptions = {}, settings: EngineSettings = {}, storage: MemoryStorageOptions = {}) {
    super({ settings, ...storage });
    const charge = this.app.activity(
      'charge',
      async () => {
        this.attempts.push({ at: this.clock.now(), attempt: attempt().attempt });
        if (this.attempts.length <= this.failures) throw this.fail(this.attempts.length);
        return this.body();
      },
      options,
    );
    this.app.workflow('pay', () => charge());
  }

  /** Waits between the attempts. */
  get delays(): readonly number[] {
    return this.attempts.slice(1).map(({ at }, index) => at - (this.attempts[index]?.at ?? 0));
  }
}

let lab: RetryLab;
afterEach(() => lab.close());

const NO_JITTER = { jitter: 0 };

describe('a failed attempt', () => {
  it.each<[string, RetryPolicy, readonly number[]]>([
    ['fixed', retry.fixed(4, '2s'), [2000, 2000, 2000]],
    ['exponential', retry.exponential({ ...NO_JITTER, initialInterval: '1s' }), [1000, 2000, 4000]],
    [
      'exponential with factor and maximum',
      retry.exponential({ ...NO_JITTER, initialInterval: '1s', backoff: 3, maxInterval: '4s' }),
      [1000, 3000, 4000],
    ],
    ['unlimited', retry.unlimited({ ...NO_JITTER, initialInterval: '10m', backoff: 1 }), [600_000, 600_000, 600_000]],
    ['immediate', { ...NO_JITTER, initialInterval: 0 }, [0, 0, 0]],
  ])('is repeated as the policy says: %s', async (_name, policy, delays) => {
    lab = new RetryLab({ retry: policy });
    lab.failures = 3;
    expect(await lab.execute(await lab.engine(), 'pay')).toBe('paid');
    expect(lab.delays).toEqual(delays);
    expect(lab.attempts.map((one) => one.attempt)).toEqual([1, 2, 3, 4]);
  });

  it('is repeated after a delay that is only shortened by jitter', async () => {
    lab = new RetryLab({ retry: { initialInterval: '100s', backoff: 1, jitter: 0.5, maxAttempts: 30 } });
    lab.failures = 29;
    await lab.execute(await lab.engine(), 'pay');
    expect(Math.max(...lab.delays)).toBeLessThanOrEqual(100_000);
    expect(Math.min(...lab.delays)).toBeGreaterThanOrEqual(50_000);
    expect(new Set(lab.delays).size).toBeGreaterThan(10);
  });

  it('follows the default policy of the application where the activity names none', async () => {
    lab = new RetryLab({}, { defaultRetry: retry.fixed(3, '7s') });
    await lab.execute(await lab.engine(), 'pay');
    expect(lab.delays).toEqual([7000, 7000]);
  });

  it('takes what the activity names from it, and the rest from the application', async () => {
    lab = new RetryLab({ retry: { maxAttempts: 2 } }, { defaultRetry: retry.fixed(9, '7s') });
    await failureOf(lab.execute(await lab.engine(), 'pay'));
    expect(lab.delays).toEqual([7000]);
  });

  it('is repeated after the delay that the error asks for', async () => {
    lab = new RetryLab({ retry: retry.fixed(3, '1s') });
    lab.fail = () => new RetryAfterError('too many requests', { delay: '3m' });
    await lab.execute(await lab.engine(), 'pay');
    expect(lab.delays).toEqual([180_000, 180_000]);
  });

  it('is told to the workflow when none is left: with the number of attempts and the last error', async () => {
    lab = new RetryLab({ retry: retry.fixed(3, '1s') });
    lab.failures = 99;
    lab.fail = (number) => new CardDeclined(`declined ${String(number)}`);
    const engine = await lab.engine({ errors: [CardDeclined] });
    const id = await lab.start(engine, 'pay');
    const error = (await failureOf(lab.result(engine, id))) as WorkflowFailedError;
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect(error.cause).toBeInstanceOf(RetryExhaustedError);
    expect(error.cause).toMatchObject({ code: 'ROMANCY_RETRY_EXHAUSTED', details: { attempts: 3 } });
    expect((error.cause as Error).cause).toBeInstanceOf(CardDeclined);
    expect((error.cause as Error).cause).toMatchObject({ message: 'declined 3' });
    expect(lab.data(id, 'charge:1')['retry_metadata']).toMatchObject({
      total_attempts: 3,
      total_duration_ms: 2000,
      exhausted: true,
      last_error: { error_type: 'Error', message: 'declined 3' },
    });
  });

  it.each<[string, () => unknown]>([
    ['TerminalError', () => new TerminalError('no such card')],
    ['an error that says retryable: false', () => Object.assign(new Error('no'), { retryable: false })],
    ['a class that the policy names', () => new CardDeclined('no')],
  ])('is final at once for %s, and the workflow gets that very error', async (_what, fail) => {
    lab = new RetryLab({ retry: { maxAttempts: 9, nonRetryable: ['CardDeclined'] } });
    lab.failures = 99;
    lab.fail = fail;
    const engine = await lab.engine({ errors: [CardDeclined] });
    const { cause } = (await failureOf(lab.execute(engine, 'pay'))) as WorkflowFailedError;
    expect(lab.attempts).toHaveLength(1);
    expect(cause).not.toBeInstanceOf(RetryExhaustedError);
    expect(cause).toMatchObject({ message: (fail() as Error).message });
    expect((cause as Error).constructor).toBe((fail() as Error).constructor);
  });

  it('stays without a trace in the history when a later one succeeds, but for the metadata', async () => {
    lab = new RetryLab({ retry: retry.fixed(5, '1s') });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'pay');
    expect(await lab.result(engine, id)).toBe('paid');
    expect(lab.steps(id)).toEqual(['charge:1']);
    expect(lab.data(id, 'charge:1')['retry_metadata']).toMatchObject({ total_attempts: 3, exhausted: false });
    expect(lab.record(id).attempts.size).toBe(0);
  });

  it.each([false, true])(
    'rolls back what it wrote; the next one writes it once (single writer: %p)',
    async (singleWriter) => {
      lab = new RetryLab({ retry: retry.fixed(3, '1s') }, {}, { singleWriter });
      lab.failures = 0;
      let calls = 0;
      lab.body = async () => {
        calls += 1;
        await effect(`charge ${String(calls)}`);
        if (calls < 3) throw new Error('after the write');
        return calls;
      };
      expect(await lab.execute(await lab.engine(), 'pay')).toBe(3);
      expect(lab.storage.effects).toEqual(['charge 3']);
    },
  );

  it('is forgotten in the commit that records a later success', async () => {
    lab = new RetryLab({ retry: retry.fixed(3, '1s') });
    const noted: number[] = [];
    const note = lab.app.activity('note', () => void noted.push(lab.record('order').attempts.size));
    const charge = lab.app.activity('flaky', () => {
      if (attempt().attempt < 2) throw new Error('once');
    });
    lab.app.workflow('pay and note', async () => {
      await charge();
      await note();
    });
    await lab.execute(await lab.engine(), 'pay and note', undefined, 'order');
    expect(noted).toEqual([0]);
  });
});

describe('limits in time', () => {
  it('maxDuration: no attempt starts later', async () => {
    lab = new RetryLab({ retry: { ...retry.fixed(99, '10s'), maxDuration: '35s' } });
    lab.failures = 99;
    const { cause } = (await failureOf(lab.execute(await lab.engine(), 'pay'))) as WorkflowFailedError;
    expect(lab.attempts).toHaveLength(4);
    expect(cause).toMatchObject({ code: 'ROMANCY_RETRY_EXHAUSTED', details: { attempts: 4 } });
  });

  it('timeout: the signal fires, the attempt fails and the next one starts', async () => {
    lab = new RetryLab({ timeout: '5s', retry: retry.fixed(2, '1s') });
    lab.failures = 0;
    const reasons: unknown[] = [];
    let calls = 0;
    lab.body = () => {
      calls += 1;
      if (calls === 2) return 'second';
      const { signal } = attempt();
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return new Promise(() => undefined);
    };
    expect(await lab.execute(await lab.engine(), 'pay')).toBe('second');
    expect(lab.delays).toEqual([6000]);
    expect(reasons).toMatchObject([{ code: 'ROMANCY_ACTIVITY_TIMEOUT', limit: 'attempt', timeoutMs: 5000 }]);
    expect(reasons[0]).toBeInstanceOf(ActivityTimeoutError);
  });

  it('timeout: what the late body does is not recorded', async () => {
    lab = new RetryLab({ timeout: '5s', retry: retry.none() });
    lab.failures = 0;
    const late: { write: () => Promise<unknown> } = { write: () => Promise.resolve() };
    lab.body = () =>
      new Promise((resolve) => {
        const scope = attempt();
        late.write = () =>
          failureOf(
            Promise.resolve().then(() => {
              resolve('late');
              scope.afterCommit(() => undefined);
            }),
          );
      });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'pay');
    const { cause } = (await failureOf(lab.result(engine, id))) as WorkflowFailedError;
    expect(cause).toMatchObject({ code: 'ROMANCY_RETRY_EXHAUSTED', cause: { code: 'ROMANCY_ACTIVITY_TIMEOUT' } });
    expect(await late.write()).toMatchObject({ code: 'ROMANCY_TRANSACTION_ENDED' });
    await lab.clock.runUntilIdle();
    expect(lab.steps(id)).toEqual(['charge:1', '$outcome']);
  });

  it('totalTimeout: counts from the first attempt, waits included', async () => {
    lab = new RetryLab({ totalTimeout: '25s', retry: retry.fixed(99, '10s') });
    lab.failures = 99;
    const { cause } = (await failureOf(lab.execute(await lab.engine(), 'pay'))) as WorkflowFailedError;
    expect(lab.attempts).toHaveLength(3);
    expect(cause).toMatchObject({ code: 'ROMANCY_RETRY_EXHAUSTED' });
  });

  it('totalTimeout: cuts a running attempt', async () => {
    lab = new RetryLab({ totalTimeout: '25s', retry: retry.fixed(99, '10s') });
    lab.failures = 1;
    lab.body = () => new Promise(() => undefined);
    const started = lab.clock.now();
    const { cause } = (await failureOf(lab.execute(await lab.engine(), 'pay'))) as WorkflowFailedError;
    expect(lab.clock.now() - started).toBe(25_000);
    expect(cause).toMatchObject({ cause: { code: 'ROMANCY_ACTIVITY_TIMEOUT', details: { limit: 'total' } } });
  });

  it('take away the timer of an attempt that ended in time', async () => {
    lab = new RetryLab({ timeout: '1000s', retry: retry.none() });
    lab.failures = 0;
    const engine = await lab.engine();
    await lab.execute(engine, 'pay');
    await lab.clock.runUntilIdle();
    const before = lab.clock.pendingTimers;
    for (let run = 0; run < 5; run += 1) await lab.execute(engine, 'pay');
    await lab.clock.runUntilIdle();
    expect(lab.clock.pendingTimers).toBe(before);
  });
});

describe('a long wait between attempts', () => {
  it('parks the instance on a timer and frees its worker', async () => {
    lab = new RetryLab({ retry: retry.fixed(3, '10m') });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'pay');
    await lab.clock.runUntilIdle();
    expect(lab.row(id)).toMatchObject({ status: 'waiting_for_timer', lockedBy: null });
    expect([...lab.record(id).timers.keys()]).toEqual(['$retry:charge:1']);
    expect(lab.record(id).attempts.get('charge:1')).toMatchObject({ attempt: 1, nextAt: lab.clock.now() + 600_000 });
    expect(await lab.result(engine, id)).toBe('paid');
    expect(lab.delays).toEqual([600_000, 600_000]);
    expect(lab.record(id).timers.size).toBe(0);
  });

  it('does not park below the limit', async () => {
    lab = new RetryLab({ retry: retry.fixed(3, '4s') });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'pay');
    await lab.clock.runUntilIdle();
    expect(lab.row(id)).toMatchObject({ status: 'running', lockedBy: expect.any(String) });
    expect(await lab.result(engine, id)).toBe('paid');
  });

  it('does not park while another step runs, and both are recorded', async () => {
    lab = new RetryLab();
    let slow = (): void => undefined;
    const waits = lab.app.activity('waits', () => new Promise<void>((resolve) => (slow = resolve)));
    const fails = lab.app.activity(
      'fails',
      () => {
        if (attempt().attempt < 2) throw new Error('once');
        return attempt().attempt;
      },
      { retry: retry.fixed(2, '10m') },
    );
    lab.app.workflow('both', () => Promise.all([waits(), fails()]));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'both');
    await lab.clock.advance('5m');
    expect(lab.row(id)).toMatchObject({ lockedBy: expect.any(String) });
    await lab.clock.advance('6m');
    slow();
    expect(await lab.result(engine, id)).toEqual([undefined, 2]);
  });
});

describe('attempts', () => {
  it('survive a crash while the next one is awaited: the count goes on, the wait is not begun again', async () => {
    lab = new RetryLab({ retry: retry.fixed(3, '10m') });
    lab.failures = 99;
    const first = lab.storage.connect();
    const engine = await lab.engine({ storage: first });
    const id = await lab.start(engine, 'pay');
    await lab.clock.advance('4m');
    first.faults.crash();
    const second = await lab.anotherEngine();
    const { cause } = (await failureOf(lab.result(second, id))) as WorkflowFailedError;
    expect(lab.attempts.map((one) => one.attempt)).toEqual([1, 2, 3]);
    expect(lab.delays).toEqual([600_000, 600_000]);
    expect(cause).toMatchObject({ details: { attempts: 3 } });
  });

  it('survive a crash within a short wait: the time that is left is waited, and not begun again', async () => {
    lab = new RetryLab({ retry: retry.fixed(4, '3s') });
    lab.failures = 99;
    const first = lab.storage.connect();
    const engine = await lab.engine({ storage: first });
    const id = await lab.start(engine, 'pay');
    await until('the second attempt has failed', () => lab.attempts.length === 1);
    await lab.clock.advance('4s');
    expect(lab.attempts).toHaveLength(2);
    first.faults.crash();
    const second = await lab.anotherEngine();
    await failureOf(lab.result(second, id));
    expect(lab.attempts.map((one) => one.attempt)).toEqual([1, 2, 3, 4]);
  });

  it('keep the errors of before the crash', async () => {
    lab = new RetryLab({ retry: retry.fixed(3, '10m') });
    lab.fail = (number) => new Error(`failure ${String(number)}`);
    const first = lab.storage.connect();
    const id = await lab.start(await lab.engine({ storage: first }), 'pay');
    await lab.clock.advance('11m');
    first.faults.crash();
    const second = await lab.anotherEngine();
    expect(await lab.result(second, id)).toBe('paid');
    expect(lab.data(id, 'charge:1')['retry_metadata']).toMatchObject({
      total_attempts: 3,
      total_duration_ms: 1_200_000,
      errors: [
        { attempt: 1, message: 'failure 1' },
        { attempt: 2, message: 'failure 2' },
      ],
    });
  });

  it('have the same idempotency key, and their own numbers', async () => {
    lab = new RetryLab();
    const keys: string[] = [];
    const call = lab.app.activity(
      'call',
      () => {
        keys.push(`${attempt().idempotencyKey} ${String(attempt().attempt)}`);
        if (keys.length < 3) throw new Error('again');
      },
      { transactional: false, retry: retry.fixed(3, '1s') },
    );
    lab.app.workflow('calls', () => call());
    await lab.execute(await lab.engine(), 'calls', undefined, 'order-1');
    expect(keys).toEqual(['order-1/call:1 1', 'order-1/call:1 2', 'order-1/call:1 3']);
  });

  it('of inline steps follow the options of the step', async () => {
    lab = new RetryLab();
    let calls = 0;
    lab.app.workflow('inline', (ctx) =>
      ctx.step(
        'note',
        () => {
          calls += 1;
          if (calls < 3) throw new Error('again');
          return calls;
        },
        { retry: retry.fixed(3, '2s') },
      ),
    );
    const started = lab.clock.now();
    expect(await lab.execute(await lab.engine(), 'inline')).toBe(3);
    expect(lab.clock.now() - started).toBe(4000);
  });
});
