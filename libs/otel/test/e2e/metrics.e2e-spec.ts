import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineHost } from '@romancy/nestjs';
import { Recording } from '../support/recording.js';
import { CounterWorkflow, DeclinedWorkflow, openShop, OrderWorkflow } from '../support/shop.js';
import { until } from '../support/until.js';

let folder: string;
let recording: Recording;
let shop: Awaited<ReturnType<typeof openShop>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-'));
  recording = new Recording();
  const { tracerProvider, meterProvider } = recording;
  const options = { database: join(folder, 'shop.db') };
  shop = await openShop(options, { tracerProvider, meterProvider });
});

afterAll(async () => {
  await shop.app.close();
  await recording.stop();
  await rm(folder, { recursive: true, force: true });
});

async function sum(name: string, attributes: object): Promise<number> {
  const points = await recording.points(name);
  const fitting = points.filter((point) =>
    Object.entries(attributes).every(([key, value]) => Reflect.get(point.attributes, key) === value),
  );
  return fitting.reduce((total, { value }) => total + value, 0);
}

const of = (workflow: string): object => ({ 'romancy.workflow_name': workflow });

describe('metrics', () => {
  it('count starts and ends, and the time between, by workflow', async () => {
    const { client } = shop;
    await client.execute(CounterWorkflow, 0);
    await (await client.start(DeclinedWorkflow, undefined)).result().catch(() => undefined);
    await until('both have ended', () => recording.named('workflow/declined').length === 1);
    expect(await sum('romancy.workflow.started', of('counter'))).toBe(2);
    expect(await sum('romancy.workflow.recurred', of('counter'))).toBe(1);
    expect(await sum('romancy.workflow.completed', of('counter'))).toBe(1);
    expect(await sum('romancy.workflow.failed', of('declined'))).toBe(1);
    expect(await sum('romancy.workflow.duration', { ...of('declined'), 'romancy.outcome': 'failed' })).toBe(1);
    expect(await sum('romancy.queue.delay', of('counter'))).toBe(2);
    expect(await sum('romancy.compensation', { 'romancy.outcome': 'completed' })).toBe(1);
  });

  it('tell of attempts, delays, cancellations and commits', async () => {
    const { client } = shop;
    const handle = await client.start(OrderWorkflow, 'm1', { instanceId: 'm1' });
    await until('it waits', async () => (await handle.status()) === 'waiting_for_message');
    await client.deliver({ id: 'p', source: '/bank', type: 'order.paid', data: null });
    expect(await handle.result({ timeout: '15s' })).toBe('shipped');
    const cancelled = await client.start(OrderWorkflow, 'm2', { instanceId: 'm2' });
    await until('it waits', async () => (await cancelled.status()) === 'waiting_for_message');
    await cancelled.cancel();
    await cancelled.result().catch(() => undefined);
    const ship = { 'romancy.activity_name': 'ship' };
    expect(await sum('romancy.activity.duration', { ...ship, 'romancy.outcome': 'retry' })).toBe(1);
    expect(await sum('romancy.activity.duration', { ...ship, 'romancy.outcome': 'completed' })).toBe(1);
    expect(await sum('romancy.activity.retries', ship)).toBe(1);
    expect(await sum('romancy.activity.attempts', ship)).toBe(1);
    expect(await sum('romancy.wake_up.delay', { 'romancy.wake_up': 'event' })).toBe(1);
    expect(await sum('romancy.wake_up.delay', { 'romancy.wake_up': 'timer' })).toBe(1);
    expect(await sum('romancy.workflow.cancelled', of('order'))).toBe(1);
    expect(await sum('romancy.commit.size', {})).toBeGreaterThan(5);
    expect(await sum('romancy.commit.duration', {})).toBe(await sum('romancy.commit.size', {}));
  });

  it('tell what the database holds, where this process leads', async () => {
    const { client, app } = shop;
    const { engine } = app.get(EngineHost);
    await until('it leads', () => engine.leads);
    const handle = await client.start(OrderWorkflow, 'm3', { instanceId: 'm3' });
    await until('it waits', async () => (await handle.status()) === 'waiting_for_message');
    const waiting = { ...of('order'), 'romancy.status': 'waiting_for_message' };
    expect(await sum('romancy.workflow.instances', waiting)).toBe(1);
    expect(await sum('romancy.workflow.running', of('order'))).toBe(0);
    // Nothing relays: each of the orders has emitted an event, and the declined one, too.
    expect(await sum('romancy.outbox.pending', {})).toBe(4);
    for (const gauge of ['romancy.resumable.oldest_age', 'romancy.lease.oldest_age', 'romancy.outbox.lag'])
      expect(await recording.points(gauge)).toHaveLength(1);
  });
});
