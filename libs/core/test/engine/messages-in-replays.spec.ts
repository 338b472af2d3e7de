import type { Engine, ReceivedMessage, WorkflowContext } from '@romancy/core';
import { attempt, effect } from '../support/app.js';
import { failureOf, Lab } from '../support/lab.js';
import { eventOf, parked } from '../support/parked.js';

let lab: Lab;
let engine: Engine;
beforeEach(() => {
  lab = new Lab();
});
afterEach(() => lab.close());

describe('in a replay', () => {
  it('nothing that was said, joined or left is repeated or undone', async () => {
    const emit = lab.app.activity('emit', async () => {
      await effect('emitted');
      const event = { eventType: 't', eventSource: '/s', data: '1', binary: null, contentType: 'application/json' };
      attempt().emit({ eventId: attempt().idempotencyKey, ...event });
    });
    const rest = (ctx: WorkflowContext): Promise<void> => ctx.sleep('1m');
    lab.app.workflow('inbox', async (ctx) => {
      await ctx.subscribe('mail', 'direct');
      await ctx.sleep('1h');
      return [(await ctx.receive('mail')).data, await timesOut(ctx, 'mail')];
    });
    lab.app.workflow('talk', async (ctx, to: string) => {
      await ctx.publish('out', 1);
      await ctx.sendTo(to, 'mail', 'hello');
      await emit();
      await ctx.joinGroup('team');
      await ctx.subscribe('news');
      await rest(ctx);
      await ctx.leaveGroup('team');
      await ctx.unsubscribe('news');
      await rest(ctx);
      await ctx.joinGroup('team');
      await ctx.subscribe('news');
      await rest(ctx);
      return [await ctx.groupMembers('team'), (await ctx.receive('news')).data];
    });
    engine = await lab.engine({ cacheSize: 0 });
    const inbox = await lab.start(engine, 'inbox');
    const talk = await lab.start(engine, 'talk', inbox);
    await lab.clock.advance('90s');
    // It is not subscribed at this time.
    await engine.publish({ channel: 'news', data: 'unheard' });
    await lab.clock.advance('10m');
    await engine.publish({ channel: 'news', data: 'heard' });
    expect(await lab.result(engine, talk)).toEqual([[talk], 'heard']);
    expect(await lab.result(engine, inbox)).toEqual(['hello', 'WaitTimeoutError']);
    expect(lab.storage.database.messages.ofChannel('out')).toHaveLength(1);
    expect(lab.storage.database.outbox.size).toBe(1);
    expect(lab.storage.effects).toEqual(['emitted']);
  });

  it('an activity that failed in its transaction is not run again', async () => {
    let runs = 0;
    const fail = lab.app.activity(
      'fail',
      async () => {
        runs += 1;
        await effect('never');
        throw new RangeError('no');
      },
      { retry: { maxAttempts: 1 } },
    );
    lab.app.workflow('careful', async (ctx) => {
      const error = await fail().catch((caught: unknown) => caught as Error);
      await ctx.sleep('1m');
      return error.name;
    });
    engine = await lab.engine({ cacheSize: 0 });
    expect(await lab.execute(engine, 'careful')).toEqual(expect.any(String));
    expect(runs).toBe(1);
    expect(lab.storage.effects).toEqual([]);
  });

  it('only a wait that has timed out is a time-out, whatever an error says', async () => {
    const say = lab.app.activity(
      'say',
      () => {
        throw new Error('WaitTimeoutError: ROMANCY_WAIT_TIMEOUT, timed out');
      },
      { retry: { maxAttempts: 1 } },
    );
    lab.app.workflow('names', async (ctx) => {
      const said = await say().catch((error: unknown) => (error as Error).name);
      const waited = await timesOut(ctx, 'nothing');
      await ctx.sleep('1m');
      return [said, waited];
    });
    engine = await lab.engine({ cacheSize: 0 });
    const [said, waited] = (await lab.execute(engine, 'names')) as string[];
    expect(waited).toBe('WaitTimeoutError');
    expect(said).not.toBe('WaitTimeoutError');
  });
});

describe('what a message carries', () => {
  it.each([null, false, 0, '', 'text', [], [1, { a: null }], { deep: { er: 'é' } }])(
    '%j is the same live, from the queue and in a replay, with channel, id and time',
    async (data) => {
      const seen: ReceivedMessage[] = [];
      lab.app.workflow('two', async (ctx) => {
        await ctx.subscribe('c');
        const live = await ctx.receive('c');
        await ctx.sleep('1m');
        const queued = await ctx.receive('c');
        await ctx.sleep('1m');
        seen.splice(0, 2, live, queued);
      });
      engine = await lab.engine({ cacheSize: 0 });
      const id = await lab.start(engine, 'two');
      await parked(lab, id);
      const begun = lab.clock.now();
      for (const messageId of ['m1', 'm2']) await engine.publish({ channel: 'c', data, messageId });
      await lab.result(engine, id);
      const publishedAt = new Date(begun);
      expect(seen).toEqual(['m1', 'm2'].map((id) => ({ id, channel: 'c', data, metadata: {}, publishedAt })));
    },
  );

  it.each(['broadcast', 'competing'] as const)(
    'written by Python (%s) may be numbers that JSON does not have, and texts that look like them',
    async (mode) => {
      const seen: unknown[] = [];
      lab.app.workflow('hear', async (ctx) => {
        await ctx.subscribe('c', mode);
        const { data, metadata } = await ctx.receive('c');
        await ctx.sleep('1m');
        seen.push(data, metadata);
      });
      engine = await lab.engine({ cacheSize: 0 });
      const id = await lab.start(engine, 'hear');
      await parked(lab, id);
      const data = '{"a": NaN, "b": [-Infinity, Infinity], "NaN": "Infinity, \\"NaN"}';
      const metadata = '{"weight": NaN}';
      lab.storage.sibling.beginMessage({ channel: 'c', messageId: 'py', data, binary: null, metadata })();
      await lab.result(engine, id);
      const values = { a: NaN, b: [-Infinity, Infinity], NaN: 'Infinity, "NaN' };
      expect(seen.slice(-2)).toEqual([values, { weight: null }]);
    },
  );
});

describe('a wait for an event', () => {
  it('is not disturbed by workers that compete for the channel of that name', async () => {
    lab.app.workflow('work', async (ctx) => (await ctx.receive('paid', { mode: 'competing', timeout: '1h' })).data);
    lab.app.workflow('wait', async (ctx) => (await ctx.waitEvent('paid')).data);
    engine = await lab.engine();
    const worker = await lab.start(engine, 'work');
    await parked(lab, worker);
    const waiter = await lab.start(engine, 'wait');
    await parked(lab, waiter);
    expect(lab.row(waiter).status).toBe('waiting_for_message');
  });

  it('has its deadline from its first call, also when the process dies before it parks', async () => {
    const slow = lab.app.activity(
      'slow',
      () => new Promise<void>((resolve) => void lab.clock.setTimer(600_000, resolve)),
    );
    lab.app.workflow('both', async (ctx) => {
      const waited = failureOf(ctx.waitEvent('never', { timeout: '1h' }));
      await slow();
      return ((await waited) as Error).name;
    });
    const settings = { leaseDuration: '30s' } as const;
    const storage = lab.storage.connect();
    const first = await lab.engine({ storage, ...settings });
    const begun = lab.clock.now();
    const id = await lab.start(first, 'both');
    await lab.clock.advance('5m');
    storage.faults.crash();
    engine = await lab.engine(settings);
    expect(await lab.result(engine, id)).toBe('WaitTimeoutError');
    expect(lab.clock.now() - begun).toBeGreaterThanOrEqual(3_600_000);
    expect(lab.clock.now() - begun).toBeLessThan(3_700_000);
  });

  it('cannot be left by a handler that catches everything', async () => {
    const left: string[] = [];
    lab.app.workflow('greedy', async (ctx) => {
      try {
        return (await ctx.waitEvent('paid')).data;
      } catch {
        left.push('caught');
        return 'caught';
      } finally {
        left.push('finally');
      }
    });
    engine = await lab.engine({ cacheSize: 0 });
    const id = await lab.start(engine, 'greedy');
    await parked(lab, id);
    await lab.clock.advance('1h');
    expect(left).toEqual([]);
    await engine.deliver(eventOf('paid', 7));
    expect(await lab.result(engine, id)).toBe(7);
    expect(left).toEqual(['finally']);
  });
});

async function timesOut(ctx: WorkflowContext, channel: string): Promise<string> {
  return ((await failureOf(ctx.receive(channel, { timeout: '1m' }))) as Error).name;
}
