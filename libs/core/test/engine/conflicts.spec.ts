import {
  SerializationConflictError,
  StorageUnavailableError,
  TerminalError,
  type WorkflowFailedError,
} from '@romancy/core';
import { attempt, effect } from '../support/app.js';
import { failureOf, Lab } from '../support/lab.js';

/** How often one attempt is begun again before a conflict counts. */
const REPEATS = 10;

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

/** The first so many calls of an operation fail with this error; answers how many have. */
function failing(operation: string, times: number, error: Error): () => number {
  let failed = 0;
  lab.storage.faults.intercept((point) => {
    if (point.side !== 'before' || point.operation !== operation || failed === times) return undefined;
    failed += 1;
    return { fail: error };
  });
  return () => failed;
}

const deadlock = (): Error => new SerializationConflictError('deadlock');

describe.each(['transaction.effect', 'transaction.commit'])('a conflict at %s', (operation) => {
  const numbers: number[] = [];
  let reserve: () => Promise<void>;

  beforeEach(() => {
    numbers.length = 0;
    reserve = lab.app.activity(
      'reserve',
      async () => {
        numbers.push(attempt().attempt);
        await effect(`reserved ${String(numbers.length)}`);
      },
      { retry: { maxAttempts: 2, initialInterval: '1s', jitter: 0 } },
    );
    lab.app.workflow('order', () => reserve());
  });

  it('is repeated, and is no attempt', async () => {
    const engine = await lab.engine();
    const failed = failing(operation, 4, deadlock());
    await lab.execute(engine, 'order', undefined, 'a');
    expect(failed()).toBe(4);
    expect(numbers).toEqual([1, 1, 1, 1, 1]);
    expect(lab.storage.effects).toEqual(['reserved 5']);
    expect(lab.data('a', 'reserve:1')).not.toHaveProperty('retry_metadata');
  });

  it('counts when it has come too often', async () => {
    const engine = await lab.engine();
    const failed = failing(operation, REPEATS + 1, deadlock());
    await lab.execute(engine, 'order', undefined, 'a');
    expect(failed()).toBe(REPEATS + 1);
    expect(numbers).toEqual([...Array<number>(REPEATS + 1).fill(1), 2]);
    expect(lab.data('a', 'reserve:1')).toMatchObject({ retry_metadata: { total_attempts: 2 } });
  });
});

describe('a conflict in an activity', () => {
  it('that the body turns into a final failure is final', async () => {
    let calls = 0;
    const reserve = lab.app.activity('reserve', async () => {
      calls += 1;
      await effect('reserved').catch((cause: unknown) => {
        throw Object.assign(new SerializationConflictError('busy', { cause }), { retryable: false });
      });
    });
    lab.app.workflow('order', () => reserve());
    const engine = await lab.engine();
    failing('transaction.effect', 1, deadlock());
    const error = (await failureOf(lab.execute(engine, 'order'))) as WorkflowFailedError;
    expect(error.cause).toBeInstanceOf(SerializationConflictError);
    expect([calls, lab.storage.effects]).toEqual([1, []]);
  });

  it('that has outlived its time has failed an attempt', async () => {
    const numbers: number[] = [];
    const reserve = lab.app.activity(
      'reserve',
      async () => {
        numbers.push(attempt().attempt);
        // Swallowed; what follows is the wait of a body that does not look at its signal.
        await effect('reserved').catch(() => new Promise(() => undefined));
      },
      { timeout: '1s', retry: { maxAttempts: 2, initialInterval: '1s' } },
    );
    lab.app.workflow('order', () => reserve());
    const engine = await lab.engine();
    failing('transaction.effect', 1, deadlock());
    await lab.execute(engine, 'order');
    expect(numbers).toEqual([1, 2]);
  });

  it('that compensates is repeated, and is no attempt', async () => {
    const numbers: number[] = [];
    const reserve = lab.app.activity('reserve', () => 1, {
      compensation: async () => {
        numbers.push(attempt().attempt);
        await effect('released');
      },
      compensationOptions: { retry: { maxAttempts: 1 } },
    });
    lab.app.workflow('order', async () => {
      await reserve();
      throw new TerminalError('no');
    });
    const engine = await lab.engine();
    failing('transaction.effect', 3, deadlock());
    await failureOf(lab.execute(engine, 'order'));
    expect(numbers).toEqual([1, 1, 1, 1]);
    expect(lab.storage.effects).toEqual(['released']);
  });
});

describe('a database that goes away before the commit of an activity', () => {
  it('is waited for, however long that takes: the activity has not failed', async () => {
    const numbers: number[] = [];
    const reserve = lab.app.activity(
      'reserve',
      async () => {
        numbers.push(attempt().attempt);
        await effect('reserved');
      },
      { retry: { maxAttempts: 1 } },
    );
    lab.app.workflow('order', () => reserve());
    const engine = await lab.engine();
    failing('transaction.commit', REPEATS + 2, new StorageUnavailableError('restarting'));
    await lab.execute(engine, 'order');
    expect(numbers).toEqual(Array<number>(REPEATS + 3).fill(1));
    expect(lab.storage.effects).toEqual(['reserved']);
  });
});
