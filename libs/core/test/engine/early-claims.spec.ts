import { jest } from '@jest/globals';
import { StorageUnavailableError, type Engine } from '@romancy/core';
import { Hold } from '../support/hold.js';
import { Lab, until } from '../support/lab.js';
import { eventOf, parked } from '../support/parked.js';

let lab: Lab;
let engine: Engine;
beforeEach(() => {
  lab = new Lab();
  lab.app.workflow('paid', async (ctx) => (await ctx.waitEvent('paid')).data);
  lab.app.workflow('reader', async (ctx) => {
    await ctx.subscribe('news');
    return (await ctx.receive('news')).data;
  });
  lab.app.workflow('both', (ctx) => Promise.all([ctx.waitEvent('paid'), ctx.waitEvent('packed')]).then(() => 'both'));
});
afterEach(() => lab.close());

async function waiting(workflow: string, count = 1): Promise<readonly string[]> {
  const ids = await Promise.all(Array.from({ length: count }, () => lab.start(engine, workflow)));
  await Promise.all(ids.map((id) => parked(lab, id)));
  return ids;
}

const heldStore = (): Hold =>
  new Hold(lab.storage, ({ operation, side }) => operation === 'messages.store' && side === 'before');
const holder = (id: string): string | null => lab.row(id).lockedBy;

/** Operations of the storage from now on. */
function operations(): string[] {
  const seen: string[] = [];
  lab.storage.faults.intercept(({ operation, side }) => {
    if (side === 'before') seen.push(operation);
    return undefined;
  });
  return seen;
}

describe('an instance for which a message is being stored', () => {
  beforeEach(async () => {
    engine = await lab.engine();
  });

  it.each([
    ['an event', 'paid', () => engine.deliver(eventOf('paid', 7))],
    ['a message', 'reader', () => engine.publish({ channel: 'news', data: 7 })],
  ])('is claimed meanwhile, and runs when %s is there', async (_, workflow, send) => {
    const [id = ''] = await waiting(workflow);
    const store = heldStore();
    const reads = jest.spyOn(lab.storage.messages, 'pending');
    const sent = send();
    await until('it is claimed', () => holder(id) !== null);
    await lab.quiet();
    expect(reads).not.toHaveBeenCalled();
    store.release();
    await sent;
    expect(await engine.result(id)).toBe(7);
  });

  it('looks once, and is claimed once', async () => {
    const [id = ''] = await waiting('paid');
    const seen = operations();
    await engine.deliver(eventOf('paid', 7));
    await engine.result(id);
    expect(seen.filter((operation) => operation === 'leases.claimThese')).toHaveLength(1);
    expect(seen.filter((operation) => operation === 'messages.pending')).toHaveLength(1);
  });

  it('is handed back where the process stops before the message is there', async () => {
    const [id = ''] = await waiting('paid');
    const store = heldStore();
    const sent = engine.deliver(eventOf('paid', 7));
    await until('it is claimed', () => holder(id) !== null);
    const stopped = engine.stop();
    await lab.quiet();
    store.release();
    await Promise.all([sent, stopped]);
    expect(lab.row(id)).toMatchObject({ lockedBy: null });
    const next = await lab.anotherEngine();
    expect(await lab.result(next, id)).toBe(7);
  });

  it('parks again where it could not be stored, and gets the next one', async () => {
    const [id = ''] = await waiting('paid');
    const store = heldStore();
    const sent = engine.deliver(eventOf('paid', 6));
    await until('it is claimed', () => holder(id) !== null);
    store.release({ fail: new StorageUnavailableError('gone') });
    await expect(sent).rejects.toThrow('gone');
    lab.storage.faults.intercept(undefined);
    await parked(lab, id);
    await engine.deliver(eventOf('paid', 7));
    expect(await engine.result(id)).toBe(7);
  });

  it('parks again where the message was there before', async () => {
    const event = eventOf('paid', 7);
    await engine.deliver(event);
    // Before its start: it is not for the instance.
    await lab.clock.advance('1s');
    const [id = ''] = await waiting('paid');
    expect(await engine.deliver(event)).toMatchObject({ stored: false });
    await parked(lab, id);
    await engine.deliver(eventOf('paid', 8));
    expect(await engine.result(id)).toBe(8);
  });

  it('hears of a message that is stored after it has looked in vain', async () => {
    const [id = ''] = await waiting('paid');
    let [failed, looked] = [false, false];
    let answer: () => void = () => undefined;
    lab.storage.faults.intercept(async ({ operation, side }) => {
      if (operation === 'messages.store' && side === 'before' && !failed) {
        failed = true;
        return { fail: new StorageUnavailableError('gone') };
      }
      if (operation === 'messages.pending' && side === 'after' && !looked) {
        looked = true;
        await new Promise<void>((resolve) => (answer = resolve));
      }
      return undefined;
    });
    await expect(engine.deliver(eventOf('paid', 6))).rejects.toThrow('gone');
    await until('it has looked', () => looked);
    await engine.deliver(eventOf('paid', 7));
    answer();
    expect(await engine.result(id)).toBe(7);
  });

  it('is claimed with the others afterwards, where many wait', async () => {
    const ids = await waiting('reader', 5);
    const store = heldStore();
    const sent = engine.publish({ channel: 'news', data: 7 });
    await until('it is being stored', () => store.reached);
    expect(ids.map(holder)).toEqual(ids.map(() => null));
    store.release();
    await sent;
    expect(await Promise.all(ids.map((id) => engine.result(id)))).toEqual(ids.map(() => 7));
  });
});

describe('an instance that is kept in memory, for which a message is being stored', () => {
  beforeEach(async () => {
    engine = await lab.engine({ cacheSize: 1000 });
  });

  it('looks for messages while it reads whether its history has grown', async () => {
    const [id = ''] = await waiting('paid');
    const seen = operations();
    const read = new Hold(lab.storage, ({ operation, side }) => {
      if (side === 'before') seen.push(operation);
      return operation.startsWith('history.') && side === 'before';
    });
    await engine.deliver(eventOf('paid', 7));
    await until('it reads', () => read.reached);
    await until('it looks', () => seen.includes('messages.pending'));
    read.release();
    expect(await engine.result(id)).toBe(7);
    expect(seen.filter((operation) => operation === 'messages.pending')).toHaveLength(1);
  });

  it('looks again where it is told of another message before its history is read', async () => {
    const [id = ''] = await waiting('both');
    let looked = false;
    const read = new Hold(lab.storage, ({ operation, side }) => {
      if (operation === 'messages.pending' && side === 'after') looked = true;
      return operation.startsWith('history.') && side === 'before';
    });
    await engine.deliver(eventOf('paid', 1));
    await until('it has looked, and reads', () => looked && read.reached);
    await engine.deliver(eventOf('packed', 2));
    read.release();
    const before = lab.clock.now();
    expect(await engine.result(id)).toBe('both');
    expect(lab.clock.now()).toBe(before);
  });
});
