import { UnstorableValueError, type WorkflowFailedError } from '@romancy/core';
import { attempt, effect } from '../support/app.js';
import { failureOf, Lab, until } from '../support/lab.js';

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

const circular = (): object => {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
};

describe('a result that cannot be stored', () => {
  it.each([
    ['a function inside', () => ({ list: [() => 1] }), '$.list[0]'],
    ['a circle', circular, '$.self'],
    ['a symbol', () => ({ kind: Symbol('x') }), '$.kind'],
    ['an invalid date', () => ({ when: new Date(NaN) }), '$.when'],
  ])('is a recorded failure that is not repeated: %s', async (_what, value, path) => {
    let calls = 0;
    const work = lab.app.activity('work', async () => {
      calls += 1;
      await effect('written');
      return value();
    });
    lab.app.workflow('order', async () => {
      const error = await failureOf(work());
      return [error instanceof UnstorableValueError, (error as UnstorableValueError).path];
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    expect(await lab.result(engine, id)).toEqual([true, path]);
    expect(calls).toBe(1);
    expect(lab.storage.effects).toEqual([]);
    expect(lab.history(id)).toMatchObject([{ activityId: 'work:1', eventType: 'ActivityFailed' }]);
  });

  it('is told with its place and the cure when nobody catches it', async () => {
    const work = lab.app.activity('work', () => ({ items: [{ price: Symbol('eur') }] }));
    lab.app.workflow('order', () => work());
    const { cause } = (await failureOf(lab.execute(await lab.engine(), 'order'))) as WorkflowFailedError;
    expect(cause).toMatchObject({
      code: 'ROMANCY_UNSTORABLE_VALUE',
      retryable: false,
      message: expect.stringContaining('$.items[0].price'),
    });
  });

  it('of the workflow itself fails it', async () => {
    lab.app.workflow('order', () => ({ fn: () => 1 }));
    const { cause } = (await failureOf(lab.execute(await lab.engine(), 'order'))) as WorkflowFailedError;
    expect(cause).toMatchObject({ code: 'ROMANCY_UNSTORABLE_VALUE' });
  });

  it('is refused by what the database can hold, too', async () => {
    await lab.close();
    lab = new Lab({ limits: { refusesNul: true } });
    const work = lab.app.activity('work', (text: string) => text);
    const make = lab.app.activity('make', () => 'a\0b');
    lab.app.workflow('order', async () => [
      ((await failureOf(make())) as { code?: string }).code,
      ((await failureOf(work('a\0b'))) as { code?: string }).code,
      await work('fine'),
    ]);
    const engine = await lab.engine();
    expect(await lab.execute(engine, 'order')).toEqual([
      'ROMANCY_UNSTORABLE_VALUE',
      'ROMANCY_UNSTORABLE_VALUE',
      'fine',
    ]);
    const fails = lab.app.activity('fails', () => {
      throw new Error('with a \0 in its message');
    });
    lab.app.workflow('failing', () => fails());
    const other = await lab.anotherEngine({ defaultRetry: { maxAttempts: 1 } });
    const { cause } = (await failureOf(lab.execute(other, 'failing'))) as WorkflowFailedError;
    expect(cause).toMatchObject({ code: 'ROMANCY_RETRY_EXHAUSTED' });
  });

  it('may not be larger than allowed', async () => {
    const work = lab.app.activity('work', (size: number) => 'x'.repeat(size));
    lab.app.workflow('order', async () => [
      (await work(500)).length,
      ((await failureOf(work(2000))) as { code?: string }).code,
    ]);
    const engine = await lab.engine({ maxPayloadBytes: 1000 });
    expect(await lab.execute(engine, 'order')).toEqual([500, 'ROMANCY_PAYLOAD_TOO_LARGE']);
    expect(await failureOf(engine.startInstance({ workflowName: 'order', input: 'x'.repeat(2000) }))).toMatchObject({
      code: 'ROMANCY_PAYLOAD_TOO_LARGE',
    });
  });
});

describe('arguments that cannot be stored', () => {
  it('are a recorded failure of the call, which the workflow can catch, live and in a replay', async () => {
    let called = 0;
    const work = lab.app.activity('work', (_value: unknown) => void (called += 1));
    lab.app.workflow('order', async (ctx) => {
      const error = await failureOf(work({ fn: () => 1 }));
      await ctx.sleep('1m');
      return [(error as { code?: string }).code, error instanceof UnstorableValueError];
    });
    const engine = await lab.engine({ cacheSize: 0 });
    const id = await lab.start(engine, 'order');
    expect(await lab.clock.runUntil(engine.result(id, { timeout: '10m' }))).toEqual(['ROMANCY_UNSTORABLE_VALUE', true]);
    expect(called).toBe(0);
    expect(lab.steps(id)).toEqual(['work:1', 'sleep:1']);
  });
});

describe('a step of an activity that is not registered', () => {
  it('is a recorded failure with the names that are', async () => {
    const known = lab.app.activity('known', () => 1);
    const unknown = new Lab().app.activity('unknown', () => 1);
    lab.app.workflow('order', async () => [await known(), ((await failureOf(unknown())) as Error).message]);
    const result = await lab.execute(await lab.engine(), 'order');
    expect(result).toEqual([1, expect.stringMatching(/unknown[^]*known/)]);
  });
});

describe('a long history', () => {
  function loop(): void {
    const work = lab.app.activity('work', (n: number) => n, { transactional: false });
    lab.app.workflow('loop', async (_ctx, rounds: number) => {
      for (let round = 1; round <= rounds; round += 1) await work(round);
      return rounds;
    });
  }

  it('is warned of once', async () => {
    loop();
    const engine = await lab.engine({ historyWarnRows: 10 });
    await lab.execute(engine, 'loop', 9);
    expect(lab.logged(/growing long/)).toEqual([]);
    const id = await lab.start(engine, 'loop', 30);
    await lab.result(engine, id);
    expect(lab.logged(/growing long/)).toMatchObject([{ level: 'warn', fields: { instanceId: id, rows: 10 } }]);
  });

  it('is refused at the limit: the instance is blocked, keeps what it has, and goes on when the limit is raised', async () => {
    loop();
    const engine = await lab.engine({ historyMaxRows: 20 });
    const id = await lab.start(engine, 'loop', 25);
    await until('it is blocked', () => lab.record(id).block !== undefined);
    expect(lab.steps(id)).toHaveLength(20);
    expect(await engine.block(id)).toMatchObject({
      code: 'ROMANCY_HISTORY_LIMIT',
      explanation: { rows: 20, limit: 20, message: expect.stringMatching(/raise historyMaxRows/) },
    });
    await engine.stop();
    const raised = await lab.anotherEngine({ historyMaxRows: 100 });
    expect(await raised.retryBlocked(id)).toBe(true);
    expect(await lab.result(raised, id)).toBe(25);
  });

  it('may end exactly at the limit', async () => {
    loop();
    expect(await lab.execute(await lab.engine({ historyMaxRows: 20 }), 'loop', 20)).toBe(20);
  });

  it.each([0, 1000])('of thousands of rows replays page by page (cacheSize %d)', async (cacheSize) => {
    const work = lab.app.activity('work', (n: number) => n, { transactional: false });
    let runs = 0;
    lab.app.workflow('many', async (ctx) => {
      runs += 1;
      const all = Array.from({ length: 2500 }, (_, index) => work(index));
      const sum = (await Promise.all(all)).reduce((a, b) => a + b, 0);
      await ctx.sleep('1m');
      return sum;
    });
    const engine = await lab.engine({ cacheSize, maxConcurrentActivities: 5000 });
    expect(await lab.execute(engine, 'many')).toBe((2499 * 2500) / 2);
    expect(runs).toBe(cacheSize === 0 ? 2 : 1);
  });
});

describe('what the database cannot hold', () => {
  it('a stage that is too long is cut to what fits', async () => {
    await lab.close();
    lab = new Lab({ limits: { maxIdLength: 255 } });
    const work = lab.app.activity('work', () => 1);
    lab.app.workflow('order', async (ctx) => {
      ctx.setStage('x'.repeat(300));
      return work();
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    expect(await lab.clock.runUntil(engine.result(id, { timeout: '1m' }))).toBe(1);
    expect(lab.row(id).stage).toMatch(/^x{200,}…$/);
  });

  it('a deadline that is too late fails the call', async () => {
    await lab.close();
    lab = new Lab({ limits: { maxTime: Date.parse('2038-01-19T03:14:07Z') } });
    lab.app.workflow('order', async (ctx) => {
      const error = (await failureOf(ctx.sleepUntil(new Date('2040-01-01T00:00:00Z')))) as { code?: string };
      await ctx.sleep('1m');
      return error.code;
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    expect(await lab.clock.runUntil(engine.result(id, { timeout: '1h' }))).toBe('ROMANCY_UNSTORABLE_VALUE');
  });

  it('the id of a step that is too long fails the call', async () => {
    await lab.close();
    lab = new Lab({ limits: { maxIdLength: 100 } });
    lab.app.workflow('order', async (ctx) => {
      const error = await failureOf(ctx.step('note', () => 1, { key: 'k'.repeat(100) }));
      return (error as { code?: string }).code;
    });
    expect(await lab.execute(await lab.engine(), 'order')).toBe('ROMANCY_STEP_ID');
  });

  it('a retry of a step with the longest id can be parked: its timer fits, too', async () => {
    await lab.close();
    lab = new Lab({ limits: { maxIdLength: 100 } });
    const key = 'k'.repeat(100);
    let longest = 0;
    lab.app.workflow('order', async (ctx) => {
      for (let length = key.length; length > 0; length -= 1) {
        // By the recorded number: a counter of this run would start again at every replay.
        const body = (): void => {
          if (attempt().attempt < 2) throw new Error('once');
        };
        const options = { key: key.slice(0, length), retry: { initialInterval: '10m', jitter: 0 } } as const;
        const refused = await ctx.step('note', body, options).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (refused === undefined) return length;
      }
      return 0;
    });
    const engine = await lab.engine();
    lab.storage.faults.intercept(({ entries }) => {
      for (const { timerId } of entries.flatMap(({ addTimers }) => addTimers))
        longest = Math.max(longest, timerId.length);
      return undefined;
    });
    expect(await lab.execute(engine, 'order')).toBeGreaterThan(50);
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(100);
  });
});

describe('values', () => {
  it('are the same for the workflow live and in a replay: a result passes the codec on both ways', async () => {
    class Money {
      constructor(readonly amount: number) {}
    }
    const seen: unknown[] = [];
    const work = lab.app.activity('work', () => ({
      money: new Money(5),
      when: new Date(7),
      map: new Map([['a', new Set([1n])]]),
      missing: undefined,
      bytes: new Uint8Array([1, 2]),
    }));
    lab.app.workflow('order', async (ctx) => {
      seen.push(await work());
      await ctx.sleep('1m');
    });
    await lab.execute(await lab.engine({ cacheSize: 0 }), 'order');
    expect(seen).toHaveLength(2);
    expect(seen[0]).toEqual(seen[1]);
    for (const value of seen) {
      const { money } = value as { money: object };
      expect(Object.getPrototypeOf(money)).toBe(Object.prototype);
    }
  });

  it('are not shared with the body of an activity', async () => {
    const held: { list: number[] } = { list: [1] };
    const work = lab.app.activity('work', (given: { list: number[] }) => {
      given.list.push(99);
      return given;
    });
    lab.app.workflow('order', async () => {
      const result = await work(held);
      result.list.push(100);
      return held.list;
    });
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    expect(await lab.result(engine, id)).toEqual([1]);
    expect(lab.data(id, 'work:1')).toMatchObject({ result: { list: [1, 99] }, input: { args: [{ list: [1] }] } });
  });

  it('failures keep class, code, cause and own properties, live and in a replay', async () => {
    class OutOfStock extends Error {
      readonly code = 'OUT_OF_STOCK';
      constructor(readonly sku: string) {
        super(`no ${sku}`, { cause: new TypeError('because') });
      }
    }
    const seen: unknown[] = [];
    const work = lab.app.activity('work', () => {
      throw Object.assign(new OutOfStock('widget'), { retryable: false });
    });
    lab.app.workflow('order', async (ctx) => {
      const error = await failureOf(work());
      seen.push(error);
      await ctx.sleep('1m');
      return error instanceof OutOfStock ? error.sku : 'another class';
    });
    const engine = await lab.engine({ cacheSize: 0, errors: [OutOfStock] });
    expect(await lab.execute(engine, 'order')).toBe('widget');
    expect(seen).toHaveLength(2);
    for (const error of seen) {
      expect(error).toBeInstanceOf(OutOfStock);
      expect(error).toMatchObject({ code: 'OUT_OF_STOCK', sku: 'widget', message: 'no widget' });
      expect((error as Error).cause).toBeInstanceOf(TypeError);
      expect((error as Error).stack).toContain('limits.spec');
    }
  });
});

describe('a run', () => {
  it('has an object of its own, whose fields are its state', async () => {
    const work = lab.app.activity('work', (n: number) => n * 2);
    let made = 0;
    class Counting {
      sum = 0;
      constructor() {
        made += 1;
      }
      async run(input: unknown): Promise<number> {
        this.sum += await work(input as number);
        this.sum += await work(1);
        return this.sum;
      }
    }
    lab.app.registry.addWorkflow({ name: 'counting', sourceHash: 'v1', sourceCode: '', create: () => new Counting() });
    const engine = await lab.engine();
    const ids = await Promise.all([1, 2, 3].map((n) => lab.start(engine, 'counting', n)));
    expect(await Promise.all(ids.map((id) => lab.result(engine, id)))).toEqual([4, 6, 8]);
    expect(made).toBe(3);
  });
});

describe('an activity inside an activity', () => {
  it('is a plain call: no step of its own, and in the same attempt', async () => {
    const stepIds: string[] = [];
    const inner = lab.app.activity('inner', async () => {
      stepIds.push(attempt().stepId);
      await effect('inner');
      return 'inner';
    });
    const outer = lab.app.activity('outer', async () => {
      await effect('outer');
      return [await inner(), await inner()];
    });
    lab.app.workflow('order', async (ctx) => [await outer(), await ctx.step('inline', () => failureOf(inner()))]);
    const engine = await lab.engine();
    const id = await lab.start(engine, 'order');
    const [first, second] = (await lab.result(engine, id)) as [unknown, Error];
    expect(first).toEqual(['inner', 'inner']);
    // An inline step has no transaction, and the plain call inside it none either.
    expect(second.message).toMatch(/not transactional/);
    expect(stepIds).toEqual(['outer:1', 'outer:1', 'inline:1']);
    expect(lab.steps(id)).toEqual(['outer:1', 'inline:1']);
    expect(lab.storage.effects).toEqual(['outer', 'inner', 'inner']);
  });

  it('fails with it, as one', async () => {
    const inner = lab.app.activity('inner', async () => {
      await effect('inner');
      throw new Error('inner failed');
    });
    const outer = lab.app.activity('outer', async () => {
      await effect('outer');
      return inner();
    });
    lab.app.workflow('order', () => outer());
    const engine = await lab.engine({ defaultRetry: { maxAttempts: 2, initialInterval: 0 } });
    const { cause } = (await failureOf(lab.execute(engine, 'order'))) as WorkflowFailedError;
    expect(cause).toMatchObject({
      details: { activityName: 'outer', attempts: 2 },
      cause: { message: 'inner failed' },
    });
    expect(lab.storage.effects).toEqual([]);
  });

  it('outside of any workflow is an ordinary call', async () => {
    const plain = lab.app.activity('plain', (a: number, b: number) => a + b);
    expect(await plain(2, 3)).toBe(5);
  });
});
