import { jest } from '@jest/globals';
import { ResultTimeoutError, type Engine } from '@romancy/core';
import { Hold } from '../support/hold.js';
import { Lab, until } from '../support/lab.js';
import { parked } from '../support/parked.js';

let lab: Lab;
beforeEach(() => {
  lab = new Lab();
  lab.app.workflow('hears', async (ctx) => (await ctx.receive('news')).data);
  lab.app.workflow('refuses', async (ctx) => {
    await ctx.receive('news');
    throw new Error('no');
  });
});
afterEach(() => lab.close());

/** Reads of instances while the work is done. */
async function looks(work: () => Promise<unknown>): Promise<readonly string[]> {
  const seen: string[] = [];
  lab.storage.faults.intercept(({ operation, side }) => {
    if (operation.startsWith('instances.') && side === 'before') seen.push(operation);
    return undefined;
  });
  await work();
  lab.storage.faults.intercept(undefined);
  return seen;
}

describe('who waits for the result of an instance that is parked', () => {
  it.each([
    ['hears', 'told'],
    ['refuses', 'failed'],
  ])('hears of its end in this process without another look: %s', async (workflow, expected) => {
    const engine = await lab.engine();
    const id = await lab.start(engine, workflow);
    await parked(lab, id);
    let answer: Promise<unknown> = Promise.resolve();
    const first = await looks(async () => {
      answer = engine.result(id).catch((error: unknown) => (error instanceof Error ? 'failed' : error));
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    });
    expect(first).toEqual(['instances.getMany']);
    const later = await looks(async () => {
      await engine.publish({ channel: 'news', data: 'told' });
      expect(await answer).toBe(expected);
    });
    expect(later).toEqual([]);
  });

  it('looks together with all others', async () => {
    const engine = await lab.engine();
    const ids = await Promise.all(Array.from({ length: 20 }, () => lab.start(engine, 'hears')));
    for (const id of ids) await parked(lab, id);
    let answers: Promise<unknown> = Promise.resolve();
    const first = await looks(async () => {
      answers = Promise.all(ids.map((id) => engine.result(id)));
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    });
    expect(first).toEqual(['instances.getMany']);
    await engine.publish({ channel: 'news', data: 1 });
    expect(await answers).toEqual(ids.map(() => 1));
    await until('nothing is held', () => ids.every((id) => lab.row(id).lockedBy === null));
  });
});

describe('who waits for the result of an instance whose claim is under way', () => {
  let engine: Engine;
  let id: string;
  let store: Hold;
  let sent: Promise<unknown>;
  beforeEach(async () => {
    engine = await lab.engine();
    id = await lab.start(engine, 'hears');
    await parked(lab, id);
    store = new Hold(lab.storage, ({ operation, side }) => operation === 'messages.store' && side === 'before');
  });

  /** It is claimed while its message is being stored. */
  async function send(): Promise<void> {
    sent = engine.publish({ channel: 'news', data: 'told' });
    await until('the message is being stored', () => store.reached);
  }

  it('hears of its end without any look', async () => {
    const look = jest.spyOn(lab.storage.instances, 'getMany');
    await send();
    const answer = engine.result(id);
    await lab.quiet();
    store.release();
    expect(await answer).toBe('told');
    expect(look).not.toHaveBeenCalled();
    await sent;
  });

  it('looks where the claim was in vain, without waiting for the next look', async () => {
    const look = jest.spyOn(lab.storage.instances, 'getMany');
    jest.spyOn(lab.storage.leases, 'claimThese').mockResolvedValue([]);
    await send();
    const answer = engine.result(id, { timeout: '1h' });
    answer.catch(() => undefined);
    await lab.quiet();
    expect(look).not.toHaveBeenCalled();
    store.release();
    await sent;
    await until('it has looked', () => look.mock.calls.length > 0);
  });

  it('looks where there is no time to wait', async () => {
    const look = jest.spyOn(lab.storage.instances, 'getMany');
    await send();
    await expect(engine.result(id, { timeout: 0 })).rejects.toThrow(ResultTimeoutError);
    expect(look).toHaveBeenCalledTimes(1);
    store.release();
    await sent;
  });
});
