import { applyTransforms, Inspector, type PayloadTransform } from '@romancy/core';
import { failureOf, Lab } from '../support/lab.js';

const secret: PayloadTransform = {
  name: 'reversed',
  encode: (text) => Array.from(text).reverse().join(''),
  decode: (text) => Array.from(text).reverse().join(''),
};

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.close());

function define(): void {
  const reserve = lab.app.activity('reserve', (sku) => ({ hold: sku }), { compensation: () => undefined });
  const charge = lab.app.activity(
    'charge',
    () => {
      throw new TypeError('declined <b>');
    },
    { retry: { maxAttempts: 2, initialInterval: '1s', jitter: 0 } },
  );
  lab.app.workflow('order', async (ctx) => {
    ctx.setStage('reserving');
    await reserve((ctx.input as { sku: string }).sku);
    await charge();
  });
  lab.app.workflow('patient', async (ctx) => {
    await ctx.waitEvent('order.paid', { key: '17', timeout: '1d' });
  });
}

describe('what the inspector shows', () => {
  it('of a failed instance: outcome, and a history with attempts, durations and compensations', async () => {
    define();
    const engine = await lab.engine();
    await failureOf(lab.execute(engine, 'order', { sku: 'w' }, 'a'));
    const detail = await engine.inspector.get('a');
    expect(detail).toMatchObject({
      instanceId: 'a',
      ours: true,
      status: 'failed',
      stage: 'reserving',
      input: { readable: true, json: { sku: 'w' } },
      outcome: {
        result: null,
        failure: { message: expect.stringContaining('charge') },
        compensations: { executed: ['reserve:1'] },
      },
      block: null,
      waitingFor: [],
      retrying: [],
    });
    const items = await engine.inspector.history('a');
    expect(items).toMatchObject([
      {
        stepId: 'reserve:1',
        kind: 'activity',
        name: 'reserve',
        ok: true,
        input: { readable: true, json: ['w'] },
        result: { readable: true, json: { hold: 'w' } },
        attempts: 1,
        durationMs: 0,
      },
      {
        stepId: 'charge:1',
        ok: false,
        attempts: 2,
        failedAttempts: [{ attempt: 1, error: 'TypeError', message: 'declined <b>' }, { attempt: 2 }],
      },
      { kind: 'end', ok: false },
      { kind: 'compensation', compensates: 'reserve:1', ok: true },
    ]);
    const rest = await engine.inspector.history('a', { afterId: items[1]?.id ?? 0, limit: 1 });
    expect(rest.map(({ kind }) => kind)).toEqual(['end']);
  });

  it('of a waiting instance: for what, and until when', async () => {
    define();
    const engine = await lab.engine();
    await lab.start(engine, 'patient', undefined, 'p');
    await lab.clock.advance('1s');
    const start = lab.row('p').startedAt;
    expect(await engine.inspector.get('p')).toMatchObject({
      status: 'waiting_for_message',
      waitingFor: [
        { kind: 'message', channel: 'order.paid', key: '17', until: start + 86_400_000 },
        { kind: 'message', channel: 'order.paid:p', stepId: 'receive_order.paid:1' },
      ],
    });
  });

  it('of payloads: opened where they can be, and marked where not', async () => {
    define();
    const engine = await lab.engine({ transforms: [secret] });
    await failureOf(lab.execute(engine, 'order', { sku: 'w' }, 'a'));
    expect(await engine.inspector.get('a')).toMatchObject({ input: { readable: true, json: { sku: 'w' } } });
    expect((await engine.inspector.history('a'))[0]).toMatchObject({
      input: { json: ['w'] },
      result: { json: { hold: 'w' } },
    });
    const stranger = new Inspector(lab.storage);
    expect(await stranger.get('a')).toMatchObject({
      input: { readable: false, reason: expect.stringContaining('"reversed"') },
    });
    expect((await stranger.history('a'))[0]).toMatchObject({ stepId: 'reserve:1', input: { readable: false } });
    expect(await applyTransforms([secret]).decode(lab.row('a').input)).toBe('{"sku":"w"}');
  });

  it('of an overview: the slowest activities by name, and who holds what', async () => {
    const work = lab.app.activity('work', async (ms) => {
      await new Promise<void>((resolve) => lab.clock.setTimer(Number(ms), resolve));
    });
    lab.app.workflow('job', async () => {
      await work(20);
      await work(400);
    });
    const engine = await lab.engine();
    await lab.execute(engine, 'job', undefined, 'j');
    expect(await engine.inspector.overview()).toMatchObject({
      database: 'memory',
      slowest: [{ name: 'work', count: 2, averageMs: 210, longestMs: 400, instanceId: 'j' }],
      lastHour: { started: { count: 1, capped: false }, ended: [{ status: 'completed', count: 1 }] },
      workers: [{ instances: 0 }],
      otherHolders: [],
    });
  });

  it('of every framework, and an instance by its whole id at once', async () => {
    define();
    const engine = await lab.engine();
    lab.storage.insertForeign({ instanceId: 'py', workflowName: 'order', framework: 'python', status: 'running' });
    await lab.start(engine, 'patient', undefined, 'py-2');
    const idsOf = async (filter: object): Promise<readonly string[]> =>
      (await engine.inspector.list(filter)).instances.map(({ instanceId }) => instanceId).sort();
    expect(await idsOf({})).toEqual(['py', 'py-2']);
    expect(await idsOf({ instanceId: 'py' })).toEqual(['py']);
    expect(await idsOf({ instanceId: 'py-' })).toEqual(['py-2']);
    expect(await idsOf({ framework: 'typescript' })).toEqual(['py-2']);
    expect(await engine.inspector.get('absent')).toBeUndefined();
    expect(await engine.inspector.history('absent')).toEqual([]);
  });
});
