import type { Engine } from '@romancy/core';
import type { MemoryStorage } from '@romancy/testing';
import { App } from '../support/app.js';
import { Lab, type LabOptions } from '../support/lab.js';
import { parked } from '../support/parked.js';

/** More than the interval of the poll with its jitter. */
const SOON = 150;

let lab: Lab;
/** Another service: it publishes and runs nothing. */
let sender: Engine;

async function begin(options: LabOptions = {}): Promise<void> {
  lab = new Lab(options);
  lab.app.workflow('reader', async (ctx) => {
    await ctx.subscribe('news');
    return (await ctx.receive('news')).data;
  });
  sender = await lab.anotherEngine({ worker: false });
}

/** A process of its own, and how often it has done what. */
async function worker(
  app = lab.app,
): Promise<{ engine: Engine; line: MemoryStorage; calls: (name: string) => number }> {
  const line = lab.storage.connect();
  const counts = new Map<string, number>();
  line.faults.intercept(({ operation, side }) => {
    if (side === 'before') counts.set(operation, (counts.get(operation) ?? 0) + 1);
    return undefined;
  });
  const engine = await lab.engine({ storage: line, app });
  return { engine, line, calls: (name) => counts.get(name) ?? 0 };
}

async function reader(engine: Engine): Promise<string> {
  const id = await lab.start(engine, 'reader');
  await parked(lab, id);
  return id;
}

async function expectToRead(id: string): Promise<void> {
  await sender.publish({ channel: 'news', data: 'now' });
  await lab.clock.advance(SOON);
  await lab.quiet();
  expect(lab.row(id)).toMatchObject({ status: 'completed', output: '{"result":"now"}' });
}

afterEach(() => lab.close());

describe('an instance that waits, parked by a process that is gone, is woken by the next message', () => {
  it('when a worker has been started since', async () => {
    await begin();
    const { engine, line } = await worker();
    const id = await reader(engine);
    line.faults.crash();
    await worker();
    await lab.clock.advance('1s');
    await expectToRead(id);
  });

  it('when another worker has seen the death', async () => {
    await begin({ liveness: true });
    await worker();
    const { engine, line } = await worker();
    await lab.clock.advance('2s');
    const id = await reader(engine);
    line.faults.crash();
    await lab.clock.advance('5s');
    await expectToRead(id);
  });

  it('when its process has left in order', async () => {
    await begin({ liveness: true });
    await worker();
    const { engine } = await worker();
    await lab.clock.advance('2s');
    const id = await reader(engine);
    await engine.stop();
    await lab.clock.advance('2s');
    await expectToRead(id);
  });

  it('a while later where nobody can tell who is gone', async () => {
    await begin();
    await worker();
    const { engine, line } = await worker();
    await lab.clock.advance('2s');
    const id = await reader(engine);
    line.faults.crash();
    await lab.clock.advance('35s');
    await expectToRead(id);
  });

  it('also when the message came before anybody had noticed', async () => {
    await begin({ liveness: true });
    await worker();
    const { engine, line } = await worker();
    await lab.clock.advance('2s');
    const id = await reader(engine);
    line.faults.crash();
    await sender.publish({ channel: 'news', data: 'unheard' });
    await lab.clock.advance('5s');
    expect(lab.row(id)).toMatchObject({ status: 'completed', output: '{"result":"unheard"}' });
  });
});

describe('a worker', () => {
  it('claims nothing because it knows of waits', async () => {
    await begin({ liveness: true });
    const { engine } = await worker();
    for (let count = 0; count < 3; count += 1) await reader(engine);
    const other = await worker();
    await lab.clock.advance('2m');
    expect(other.calls('messages.poll')).toBeGreaterThan(0);
    expect(other.calls('leases.claimThese')).toBe(0);
  });

  it('polls for nothing where the waits are of workflows that it does not know', async () => {
    await begin({ liveness: true });
    const { engine, line } = await worker();
    await reader(engine);
    const app = new App();
    app.workflow('other', () => undefined);
    const { calls } = await worker(app);
    await lab.clock.advance('2m');
    line.faults.crash();
    await lab.clock.advance('2m');
    expect([calls('messages.pollStart'), calls('messages.poll')]).toEqual([0, 0]);
    expect(calls('messages.parked')).toBeGreaterThan(1);
  });

  it('stops to poll when others have ended what it knew of', async () => {
    await begin({ liveness: true });
    const { engine, calls } = await worker();
    const id = await reader(engine);
    const other = await worker();
    await lab.clock.advance('2s');
    expect(Math.min(calls('messages.poll'), other.calls('messages.poll'))).toBeGreaterThan(0);
    await sender.cancel(id);
    await lab.clock.advance('35s');
    const before = [calls('messages.poll'), other.calls('messages.poll')];
    await lab.clock.advance('2m');
    expect([calls('messages.poll'), other.calls('messages.poll')]).toEqual(before);
  });
});
