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
