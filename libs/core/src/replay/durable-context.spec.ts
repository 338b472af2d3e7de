import { activity, completed, startRun, STARTED_AT } from '../../test/support/coroutine-run.js';
import { unhandledDuring } from '../../test/support/unhandled.js';
import type { WorkflowContext } from '../definition/workflow-context.js';
import type { Logger } from '../ports/logger.js';
import { runInScope, type ActivityScope } from '../scope/scope.js';
import type { Command } from './command.js';

const charge = activity('charge');
const refund = activity('refund');

const DAY = 86_400_000;

/** A scope as it is around the body of an activity; only its kind matters here. */
const insideActivity = { kind: 'activity' } as unknown as ActivityScope;

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

function deadlineOf(command: Command | undefined): number {
  if (command?.kind !== 'sleep') throw new Error('This is no sleep.');
  return command.deadline;
}

describe('ctx.sleep', () => {
  it('ends after its duration, counted from the last delivered event', async () => {
    const run = await startRun(async (ctx) => {
      await ctx.sleep('2d');
      await ctx.sleep(500);
    });
    expect(run.commands).toMatchObject([{ stepId: 'sleep:1', kind: 'sleep', deadline: STARTED_AT + 2 * DAY }]);
    await run.deliver({ ...sleepEvent('sleep:1'), time: STARTED_AT + 2 * DAY + 40 });
    expect(deadlineOf(run.commands[1])).toBe(STARTED_AT + 2 * DAY + 540);
  });

  it.each(['soon', '-1s', -5, NaN, Infinity, null])('refuses %p at the call', async (duration) => {
    const run = await startRun((ctx) => failureOf(ctx.sleep(duration as never)));
    expect(run.coroutine.outcome).toMatchObject({ value: { code: 'ROMANCY_INVALID_DURATION' } });
    expect(run.asked).toEqual([]);
  });

  it('refuses a deadline that no date can hold', async () => {
    const run = await startRun((ctx) => failureOf(ctx.sleep(Number.MAX_SAFE_INTEGER)));
    expect(run.coroutine.outcome).toMatchObject({ value: { code: 'ROMANCY_INVALID_DURATION' } });
    expect(run.asked).toEqual([]);
  });

  it('cannot be asked for inside an activity', async () => {
    const run = await startRun((ctx) => runInScope(insideActivity, () => failureOf(ctx.sleep('1s'))));
    expect(run.coroutine.outcome).toMatchObject({
      value: { code: 'ROMANCY_STEP_ID', message: expect.stringMatching(/inside an activity.*into the workflow/) },
    });
  });
});

describe('ctx.sleepUntil', () => {
  it('takes dates and milliseconds', async () => {
    const until = new Date('2026-12-24T18:00:00Z');
    const run = await startRun((ctx) => Promise.all([ctx.sleepUntil(until), ctx.sleepUntil(until.getTime() + 1)]));
    expect(run.commands.map((command) => [command.stepId, deadlineOf(command) - until.getTime()])).toEqual([
      ['sleep_until:1', 0],
      ['sleep_until:2', 1],
    ]);
  });

  it('takes its id before it looks at the clock: a moment that has passed is a step like any other', async () => {
    const run = await startRun(async (ctx) => {
      await ctx.sleepUntil(STARTED_AT - DAY);
      await ctx.sleepUntil(STARTED_AT + DAY);
    });
    expect(run.commands).toMatchObject([{ stepId: 'sleep_until:1', deadline: STARTED_AT - DAY }]);
    await run.deliver(sleepEvent('sleep_until:1'));
    expect(run.asked).toEqual(['sleep_until:1', 'sleep_until:2']);
  });

  it.each([new Date(NaN), NaN, Infinity, 9e15])('refuses %p at the call', async (time) => {
    const run = await startRun((ctx) => failureOf(ctx.sleepUntil(time)));
    expect(run.coroutine.outcome).toMatchObject({
      value: { code: 'ROMANCY_STEP_ID', message: expect.stringMatching(/valid Date/) },
    });
    expect(run.asked).toEqual([]);
  });
});

describe('ctx.step', () => {
  it('is asked for with its function and options', async () => {
    const fn = (): number => 1;
    const run = await startRun((ctx) => ctx.step('note', fn, { timeout: '5s', key: 'k' }));
    expect(run.commands).toMatchObject([
      { stepId: 'note:=k', kind: 'step', name: 'note', fn, options: { timeout: '5s', key: 'k' } },
    ]);
  });

  it('inside a step or activity is a plain call without an id', async () => {
    const run = await startRun((ctx) =>
      runInScope(insideActivity, async () => [
        await ctx.step('inner', () => 41),
        await failureOf(
          ctx.step('inner', () => {
            throw new RangeError('inner');
          }),
        ),
      ]),
    );
    expect(run.asked).toEqual([]);
    expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: [41, new RangeError('inner')] });
  });
});

describe('ctx.addCompensation', () => {
  it('is a step that names the activity and its arguments', async () => {
    const run = await startRun(async (ctx) => {
      await ctx.addCompensation(refund, 'order-1', 12);
      return 'registered';
    });
    expect(run.commands).toMatchObject([
      { stepId: 'add_compensation:1', kind: 'compensation', activityName: 'refund', args: ['order-1', 12] },
    ]);
    await run.succeed('add_compensation:1');
    expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: 'registered' });
  });

  it('refuses a plain function, which no other process could find again', async () => {
    const run = await startRun((ctx) => failureOf(ctx.addCompensation(() => undefined)));
    expect(run.coroutine.outcome).toMatchObject({
      value: { code: 'ROMANCY_STEP_ID', message: expect.stringMatching(/method marked @Activity\(\)/) },
    });
    expect(run.asked).toEqual([]);
  });
});

describe('a call that is refused', () => {
  const calls: readonly [string, (ctx: WorkflowContext) => Promise<unknown>][] = [
    ['ctx.step', (ctx) => ctx.step('$mine', () => 1)],
    ['ctx.sleep', (ctx) => ctx.sleep(-1)],
    ['ctx.sleepUntil', (ctx) => ctx.sleepUntil(NaN)],
    ['ctx.addCompensation', (ctx) => ctx.addCompensation(() => undefined)],
    ['an activity', () => activity('$mine')()],
  ];

  it.each(calls)('%s: rejects and does not throw, so that combinators see it', async (_name, call) => {
    const run = await startRun(async (ctx) => {
      const [settled] = await Promise.allSettled([call(ctx)]);
      return settled.status;
    });
    expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: 'rejected' });
    expect(run.asked).toEqual([]);
  });

  it.each(calls)('%s: is no unhandled rejection where nobody awaits it', async (_name, call) => {
    const unhandled = await unhandledDuring(async () => {
      const run = await startRun((ctx) => {
        void call(ctx);
        return 'done';
      });
      expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: 'done' });
    });
    expect(unhandled).toEqual([]);
  });
});

describe('time and randomness', () => {
  it('ctx.now() is the time of the last delivered event, and never goes back', async () => {
    const times: number[] = [];
    const run = await startRun(async (ctx) => {
      times.push(ctx.now().getTime());
      for (let round = 0; round < 3; round += 1) {
        await charge();
        times.push(ctx.now().getTime());
        await Promise.resolve();
        times.push(ctx.now().getTime());
      }
    });
    await run.deliver(completed('charge:1', undefined, { time: STARTED_AT + 70 }));
    await run.deliver(completed('charge:2', undefined, { time: STARTED_AT + 30 }));
    await run.deliver(completed('charge:3', undefined, { time: STARTED_AT + 90 }));
    expect(times.map((time) => time - STARTED_AT)).toEqual([0, 70, 70, 70, 70, 90, 90]);
  });

  it('ctx.now() gives a Date of its own each time', async () => {
    const run = await startRun((ctx) => {
      ctx.now().setTime(0);
      return ctx.now().getTime();
    });
    expect(run.coroutine.outcome).toEqual({ kind: 'completed', value: STARTED_AT });
  });

  it('ctx.uuid() and ctx.random() are the same in every run of an instance, and others in another', async () => {
    const draw = async (ctx: WorkflowContext): Promise<unknown> => {
      const first = [ctx.uuid(), ctx.random()];
      await charge();
      return [...first, ctx.random(), ctx.uuid()];
    };
    const values = async (instanceId: string): Promise<unknown> => {
      const run = await startRun(draw, { instanceId });
      await run.succeed('charge:1');
      expect(run.coroutine.outcome?.kind).toBe('completed');
      return run.coroutine.outcome;
    };
    expect(await values('a')).toEqual(await values('a'));
    expect(await values('a')).not.toEqual(await values('b'));
  });
});

describe('ctx.logger', () => {
  function recordingLogger(): { readonly logger: Logger; readonly lines: [string, string, unknown][] } {
    const lines: [string, string, unknown][] = [];
    const at =
      (level: string) =>
      (message: string, fields?: unknown): void =>
        void lines.push([level, message, fields]);
    return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
  }

  const talkative = async (ctx: WorkflowContext): Promise<void> => {
    ctx.logger.info('begin', { isReplaying: ctx.isReplaying });
    await charge();
    ctx.logger.warn('charged');
    ctx.logger.error('loud');
    await refund();
    ctx.logger.debug('end');
  };

  it('names the instance and its workflow', async () => {
    const { logger, lines } = recordingLogger();
    const run = await startRun(talkative, { logger, instanceId: 'order-7' });
    await run.succeed('charge:1');
    await run.succeed('refund:1');
    const names = { instanceId: 'order-7', workflowName: 'workflow' };
    expect(lines).toEqual([
      ['info', 'begin', { ...names, isReplaying: false }],
      ['warn', 'charged', names],
      ['error', 'loud', names],
      ['debug', 'end', names],
    ]);
  });

  it('is silent while recorded events are delivered again, and speaks from there on', async () => {
    const { logger, lines } = recordingLogger();
    const run = await startRun(talkative, { logger, replaying: true });
    await run.succeed('charge:1');
    run.coroutine.replaying = false;
    expect(lines).toEqual([]);
    await run.succeed('refund:1');
    expect(lines.map(([, message]) => message)).toEqual(['end']);
  });
});

function sleepEvent(stepId: string) {
  return { ...completed(stepId), kind: 'sleep' as const, name: undefined };
}
