import { StorageUnavailableError, type Engine } from '@romancy/core';
import { type MemoryStorage } from '@romancy/testing';
import { attempt } from '../support/app.js';
import { Lab } from '../support/lab.js';
import { eventOf, parked } from '../support/parked.js';

let lab: Lab;
let first: Engine;
let second: Engine;
let connection: MemoryStorage;
let undone: unknown[];
beforeEach(() => {
  lab = new Lab();
  undone = [];
});
afterEach(() => lab.close());

async function startBoth(): Promise<void> {
  connection = lab.storage.connect();
  first = await lab.engine();
  second = await lab.engine({ storage: connection });
}

/** From now on only the other process gets to run instances. */
function sideline(storage: MemoryStorage): void {
  storage.faults.intercept(({ operation }) =>
    operation.startsWith('leases.claim') ? { fail: new StorageUnavailableError('busy') } : undefined,
  );
}

function handOverTo(storage: MemoryStorage): void {
  sideline(storage === connection ? lab.storage : connection);
  storage.faults.intercept(undefined);
}

describe('a run that a process keeps in memory while another process goes on with the instance', () => {
  it('is not trusted afterwards: what the other one did is undone with the rest', async () => {
    const book = lab.app.activity('book', () => 'booked', {
      transactional: false,
      compensation: ({ result }) => void undone.push(result),
    });
    lab.app.workflow('trip', async (ctx) => {
      await ctx.waitEvent('go');
      await book();
      await ctx.sleep('1h');
    });
    await startBoth();
    handOverTo(lab.storage);
    const id = await lab.start(first, 'trip');
    await parked(lab, id);
    handOverTo(connection);
    await second.deliver(eventOf('go', 1));
    await lab.clock.advance('1m');
    await parked(lab, id);
    expect(lab.steps(id)).toContain('book:1');
    handOverTo(lab.storage);
    await first.cancel(id, 'no trip');
    await lab.clock.advance('1m');
    expect(lab.row(id).status).toBe('cancelled');
    expect(undone).toEqual(['booked']);
  });

  it('does not repeat an attempt that the other one has made', async () => {
    const attempts: number[] = [];
    const call = lab.app.activity(
      'call',
      () => {
        attempts.push(attempt().attempt);
        throw new Error('no answer');
      },
      { transactional: false, retry: { maxAttempts: 4, initialInterval: '1m', backoff: 1 } },
    );
    lab.app.workflow('caller', () => call());
    await startBoth();
    handOverTo(lab.storage);
    const id = await lab.start(first, 'caller');
    await parked(lab, id);
    handOverTo(connection);
    await lab.clock.advance('90s');
    expect(attempts).toEqual([1, 2]);
    handOverTo(lab.storage);
    await lab.clock.advance('1h');
    expect(lab.row(id).status).toBe('failed');
    expect(attempts).toEqual([1, 2, 3, 4]);
  });
});
