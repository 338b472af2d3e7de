import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { activity, completed, startRun, type CoroutineRun } from '../../test/support/coroutine-run.js';
import { unhandledDuring } from '../../test/support/unhandled.js';

const charge = activity('charge');
const ship = activity('ship');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('a suspended step', () => {
  it('is a promise that does not settle: neither catch, finally nor the next line sees it', async () => {
    const seen: string[] = [];
    const run = await startRun(async () => {
      try {
        await charge(1);
        seen.push('next line');
      } catch {
        seen.push('catch');
      } finally {
        seen.push('finally');
      }
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([]);
    expect(run.pending).toEqual(['charge:1']);
    expect(run.coroutine.outcome).toBeUndefined();
    await run.succeed('charge:1', 7);
    expect(seen).toEqual(['next line', 'finally']);
  });

  it('gives its recorded value, or throws its recorded error', async () => {
    const error = new Error('declined');
    const run = await startRun(async () => {
      const amount = await charge();
      try {
        await ship();
      } catch (caught) {
        return [amount, caught];
      }
      return undefined;
    });
    await run.succeed('charge:1', 12);
    await run.fail('ship:1', error);
    expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: [12, error] });
  });
});

describe('steps asked for together', () => {
  it('all are asked for before one is settled; Promise.all gives the results in its own order', async () => {
    const run = await startRun(() => Promise.all([charge('a'), ship('b'), charge('c')]));
    expect(run.asked).toEqual(['charge:1', 'ship:1', 'charge:2']);
    await run.succeed('charge:2', 3);
    await run.succeed('charge:1', 1);
    expect(run.coroutine.outcome).toBeUndefined();
    await run.succeed('ship:1', 2);
    expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: [1, 2, 3] });
  });

  it('Promise.race goes to the event that comes first in the history', async () => {
    const run = await startRun((ctx) => Promise.race([charge(), ctx.sleep('1m').then(() => 'timeout')]));
    expect(run.asked).toEqual(['charge:1', 'sleep:1']);
    await run.succeed('sleep:1');
    expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: 'timeout' });
  });

  it('Promise.any skips failures; Promise.allSettled tells them', async () => {
    const any = await startRun(() => Promise.any([charge(), ship()]));
    await any.fail('charge:1', new Error('no'));
    expect(any.coroutine.outcome).toBeUndefined();
    await any.succeed('ship:1', 'sent');
    expect(any.coroutine.outcome).toEqual({ kind: 'completed', value: 'sent' });

    const settled = await startRun(() => Promise.allSettled([charge(), ship()]));
    await settled.succeed('ship:1', 'sent');
    await settled.fail('charge:1', 'no');
    expect(settled.coroutine.outcome).toEqual({
      kind: 'completed',
      value: [
        { status: 'rejected', reason: 'no' },
        { status: 'fulfilled', value: 'sent' },
      ],
    });
  });

  it('Promise.any fails when all have failed', async () => {
    const run = await startRun(() => Promise.any([charge(), ship()]));
    await run.fail('charge:1', new Error('a'));
    await run.fail('ship:1', new Error('b'));
    expect(run.coroutine.outcome).toMatchObject({ kind: 'failed', error: expect.any(AggregateError) });
  });

  it('a loser of a race can still be settled, and its failure bothers nobody', async () => {
    const unhandled = await unhandledDuring(async () => {
      const run = await startRun(async () => {
        const first = await Promise.race([charge(), ship()]);
        return [first, await ship('again')];
      });
      await run.succeed('charge:1', 1);
      await run.fail('ship:1', new Error('the loser fails'));
      expect(run.coroutine.violation).toBeUndefined();
      await run.succeed('ship:2', 2);
      expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: [1, 2] });
    });
    expect(unhandled).toEqual([]);
  });

  it('a step that nobody awaits may fail', async () => {
    const unhandled = await unhandledDuring(async () => {
      const run = await startRun(async () => {
        void charge();
        await ship();
      });
      await run.fail('charge:1', new Error('nobody cares'));
      await run.succeed('ship:1');
      expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: undefined });
    });
    expect(unhandled).toEqual([]);
  });

  it('Promise.all that failed early leaves the later failures of the others unheard', async () => {
    const unhandled = await unhandledDuring(async () => {
      const run = await startRun(() => Promise.all([charge(), ship()]));
      await run.fail('ship:1', new Error('first'));
      expect(run.coroutine.outcome).toMatchObject({ kind: 'failed' });
      await run.fail('charge:1', new Error('second'));
      expect(run.coroutine.violation).toBeUndefined();
    });
    expect(unhandled).toEqual([]);
  });
});

describe('ordered delivery', () => {
  /** Two branches that share their activities' names: which call gets which number depends on the order of delivery alone. */
  async function branches(): Promise<unknown> {
    const branch = async (name: string): Promise<unknown[]> => [name, await charge(name), await ship(name)];
    return Promise.all([branch('left'), branch('right')]);
  }

  it('numbers chained steps by the order in which their predecessors were delivered', async () => {
    const run = await startRun(branches);
    await run.succeed('charge:2', 'r');
    await run.succeed('charge:1', 'l');
    const args = run.commands.map((command) => [command.stepId, 'args' in command ? command.args[0] : undefined]);
    expect(args).toEqual([
      ['charge:1', 'left'],
      ['charge:2', 'right'],
      ['ship:1', 'right'],
      ['ship:2', 'left'],
    ]);
  });

  it('gives each branch its own result again when the same events are delivered one by one', async () => {
    const history = [
      completed('charge:2', 'r'),
      completed('charge:1', 'l'),
      completed('ship:2', 'left sent'),
      completed('ship:1', 'right sent'),
    ];
    const run = await startRun(branches);
    for (const event of history) await run.deliver(event);
    expect(run.coroutine.outcome).toEqual({
      kind: 'completed',
      value: [
        ['left', 'l', 'left sent'],
        ['right', 'r', 'right sent'],
      ],
    });
  });

  it('lets everything that an event causes happen before the next one is looked at', async () => {
    const run = await startRun(async () => {
      let value = await charge();
      for (let hop = 0; hop < 500; hop += 1) value = await Promise.resolve(value);
      return ship(value);
    });
    await run.succeed('charge:1', 'paid');
    expect(run.asked).toEqual(['charge:1', 'ship:1']);
  });

  it('ignores a second event of a settled step', async () => {
    const run = await startRun(async () => [await charge(), await ship()]);
    await run.succeed('charge:1', 1);
    await run.deliver(completed('charge:1', 2));
    await run.succeed('ship:1', 3);
    expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: [1, 3] });
    expect(run.coroutine.violation).toBeUndefined();
  });
});

describe('an outcome', () => {
  it.each([
    ['a returned value', () => 5, { kind: 'completed', value: 5 }],
    ['nothing', () => undefined, { kind: 'completed', value: undefined }],
    ['a promise', () => Promise.resolve('x'), { kind: 'completed', value: 'x' }],
    ['a thenable', () => ({ then: (resolve: (value: number) => void) => resolve(3) }), { kind: 'completed', value: 3 }],
  ])('is %s', async (_what, workflow, outcome) => {
    expect((await startRun(workflow)).coroutine.outcome).toEqual(outcome);
  });

  it.each([
    ['thrown at once', (): never => { throw new TypeError('broken'); }], // prettier-ignore
    ['thrown later', async (): Promise<never> => { await Promise.resolve(); throw new TypeError('broken'); }], // prettier-ignore
  ])('is an error that was %s', async (_when, workflow) => {
    const { outcome } = (await startRun(workflow)).coroutine;
    expect(outcome).toEqual({ kind: 'failed', error: new TypeError('broken') });
  });
});

describe('commands', () => {
  it('are handed out once, in the order of asking', async () => {
    const run = await startRun((ctx) => Promise.all([ship(2), ctx.step('note', () => 1), charge(1)]));
    expect(run.commands.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'activity ship',
      'step note',
      'activity charge',
    ]);
    expect(run.coroutine.takeCommands()).toEqual([]);
    expect(run.pending).toEqual(['ship:1', 'note:1', 'charge:1']);
    expect(run.coroutine.pendingCount).toBe(3);
  });

  it('carry the arguments as they were given', async () => {
    const order = { id: 7 };
    const run = await startRun(() => charge(order, 'eur'));
    expect(run.commands).toMatchObject([
      { stepId: 'charge:1', kind: 'activity', name: 'charge', args: [order, 'eur'] },
    ]);
  });

  it('leave the pending ones when their event comes', async () => {
    const run = await startRun(() => Promise.all([charge(), ship()]));
    await run.succeed('charge:1');
    expect(run.pending).toEqual(['ship:1']);
    expect(run.coroutine.isSettled('charge:1')).toBe(true);
    expect(run.coroutine.isSettled('ship:1')).toBe(false);
  });
});

describe('the stage', () => {
  it('is the last one set since it was taken', async () => {
    const run = await startRun(async (ctx) => {
      ctx.setStage('one');
      ctx.setStage('two');
      await charge();
      ctx.setStage('three');
    });
    expect(run.coroutine.takeStage()).toBe('two');
    expect(run.coroutine.takeStage()).toBeUndefined();
    await run.succeed('charge:1');
    expect(run.coroutine.takeStage()).toBe('three');
  });

  it('is kept by a replay too: the crash may have come before the commit that would have brought it', async () => {
    const run = await startRun(
      async (ctx) => {
        ctx.setStage('one');
        await charge();
        ctx.setStage('two');
      },
      { replaying: true },
    );
    expect(run.coroutine.takeStage()).toBe('one');
    await run.succeed('charge:1');
    run.coroutine.replaying = false;
    expect(run.coroutine.takeStage()).toBe('two');
  });
});

describe('a parked coroutine that is forgotten', () => {
  /** Made in a function of its own, so that no variable of the test holds the coroutine. */
  async function park(): Promise<WeakRef<CoroutineRun['coroutine']>> {
    const run = await startRun(async (ctx) => {
      const timeout = ctx.sleep('30d');
      await Promise.race([timeout, charge(), Promise.allSettled([ship(), charge()])]);
    });
    return new WeakRef(run.coroutine);
  }

  it('is collected with all that it holds', async () => {
    const parked = await Promise.all(Array.from({ length: 20 }, park));
    let left = parked.length;
    for (let attempt = 0; attempt < 50 && left > 0; attempt += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
      left = parked.filter((reference) => reference.deref() !== undefined).length;
    }
    expect(left).toBe(0);
  });
});
