import { fileURLToPath } from 'node:url';
import { activity, completed, startRun, STARTED_AT, type WorkflowFunction } from './support/coroutine-run.js';
import type { HistoryEvent } from '../src/replay/event.js';
import type { Violation } from '../src/replay/violation.js';

// Beside the sources a call would count as the library's own; here it is a user's.
const charge = activity('charge');
const ship = activity('ship');
const HERE = fileURLToPath(import.meta.url);

/** `file:line` of the line after the call of this. */
function nextLine(): string {
  const line = /:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[2] ?? '')?.[1];
  return `${HERE}:${Number(line) + 1}`;
}

/** What the guard finds when this history is delivered to this code. */
async function replay(workflow: WorkflowFunction, history: readonly HistoryEvent[]): Promise<Violation | undefined> {
  const run = await startRun(workflow, { replaying: true });
  for (const event of history) {
    if (run.coroutine.violation) break;
    await run.deliver(event);
  }
  return run.coroutine.violation;
}

const slept = (stepId: string): HistoryEvent => ({ ...completed(stepId), kind: 'sleep', name: undefined });

describe('the guard, on code that fits its history', () => {
  it('finds nothing', async () => {
    const workflow: WorkflowFunction = async (ctx) => {
      await charge(1);
      await ctx.sleep('1s');
      await ctx.step('note', () => 1);
      await Promise.race([charge(2), ship()]);
    };
    const history = [completed('charge:1'), slept('sleep:1'), completed('note:1'), completed('ship:1')];
    expect(await replay(workflow, history)).toBeUndefined();
    expect(await replay(workflow, [...history, completed('charge:2')])).toBeUndefined();
    for (let prefix = 0; prefix < history.length; prefix += 1) {
      expect(await replay(workflow, history.slice(0, prefix))).toBeUndefined();
    }
  });

  it('minds no row of an activity whose name was not recorded', async () => {
    expect(await replay(() => charge(), [completed('charge:1', 1, { name: undefined })])).toBeUndefined();
  });
});

describe('a recorded step that is not asked for', () => {
  it('is reported with what is asked for instead, and where', async () => {
    let site = '';
    const violation = await replay(async () => {
      await charge(1);
      site = nextLine();
      await ship('to', 'town');
    }, [completed('charge:1'), completed('invoice:1', 5, { time: STARTED_AT + 9, inputText: '["a"]' })]);
    expect(violation).toEqual({
      kind: 'missing-step',
      stepId: 'invoice:1',
      asked: [{ stepId: 'ship:1', kind: 'activity', name: 'ship', callSite: site }],
      recorded: { stepId: 'invoice:1', kind: 'activity', name: 'invoice', time: STARTED_AT + 9, inputText: '["a"]' },
    });
  });

  it('is found for a second call of a known name', async () => {
    const violation = await replay(async () => {
      await charge(1);
      await ship();
    }, [completed('charge:1'), completed('charge:2')]);
    expect(violation).toMatchObject({ kind: 'missing-step', stepId: 'charge:2', asked: [{ stepId: 'ship:1' }] });
  });

  it('names every step that is pending', async () => {
    const violation = await replay(() => Promise.all([charge(), ship(), charge()]), [completed('pack:1')]);
    expect(violation?.asked.map((step) => step.stepId)).toEqual(['charge:1', 'ship:1', 'charge:2']);
  });

  it('is found when an earlier step was moved behind it', async () => {
    const violation = await replay(async () => {
      await ship();
      await charge();
    }, [completed('charge:1'), completed('ship:1')]);
    expect(violation).toMatchObject({ kind: 'missing-step', stepId: 'charge:1', asked: [{ stepId: 'ship:1' }] });
  });

  it('tells the helper that calls the activity as the place of the call', async () => {
    let site = '';
    const helper = (): Promise<unknown> => {
      site = nextLine();
      return ship();
    };
    const violation = await replay(() => helper(), [completed('charge:1')]);
    expect(violation?.asked[0]?.callSite).toBe(site);
  });

  it.each([
    ['ctx.step', (ctx: Parameters<WorkflowFunction>[0]) => ctx.step('note', () => 1)],
    ['ctx.sleep', (ctx: Parameters<WorkflowFunction>[0]) => ctx.sleep('1s')],
    ['ctx.sleepUntil', (ctx: Parameters<WorkflowFunction>[0]) => ctx.sleepUntil(STARTED_AT)],
    ['ctx.addCompensation', (ctx: Parameters<WorkflowFunction>[0]) => ctx.addCompensation(ship)],
  ])('tells the place of a call of %s', async (_name, ask) => {
    const violation = await replay(ask, [completed('charge:1')]);
    expect(violation?.asked[0]?.callSite).toMatch(new RegExp(`^${HERE}:\\d+$`));
  });
});

describe('a recorded id that is now another step', () => {
  it('is reported when the name under a key has changed its activity', async () => {
    let site = '';
    const violation = await replay(
      async (ctx) => {
        site = nextLine();
        await ctx.step('pay', () => 1, { key: 'k' });
      },
      [completed('pay:=k', 1, { name: 'payOld' })],
    );
    expect(violation).toMatchObject({
      kind: 'step-changed',
      stepId: 'pay:=k',
      asked: [{ stepId: 'pay:=k', kind: 'step', name: 'pay', callSite: site }],
      recorded: { stepId: 'pay:=k', name: 'payOld' },
    });
  });

  it('is reported when an activity has become a sleep, or the other way round', async () => {
    const asSleep = await replay((ctx) => ctx.sleep('1s'), [completed('sleep:1')]);
    expect(asSleep).toMatchObject({ kind: 'step-changed', asked: [{ kind: 'sleep' }], recorded: { kind: 'activity' } });
    const asActivity = await replay(() => charge(), [slept('charge:1')]);
    expect(asActivity).toMatchObject({ kind: 'step-changed', recorded: { kind: 'sleep' } });
  });

  it('leaves the step pending, so that its result goes nowhere', async () => {
    const run = await startRun(() => charge());
    await run.deliver(slept('charge:1'));
    expect(run.pending).toEqual(['charge:1']);
    expect(run.coroutine.outcome).toBeUndefined();
  });
});

describe('a workflow that ends before its history', () => {
  it('is reported with the step that was never asked for', async () => {
    const violation = await replay(async () => {
      await charge();
      return 'done';
    }, [completed('charge:1'), completed('ship:1')]);
    expect(violation).toMatchObject({
      kind: 'unread-history',
      stepId: 'ship:1',
      asked: [],
      recorded: { name: 'ship' },
    });
  });

  it('may leave losers of a race behind', async () => {
    const violation = await replay(
      () => Promise.race([charge(), ship()]),
      [completed('ship:1'), completed('charge:1')],
    );
    expect(violation).toBeUndefined();
  });
});

describe('a step asked for outside a turn', () => {
  it('is reported with the place of the call, and to whoever drives the coroutine', async () => {
    let site = '';
    let reported = 0;
    const run = await startRun(
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        site = nextLine();
        await charge();
      },
      { onLateViolation: () => (reported += 1) },
    );
    expect(run.coroutine.violation).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
    expect(run.coroutine.violation).toEqual({
      kind: 'non-durable-await',
      stepId: 'charge:1',
      asked: [{ stepId: 'charge:1', kind: 'activity', name: 'charge', callSite: site }],
      recorded: undefined,
    });
    expect(reported).toBe(1);
    expect(run.coroutine.takeCommands()).toEqual([]);
  });

  it('is reported once, and not after the end', async () => {
    let reported = 0;
    const late = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      void charge();
      void charge();
    };
    const onLateViolation = (): void => void (reported += 1);
    const ended = await startRun(() => void late(), { onLateViolation });
    await new Promise((resolve) => setImmediate(resolve));
    expect(reported).toBe(0);
    expect(ended.coroutine.violation).toBeUndefined();
    await startRun(late, { onLateViolation });
    await new Promise((resolve) => setImmediate(resolve));
    expect(reported).toBe(1);
  });
});

describe('a violation', () => {
  it('is the first one: what follows from it says nothing', async () => {
    const run = await startRun(() => charge());
    await run.deliver(completed('ship:1'));
    await run.deliver(slept('charge:1'));
    run.coroutine.stall();
    expect(run.coroutine.violation?.kind).toBe('missing-step');
  });

  it('says `stalled` when the driver finds that nothing can come', async () => {
    const run = await startRun(() => new Promise(() => undefined));
    run.coroutine.stall();
    expect(run.coroutine.violation).toEqual({ kind: 'stalled', stepId: undefined, asked: [], recorded: undefined });
  });
});

describe('the place of a call', () => {
  it('is not looked for where the guard does not need it: it costs more than the step', async () => {
    const run = await startRun(() => charge());
    expect(run.commands[0]?.callSite).toBeUndefined();
  });
});
