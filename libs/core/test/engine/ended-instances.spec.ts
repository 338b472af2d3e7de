import type { Engine } from '@romancy/core';
import { failureOf, Lab } from '../support/lab.js';
import { eventOf, parked } from '../support/parked.js';

let lab: Lab;
let engine: Engine;
let log: string[];
beforeEach(async () => {
  lab = new Lab();
  log = [];
  const book = lab.app.activity('book', () => void log.push('book'), { compensation: () => void log.push('return') });
  const after = lab.app.activity('after', () => void log.push('after'));
  lab.app.workflow('wait', async (ctx) => {
    await book();
    await ctx.joinGroup('team');
    await ctx.subscribe('jobs', 'competing');
    await ctx.race([
      (signal) => ctx.receive('jobs', { signal, timeout: '1h' }),
      (signal) => ctx.waitEvent('paid', { signal }),
      (signal) => ctx.receive('mail', { mode: 'direct', signal }),
      (signal) => ctx.sleep('2h', { signal }),
    ]);
    await after();
  });
  lab.app.workflow('give up', async (ctx) => {
    await ctx.subscribe('jobs', 'competing');
    void ctx.receive('jobs').then(after);
    void ctx.sleep('1h').then(after);
    await book();
    throw new Error('no more');
  });
  lab.app.workflow('all', async (ctx) => ctx.subscribe('jobs', 'broadcast'));
  lab.app.workflow('members', async (ctx) => ctx.groupMembers('team'));
  engine = await lab.engine();
});
afterEach(() => lab.close());

/** Everything that could wake the instance comes. */
async function disturb(id: string): Promise<void> {
  await engine.publish({ channel: 'jobs', data: 1 });
  await engine.deliver(eventOf('paid', 1));
  await failureOf(engine.sendTo(id, { channel: 'mail', data: 1 }).then(() => Promise.reject(new Error('taken'))));
  await lab.clock.advance('3h');
}

function leftOf(id: string): readonly number[] {
  const { timers, waits, subscriptions, groups, attempts } = lab.record(id);
  return [timers, waits, subscriptions, groups, attempts].map(({ size }) => size);
}

describe.each([
  ['cancelled', 'wait'],
  ['failed', 'give up'],
] as const)('an instance that was %s with compensations', (status, workflow) => {
  let id: string;
  beforeEach(async () => {
    id = await lab.start(engine, workflow);
    if (status === 'cancelled') {
      await parked(lab, id);
      await engine.cancel(id, 'changed my mind');
    }
    await failureOf(lab.result(engine, id));
  });

  it('stays so when its messages and events come and its timers would be due', async () => {
    const before = { row: lab.row(id), steps: lab.steps(id) };
    await disturb(id);
    expect({ row: lab.row(id), steps: lab.steps(id) }).toEqual(before);
    expect(lab.row(id).status).toBe(status);
    expect(log).toEqual(['book', 'return']);
  });

  it('leaves no timer, wait, subscription or membership, and no message taken', async () => {
    expect(leftOf(id)).toEqual([0, 0, 0, 0, 0]);
    await disturb(id);
    expect(lab.storage.database.messages.ofChannel('jobs')).toHaveLength(1);
    expect(await lab.execute(engine, 'members')).toEqual([]);
  });

  it('does not keep the mode of its channels', async () => {
    await lab.execute(engine, 'all');
  });
});
