import { acceptedEvent, readEvent, RetryExhaustedError, TerminalError, type Engine } from '@romancy/core';
import { effect } from '../support/app.js';
import { Gate } from '../support/gate.js';
import { failureOf, Lab, until } from '../support/lab.js';
import { parked } from '../support/parked.js';
import { Recorder } from '../support/recorder.js';

let lab: Lab;
let recorder: Recorder;
beforeEach(() => {
  lab = new Lab();
  recorder = new Recorder();
});
afterEach(() => lab.close());

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function start(): Promise<Engine> {
  return lab.engine({ hooks: recorder.hooks });
}

describe('hooks', () => {
  it('tell the way of an instance to its result, each once and with all that it says', async () => {
    const charge = lab.app.activity('charge', async (sum: number) => {
      await effect('charged');
      return { receipt: sum * 2 };
    });
    lab.app.workflow<{ sum: number }>('order', async (ctx, { sum }) => {
      const { receipt } = await charge(sum);
      const noted = await ctx.step('note', () => receipt + 1);
      await ctx.sleep('1m');
      return { noted };
    });
    const engine = await start();
    const began = lab.clock.now();
    await lab.execute(engine, 'order', { sum: 3 }, 'o1');
    const ended = began + 60_000;
    const of = { instanceId: 'o1', workflowName: 'order' };
    const facts = { ...of, time: new Date(began) };
    const attempt = { attempt: 1, duration: 0, totalDuration: 0 };
    const charged = { ...facts, stepId: 'charge:1', activityName: 'charge', kind: 'activity' };
    const noted = { ...facts, stepId: 'note:1', activityName: 'note', kind: 'step' };
    const timer = { timerId: 'sleep:1', expiresAt: new Date(ended) };
    const replayed = recorder.told.filter(({ name }) => !/Replay|CacheHit/.test(name));
    expect(replayed).toEqual([
      { name: 'onWorkflowStart', event: { ...facts, input: { sum: 3 }, continuedFrom: null, startedBy: null } },
      { name: 'onActivityStart', event: { ...charged, attempt: 1, args: [3] } },
      { name: 'onActivityComplete', event: { ...charged, ...attempt, result: { receipt: 6 } } },
      { name: 'onActivityStart', event: { ...noted, attempt: 1, args: [] } },
      // The row of the step goes with the park that follows from it.
      { name: 'onTimerStart', event: { ...facts, ...timer } },
      { name: 'onActivityComplete', event: { ...noted, ...attempt, result: 7 } },
      {
        name: 'onTimerFired',
        event: {
          ...of,
          ...timer,
          time: new Date(ended),
          waitingSince: new Date(began),
          duration: 60_000,
          delay: 0,
        },
      },
      {
        name: 'onWorkflowComplete',
        event: {
          ...of,
          time: new Date(ended),
          startedAt: new Date(began),
          duration: 60_000,
          result: { noted: 7 },
        },
      },
    ]);
  });

  it('tell of attempts: those that follow, and the last one', async () => {
    let calls = 0;
    const charge = lab.app.activity(
      'charge',
      () => {
        calls += 1;
        throw new Error(`declined ${String(calls)}`);
      },
      { transactional: false, retry: { maxAttempts: 2, initialInterval: '1s', jitter: 0 } },
    );
    lab.app.workflow('order', () => charge());
    const engine = await start();
    await failureOf(lab.execute(engine, 'order', undefined, 'o1'));
    expect(recorder.names).toEqual([
      'onWorkflowStart',
      'onActivityStart',
      'onActivityRetry',
      'onActivityStart',
      'onActivityFailed',
      'onWorkflowFailed',
    ]);
    expect(recorder.of('onActivityStart')).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
    expect(recorder.once('onActivityRetry')).toMatchObject({
      stepId: 'charge:1',
      activityName: 'charge',
      attempt: 1,
      maxAttempts: 2,
      nextDelay: 1000,
      error: new Error('declined 1'),
      duration: 0,
    });
    expect(recorder.once('onActivityFailed')).toMatchObject({
      attempt: 2,
      totalDuration: 1000,
      error: expect.any(RetryExhaustedError) as unknown,
    });
    expect(recorder.once('onWorkflowFailed')).toMatchObject({
      error: expect.any(RetryExhaustedError) as unknown,
      duration: 1000,
      compensations: { executed: [], failed: [], inDoubt: [] },
    });
  });

  it('tell of compensations, and of a cancellation with its reason', async () => {
    let tries = 0;
    const reserve = lab.app.activity('reserve', () => 'r1', {
      compensation: () => {
        tries += 1;
        if (tries === 1) throw new Error('busy');
      },
      compensationOptions: { retry: { maxAttempts: 2, initialInterval: '1s', jitter: 0 } },
    });
    const charge = lab.app.activity('charge', () => 'c1', {
      compensation: () => {
        throw new TerminalError('gone');
      },
    });
    lab.app.workflow('order', async (ctx) => {
      await reserve();
      await charge();
      await ctx.sleep('1d');
    });
    const engine = await start();
    const id = await lab.start(engine, 'order', undefined, 'o1');
    await until('it sleeps', () => lab.row(id).status === 'waiting_for_timer');
    await engine.cancel(id, 'the customer asked');
    await failureOf(lab.result(engine, id));
    expect(recorder.names.filter((name) => /Compensation|Workflow/.test(name))).toEqual([
      'onWorkflowStart',
      'onCompensationStart',
      'onCompensationFailed',
      'onCompensationStart',
      'onCompensationRetry',
      'onCompensationStart',
      'onCompensationComplete',
      'onWorkflowCancelled',
    ]);
    expect(recorder.once('onCompensationFailed')).toMatchObject({
      compensationName: 'undo_charge',
      attempt: 1,
      error: expect.any(TerminalError) as unknown,
    });
    expect(recorder.once('onCompensationComplete')).toMatchObject({ compensationName: 'undo_reserve', attempt: 2 });
    expect(recorder.once('onWorkflowCancelled')).toMatchObject({
      reason: 'the customer asked',
      compensations: { executed: ['reserve:1'], failed: ['charge:1'], inDoubt: [] },
    });
  });

  it('tell of an event, of who waited for it, and of a wait in vain', async () => {
    lab.app.workflow('order', async (ctx) => {
      const { data } = await ctx.waitEvent('paid', { timeout: '1m' });
      await ctx.receive('shipments', { timeout: '1m' }).catch(() => undefined);
      return data;
    });
    const engine = await start();
    const began = lab.clock.now();
    const id = await lab.start(engine, 'order', undefined, 'o1');
    await parked(lab, id);
    await lab.clock.advance('10s');
    const attributes = { specversion: '1.0', id: 'e1', source: '/bank', type: 'paid', traceparent: PARENT };
    const event = acceptedEvent(readEvent(attributes, { sum: 3 }));
    await engine.deliver(event);
    await engine.deliver(event);
    await lab.result(engine, id);
    expect(recorder.once('onEventReceived')).toEqual({
      time: new Date(began + 10_000),
      eventId: 'e1',
      eventType: 'paid',
      eventSource: '/bank',
      instanceId: null,
      started: [],
      traceContext: { traceparent: PARENT },
    });
    expect(recorder.of('onEventWaitStart')).toMatchObject([
      { stepId: 'receive_paid:1', eventType: 'paid', kind: 'event', key: null, deadline: new Date(began + 60_000) },
      { eventType: 'shipments', kind: 'channel' },
    ]);
    expect(recorder.once('onEventWaitComplete')).toMatchObject({
      stepId: 'receive_paid:1',
      eventType: 'paid',
      messageId: event.messageId,
      waitingSince: new Date(began),
      duration: 10_000,
      delay: 0,
      traceContext: { traceparent: PARENT },
    });
    expect(recorder.once('onEventTimeout')).toMatchObject({
      eventType: 'shipments',
      duration: 60_000,
      waitingSince: new Date(began + 10_000),
      deadline: new Date(began + 70_000),
    });
  });

  it('tell of what an event starts, once', async () => {
    lab.app.workflow('order', (_ctx, input) => input);
    const engine = await start();
    const attributes = { specversion: '1.0', id: 'e1', source: '/shop', type: 'placed' };
    const event = acceptedEvent(readEvent(attributes, 1), [{ workflowName: 'order', input: { sku: 'w' } }]);
    const { started } = await engine.deliver(event);
    await engine.deliver(event);
    await lab.result(engine, started[0] ?? '');
    expect(recorder.once('onWorkflowStart')).toMatchObject({
      instanceId: started[0],
      startedBy: event.messageId,
      input: { sku: 'w' },
    });
    expect(recorder.once('onEventReceived')).toMatchObject({ started });
  });

  it('tell that a generation ends and the next one starts', async () => {
    lab.app.workflow<number>('counter', (ctx, n) => (n < 1 ? ctx.recur(n + 1) : n));
    const engine = await start();
    await lab.execute(engine, 'counter', 0, 'c');
    const [first, second] = recorder.of('onWorkflowStart');
    expect(first).toMatchObject({ instanceId: 'c', input: 0, continuedFrom: null });
    expect(recorder.once('onWorkflowRecur')).toMatchObject({
      instanceId: 'c',
      nextInstanceId: second?.['instanceId'],
      input: 1,
    });
    expect(second).toMatchObject({ input: 1, continuedFrom: 'c' });
    expect(recorder.once('onWorkflowComplete')).toMatchObject({ instanceId: second?.['instanceId'], result: 1 });
    expect(recorder.names).toEqual(['onWorkflowStart', 'onWorkflowRecur', 'onWorkflowStart', 'onWorkflowComplete']);
  });

  it('tell of a replay in another process, and of nothing that was told before', async () => {
    const charge = lab.app.activity('charge', () => ({ receipt: 7 }));
    lab.app.workflow('order', async (ctx) => {
      await charge();
      await ctx.sleep('1m');
      return 'done';
    });
    const first = await lab.anotherEngine();
    const id = await lab.start(first, 'order', undefined, 'o1');
    await parked(lab, id);
    await first.stop();
    const engine = await start();
    await lab.result(engine, id);
    expect(recorder.names).toEqual([
      'onReplayStart',
      'onActivityCacheHit',
      'onReplayComplete',
      'onTimerFired',
      'onWorkflowComplete',
    ]);
    expect(recorder.once('onReplayStart')).toMatchObject({ historyEvents: 1, firstStepId: 'charge:1' });
    expect(recorder.once('onActivityCacheHit')).toMatchObject({
      stepId: 'charge:1',
      activityName: 'charge',
      kind: 'activity',
      outcome: 'completed',
      result: { receipt: 7 },
    });
    expect(recorder.once('onReplayComplete')).toMatchObject({
      historyEvents: 1,
      cacheHits: 1,
      pendingSteps: ['sleep:1'],
    });
    expect(recorder.once('onTimerFired')).toMatchObject({ duration: 60_000 });
  });

  it('tell once of a message that a sibling has brought to a parked instance', async () => {
    lab.app.workflow('inbox', async (ctx) => {
      await ctx.subscribe('mail');
      const { data } = await ctx.receive('mail');
      ctx.logger.info(`Mail: ${String(data)}`);
      await ctx.sleep('1h');
      return data;
    });
    const engine = await start();
    const id = await lab.start(engine, 'inbox', undefined, 'i1');
    await parked(lab, id);
    const began = lab.clock.now();
    await lab.clock.advance('1m');
    const record = lab.record(id);
    const [wait] = recorder.of('onEventWaitStart');
    const json = { id: 'm1', channel: 'mail', data: 7, metadata: { traceparent: PARENT } };
    const published = new Date(lab.clock.now()).toISOString();
    record.history.push({
      id: 1_000_000,
      activityId: String(wait?.['stepId']),
      eventType: 'ChannelMessageReceived',
      data: JSON.stringify({ ...json, published_at: published }),
      binary: null,
      time: lab.clock.now(),
    });
    lab.storage.database.instances.set(id, { ...record, row: { ...record.row, status: 'running' } });
    expect(await lab.result(engine, id)).toBe(7);
    expect(recorder.once('onEventWaitComplete')).toMatchObject({
      instanceId: id,
      stepId: wait?.['stepId'],
      eventType: 'mail',
      messageId: 'm1',
      waitingSince: new Date(began),
      publishedAt: new Date(published),
      traceContext: { traceparent: PARENT },
    });
    expect(lab.logged(/^Mail: 7$/)).toHaveLength(1);
  });

  it('tell of an instance that its code no longer fits', async () => {
    lab.app.workflow('order', async () => {
      await new Promise(() => undefined);
    });
    const engine = await start();
    const id = await lab.start(engine, 'order', undefined, 'o1');
    await until('it is blocked', () => lab.record(id).block !== undefined);
    await until('it was told', () => recorder.names.includes('onWorkflowBlocked'));
    expect(recorder.once('onWorkflowBlocked')).toMatchObject({ instanceId: id, code: 'ROMANCY_STALLED' });
  });

  it('tell of a lost lease, and of nothing that the loser has recorded in vain', async () => {
    const gate = new Gate<string>();
    const work = lab.app.activity('work', () => gate.enter(), { transactional: false });
    lab.app.workflow('order', () => work());
    const engine = await start();
    const id = await lab.start(engine, 'order', undefined, 'o1');
    await until('the body runs', () => gate.entered === 1);
    const record = lab.record(id);
    lab.storage.database.instances.set(id, { ...record, row: { ...record.row, lockedBy: 'somebody#1' } });
    gate.open('late');
    await until('it was told', () => recorder.names.includes('onLeaseLost'));
    expect(recorder.once('onLeaseLost')).toMatchObject({ instanceId: id, workflowName: 'order' });
    expect(recorder.names).toEqual(['onWorkflowStart', 'onActivityStart', 'onLeaseLost']);
  });

  it('tell of turns and commits', async () => {
    recorder = new Recorder([]);
    lab.app.workflow('nap', (ctx) => ctx.sleep('1m'));
    const engine = await start();
    await lab.execute(engine, 'nap', undefined, 'n1');
    expect(recorder.of('onTurnStart')).toMatchObject([
      { instanceId: 'n1', first: true, takeover: false, queueDelay: 0, traceContext: undefined },
      { first: false, queueDelay: undefined },
    ]);
    expect(recorder.of('onTurnEnd')).toMatchObject([{ outcome: 'waiting' }, { outcome: 'completed' }]);
    expect(recorder.of('onCommit')).toMatchObject([
      { entries: 1, rows: 0 },
      { entries: 1, rows: 0 },
      { entries: 1, rows: 1 },
    ]);
  });
});
