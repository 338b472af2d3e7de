import { retry, TerminalError, type CompensationCall, type Engine, type WorkflowFailedError } from '@romancy/core';
import type { FaultPoint } from '@romancy/testing';
import { attempt, effect, type ActivitySettings } from '../support/app.js';
import { Gate } from '../support/gate.js';
import { Hold, records } from '../support/hold.js';
import { failureOf, Lab, until } from '../support/lab.js';

let lab: Lab;
let log: string[];
beforeEach(() => {
  lab = new Lab();
  log = [];
});
afterEach(() => lab.close());

/** An activity that logs, with a compensation that logs. */
function step(name: string, settings: ActivitySettings = {}): (input?: unknown) => Promise<unknown> {
  return lab.app.activity(
    name,
    (input?: unknown) => {
      log.push(name);
      return { of: input ?? name };
    },
    { compensation: () => void log.push(`undo ${name}`), ...settings },
  );
}

interface Output {
  readonly compensations?: {
    readonly executed?: readonly string[];
    readonly failed?: readonly { readonly step: string; readonly compensation: string; readonly error: string }[];
    readonly in_doubt?: readonly string[];
  };
}

function outputOf(id: string): Output & Readonly<Record<string, unknown>> {
  return JSON.parse(lab.row(id).output ?? 'null') as Output & Readonly<Record<string, unknown>>;
}

function hasRow(entries: FaultPoint['entries'], activityId: string): boolean {
  return entries.some(({ history }) => history.some((row) => row.activityId === activityId));
}

async function fail(engine: Engine, id: string): Promise<WorkflowFailedError> {
  return (await failureOf(lab.result(engine, id))) as WorkflowFailedError;
}

describe('when a workflow fails', () => {
  it('compensations run last in, first out; then it has failed', async () => {
    const [a, b, c] = [step('a'), step('b'), step('c')];
    lab.app.workflow('order', async () => {
      await a();
      await b();
      await c();
      throw new TypeError('out of stock');
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    expect((await fail(engine, id)).cause).toEqual(new TypeError('out of stock'));
    expect(log).toEqual(['a', 'b', 'c', 'undo c', 'undo b', 'undo a']);
    expect(lab.row(id)).toMatchObject({ status: 'failed', lockedBy: null });
    expect(outputOf(id)).toMatchObject({
      error_type: 'TypeError',
      compensations: { executed: ['c:1', 'b:1', 'a:1'], failed: [], in_doubt: [] },
    });
    expect(
      lab.history(id).map(({ activityId, eventType }) => `${activityId.replace(/\d+$/, '#')} ${eventType}`),
    ).toEqual([
      'a:# ActivityCompleted',
      'b:# ActivityCompleted',
      'c:# ActivityCompleted',
      '$outcome WorkflowFailed',
      'compensation:# CompensationExecuted',
      'compensation:# CompensationExecuted',
      'compensation:# CompensationExecuted',
    ]);
  });

  it('what never succeeded is not undone, what was caught is', async () => {
    const a = step('a');
    const never = lab.app.activity(
      'never',
      () => {
        throw new TerminalError('no');
      },
      { compensation: () => void log.push('undo never') },
    );
    lab.app.workflow('order', async () => {
      await a();
      await never().catch(() => undefined);
      await never();
    });
    const engine = await lab.engine();
    await fail(engine, await lab.start(engine, 'order'));
    expect(log).toEqual(['a', 'undo a']);
  });

  it('nothing is undone when it succeeds, however it came about', async () => {
    const a = step('a');
    lab.app.workflow('order', async () => {
      await a();
      return 'fine';
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    expect(await lab.result(engine, id)).toBe('fine');
    await lab.clock.advance('1m');
    expect(log).toEqual(['a']);
  });

  it('a workflow without compensations ends at once', async () => {
    lab.app.workflow('order', () => Promise.reject(new Error('no')));
    const engine = await lab.engine();
    const points = lab.storage.faults.record();
    const id = await lab.start(engine, 'order');
    await fail(engine, id);
    expect(points.filter(({ operation, side }) => operation === 'commits.write' && side === 'after')).toHaveLength(2);
    expect(outputOf(id)).not.toHaveProperty('compensations');
  });

  it('the instance is compensating meanwhile, and a retry cannot bring it back', async () => {
    const gate = new Gate();
    const a = step('a', { compensation: () => gate.enter() });
    lab.app.workflow('order', async () => {
      await a();
      throw new Error('no');
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await until('the compensation runs', () => gate.entered === 1);
    expect(await engine.get(id)).toMatchObject({ status: 'compensating' });
    gate.open();
    await fail(engine, id);
    expect(await engine.get(id)).toMatchObject({ status: 'failed' });
  });
});

describe('a compensation', () => {
  it('is called with arguments, recorded result and the idempotency key of what it undoes', async () => {
    const calls: CompensationCall[] = [];
    const a = step('a', { compensation: (call) => void calls.push(call) });
    lab.app.workflow('order', async () => {
      await a({ when: new Date(9) });
      throw new Error('no');
    });
    const engine = await lab.engine();
    await fail(engine, await lab.start(engine, 'order', undefined, 'o1'));
    expect(calls).toEqual([
      {
        args: [{ when: new Date(9) }],
        result: { of: { when: new Date(9) } },
        inDoubt: false,
        idempotencyKey: 'o1/a:1',
      },
    ]);
  });

  it('has a retry policy of its own', async () => {
    const times: number[] = [];
    const a = step('a', {
      compensation: () => {
        times.push(lab.clock.now());
        if (times.length < 4) throw new Error('not yet');
      },
      compensationOptions: { retry: retry.fixed(5, '10s') },
    });
    lab.app.workflow('order', async () => {
      await a();
      throw new Error('no');
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await fail(engine, id);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 10_000, 20_000, 30_000]);
    expect(outputOf(id)).toMatchObject({ compensations: { executed: ['a:1'], failed: [] } });
    expect(lab.record(id).attempts.size).toBe(0);
  });

  it('that fails for good is reported, does not count as done, and the others still run', async () => {
    const a = step('a');
    const b = step('b', {
      compensation: () => {
        throw new TerminalError('the bank is gone');
      },
    });
    const c = step('c');
    lab.app.workflow('order', async () => {
      await a();
      await b();
      await c();
      throw new Error('no');
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await fail(engine, id);
    expect(log).toEqual(['a', 'b', 'c', 'undo c', 'undo a']);
    expect(outputOf(id).compensations).toEqual({
      executed: ['c:1', 'a:1'],
      failed: [{ step: 'b:1', compensation: 'undo_b', error: 'the bank is gone' }],
      in_doubt: [],
    });
    expect(lab.logged(/compensation failed for good/)).toMatchObject([{ level: 'error', fields: { step: 'b:1' } }]);
  });

  it('that is not registered any more is reported', async () => {
    const [a, b] = [step('a'), step('b')];
    lab.app.workflow('order', async () => {
      await a();
      await b();
      throw new Error('no');
    });
    const first = lab.storage.connect();
    const engine = await lab.engine({ storage: first });
    first.faults.intercept(({ side, entries }) =>
      side === 'after' && hasRow(entries, '$outcome') ? 'crash' : undefined,
    );
    const id = await lab.start(engine, 'order');
    await until('the process is dead', () => first.faults.crashed);
    const known = lab.app.registry.activity('b');
    if (!known) throw new Error('b is not registered');
    lab.app.registry.addActivity({ ...known, compensation: undefined });
    const second = await lab.anotherEngine();
    await fail(second, id);
    expect(log.filter((line) => line.startsWith('undo'))).toEqual(['undo a']);
    expect(outputOf(id).compensations?.failed).toMatchObject([
      { step: 'b:1', compensation: 'undo_b', error: expect.stringMatching(/No compensation "undo_b" is registered/) },
    ]);
  });

  it('is transactional unless it says otherwise: its writes and its row are one commit', async () => {
    const a = step('a', { compensation: () => effect('undone') });
    lab.app.workflow('order', async () => {
      await a();
      throw new Error('no');
    });
    const engine = await lab.engine();
    let conflicts = 0;
    lab.storage.faults.intercept(({ side, operation }) => {
      if (side !== 'before' || operation !== 'transaction.commit' || conflicts > 0) return undefined;
      conflicts += 1;
      return { fail: new Error('deferred constraint') };
    });
    const id = await lab.start(engine, 'order');
    await fail(engine, id);
    expect(conflicts).toBe(1);
    expect(lab.logged(/no longer holds/)).toEqual([]);
    expect(lab.storage.effects).toEqual(['undone']);
    expect(outputOf(id)).toMatchObject({ compensations: { executed: ['a:1'], failed: [] } });
  });

  it('sees its own signal, attempt and key', async () => {
    const seen: unknown[] = [];
    const a = step('a', {
      compensation: () => {
        const { attempt: number, idempotencyKey, activityName, stepId } = attempt();
        seen.push({ number, activityName, same: idempotencyKey === `o1/${stepId}` });
      },
    });
    lab.app.workflow('order', async () => {
      await a();
      throw new Error('no');
    });
    const engine = await lab.engine();
    await fail(engine, await lab.start(engine, 'order', undefined, 'o1'));
    expect(seen).toEqual([{ number: 1, activityName: 'undo_a', same: true }]);
  });
});

describe('ctx.addCompensation', () => {
  it('registers an activity by hand, in the row of the saga', async () => {
    const release = lab.app.activity(
      'release',
      (what: string, count: number) => void log.push(`release ${what} ${String(count)}`),
    );
    const a = step('a');
    lab.app.workflow('order', async (ctx) => {
      await a();
      await ctx.addCompensation(release, 'hold', 3);
      await a();
      throw new Error('no');
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await fail(engine, id);
    expect(log).toEqual(['a', 'a', 'undo a', 'release hold 3', 'undo a']);
    expect(lab.steps(id).slice(0, 3)).toEqual(['a:1', 'add_compensation:1', 'a:2']);
  });

  it('refuses arguments that cannot be stored, where the workflow can catch it', async () => {
    const release = lab.app.activity('release', (_what: unknown) => undefined);
    lab.app.workflow('order', async (ctx) => {
      const error = await failureOf(ctx.addCompensation(release, () => 1));
      return (error as { code?: string }).code;
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    expect(await lab.result(engine, id)).toBe('ROMANCY_UNSTORABLE_VALUE');
    expect(lab.record(id).compensations).toEqual([]);
  });
});

describe('bodies that still run when a workflow fails', () => {
  it('are awaited, their signals fire, and a late success is undone too', async () => {
    const gate = new Gate<string>();
    const slow = lab.app.activity('slow', () => gate.enter(), {
      transactional: false,
      compensation: ({ result }) => void log.push(`undo slow ${String(result)}`),
    });
    const fails = lab.app.activity('fails', () => {
      throw new TerminalError('no');
    });
    const a = step('a');
    lab.app.workflow('order', async () => {
      await a();
      await Promise.all([slow(), fails()]);
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await until('the signal fires', () => gate.signals[0]?.aborted === true);
    expect(gate.signals[0]?.reason).toMatchObject({ code: 'ROMANCY_ACTIVITY_ABORTED', reason: 'ended' });
    await lab.quiet();
    expect(log).toEqual(['a']);
    gate.open('charged');
    await fail(engine, id);
    expect(log).toEqual(['a', 'undo slow charged', 'undo a']);
    expect(outputOf(id).compensations).toMatchObject({ executed: ['slow:1', 'a:1'], in_doubt: [] });
  });

  it('no new body starts, and no attempt is repeated', async () => {
    let attempts = 0;
    const flaky = lab.app.activity(
      'flaky',
      () => {
        attempts += 1;
        throw new Error('again');
      },
      { retry: retry.fixed(9, '2s') },
    );
    const fails = lab.app.activity('fails', () => {
      throw new TerminalError('no');
    });
    lab.app.workflow('order', () =>
      Promise.all([flaky(), fails().catch((error: unknown) => Promise.reject(error as Error))]),
    );
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await fail(engine, id);
    await lab.clock.advance('1m');
    expect(attempts).toBe(1);
    expect(outputOf(id)).not.toHaveProperty('compensations');
  });

  it('open transactions roll back at once', async () => {
    const gate = new Gate();
    const stores = lab.app.activity('stores', async () => {
      await effect('stored');
      await gate.enter();
    });
    const fails = lab.app.activity('fails', async () => {
      await until('the other one has written', () => gate.entered === 1);
      throw new TerminalError('no');
    });
    lab.app.workflow('order', () => Promise.all([stores(), fails()]));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    const begun = lab.clock.now();
    await fail(engine, id);
    gate.open();
    await lab.quiet();
    expect(lab.clock.now() - begun).toBeLessThan(1000);
    expect(lab.storage.effects).toEqual([]);
    expect(outputOf(id)).not.toHaveProperty('compensations');
  });

  it.each([false, true])(
    'that outlive the grace time are in doubt (undone where that is asked for: %p)',
    async (inDoubt) => {
      const gate = new Gate();
      const calls: CompensationCall[] = [];
      const slow = lab.app.activity('slow', (_what: string) => gate.enter(), {
        transactional: false,
        inDoubt,
        compensation: (call) => void calls.push(call),
      });
      const fails = lab.app.activity('fails', () => {
        throw new TerminalError('no');
      });
      lab.app.workflow('order', () => Promise.all([slow('card'), fails()]));
      const engine = await lab.engine({ compensationGrace: '30s' });
      const id = await lab.start(engine, 'order', undefined, 'o1');
      const begun = lab.clock.now();
      await fail(engine, id);
      expect(lab.clock.now() - begun).toBeGreaterThanOrEqual(30_000);
      expect(outputOf(id).compensations).toMatchObject({ in_doubt: ['slow:1'] });
      expect(calls).toEqual(
        inDoubt ? [{ args: ['card'], result: undefined, inDoubt: true, idempotencyKey: 'o1/slow:1' }] : [],
      );
      gate.open();
      await lab.quiet();
      expect(lab.steps(id)).not.toContain('slow:1');
    },
  );

  it('that fail after their signal has fired are in doubt', async () => {
    const gate = new Gate();
    const slow = lab.app.activity('slow', () => gate.enter(), { transactional: false });
    const fails = lab.app.activity('fails', () => {
      throw new TerminalError('no');
    });
    lab.app.workflow('order', () => Promise.all([slow(), fails()]));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    await until('the signal fires', () => gate.signals[0]?.aborted === true);
    gate.fail(new Error('connection lost'));
    await fail(engine, id);
    expect(outputOf(id).compensations).toMatchObject({ in_doubt: ['slow:1'] });
  });

  it('are aborted and not awaited when the workflow returns', async () => {
    const gate = new Gate();
    const slow = lab.app.activity('slow', () => gate.enter(), { transactional: false });
    const quick = lab.app.activity('quick', () => 'first');
    lab.app.workflow('order', () => Promise.race([slow(), quick()]));
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    expect(await lab.result(engine, id)).toBe('first');
    expect(gate.signals[0]?.reason).toMatchObject({ reason: 'ended' });
    gate.open();
    await lab.quiet();
    expect(lab.steps(id)).toEqual(['quick:1']);
    expect(lab.row(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a crash while compensating', () => {
  function order(): void {
    const [a, b, c] = [step('a'), step('b'), step('c')];
    lab.app.workflow('order', async () => {
      await a();
      await b();
      await c();
      throw new TerminalError('declined', { code: 'CARD_DECLINED' });
    });
  }

  const isCompensation = (stepId: string): boolean => stepId.startsWith('compensation:');

  it.each([
    ['before the first was recorded', 0, 'before', ['c', 'c', 'b', 'a']],
    ['after the first was recorded', 0, 'after', ['c', 'b', 'a']],
    ['before the last was recorded', 2, 'before', ['c', 'b', 'a', 'a']],
    ['after the last was recorded', 2, 'after', ['c', 'b', 'a']],
  ] as const)('%s goes on from the rows, to the same end', async (_when, nth, side, undone) => {
    order();
    const first = lab.storage.connect();
    const engine = await lab.engine({ storage: first });
    let seen = 0;
    first.faults.intercept(({ side: at, entries }) => {
      if (at !== side || !entries.some(({ history }) => history.some((row) => isCompensation(row.activityId))))
        return undefined;
      seen += 1;
      return seen > nth ? 'crash' : undefined;
    });
    const id = await lab.start(engine, 'order');
    await until('the process is dead', () => first.faults.crashed);
    const second = await lab.anotherEngine();
    const { cause } = await fail(second, id);
    expect(cause).toMatchObject({ message: 'declined', code: 'CARD_DECLINED' });
    expect(cause).toBeInstanceOf(TerminalError);
    expect(log.filter((line) => line.startsWith('undo'))).toEqual(undone.map((name) => `undo ${name}`));
    expect(outputOf(id).compensations).toEqual({ executed: ['c:1', 'b:1', 'a:1'], failed: [], in_doubt: [] });
    expect(lab.steps(id).filter(isCompensation)).toHaveLength(3);
  });

  it('keeps what could not be undone in the outcome, with its reason', async () => {
    const a = step('a');
    const b = step('b', {
      compensation: () => {
        throw new TerminalError('the bank is gone');
      },
    });
    lab.app.workflow('order', async () => {
      await a();
      await b();
      throw new Error('no');
    });
    const first = lab.storage.connect();
    const engine = await lab.engine({ storage: first });
    first.faults.intercept(({ side, entries }) =>
      side === 'after' && entries.some(({ history }) => history.some((row) => row.eventType === 'CompensationFailed'))
        ? 'crash'
        : undefined,
    );
    const id = await lab.start(engine, 'order');
    await until('the process is dead', () => first.faults.crashed);
    const second = await lab.anotherEngine();
    await fail(second, id);
    expect(outputOf(id).compensations).toEqual({
      executed: ['a:1'],
      failed: [{ step: 'b:1', compensation: 'undo_b', error: 'the bank is gone' }],
      in_doubt: [],
    });
  });

  it('keeps the attempts of a compensation', async () => {
    const attempts: number[] = [];
    const a = step('a', {
      compensation: () => {
        attempts.push(attempt().attempt);
        throw new Error('never');
      },
      compensationOptions: { retry: retry.fixed(3, '20s') },
    });
    lab.app.workflow('order', async () => {
      await a();
      throw new Error('no');
    });
    const first = lab.storage.connect();
    const engine = await lab.engine({ storage: first });
    const id = await lab.start(engine, 'order');
    await lab.clock.advance('25s');
    expect(attempts).toEqual([1, 2]);
    first.faults.crash();
    const second = await lab.anotherEngine();
    await fail(second, id);
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('keeps what was in doubt', async () => {
    const gate = new Gate();
    const slow = lab.app.activity('slow', () => gate.enter(), { transactional: false });
    const a = step('a');
    const fails = lab.app.activity('fails', () => {
      throw new TerminalError('no');
    });
    lab.app.workflow('order', async () => {
      await a();
      await Promise.all([slow(), fails()]);
    });
    const first = lab.storage.connect();
    const engine = await lab.engine({ storage: first, compensationGrace: '1s' });
    first.faults.intercept(({ side, entries }) =>
      side === 'after' && hasRow(entries, '$outcome') ? 'crash' : undefined,
    );
    const id = await lab.start(engine, 'order');
    await lab.clock.advance('5s');
    expect(first.faults.crashed).toBe(true);
    const second = await lab.anotherEngine();
    await fail(second, id);
    expect(outputOf(id).compensations).toEqual({ executed: ['a:1'], failed: [], in_doubt: ['slow:1'] });
  });
});

describe('a compensation is registered with the success that it undoes', () => {
  it.each([true, false])('in one commit (transactional: %p)', async (stores) => {
    const a = step('a', stores ? {} : { transactional: false });
    const wrapped = lab.app.activity('wrapped', () => (stores ? effect('x') : undefined), {
      transactional: stores,
      compensation: () => void log.push('undo wrapped'),
    });
    lab.app.workflow('order', async () => {
      await wrapped();
      await a();
    });
    const engine = await lab.engine();
    const hold = new Hold(lab.storage, records('wrapped:1'));
    await lab.start(engine, 'order');
    await until('it is being committed', () => hold.reached);
    expect(hold.points[0]?.entries).toMatchObject([
      {
        history: [{ activityId: 'wrapped:1' }],
        compensations: [{ activityId: 'wrapped:1', activityName: 'undo_wrapped' }],
      },
    ]);
    hold.release();
  });
});
