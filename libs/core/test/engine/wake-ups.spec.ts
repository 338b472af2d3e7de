import type { Engine } from '@romancy/core';
import { attempt } from '../support/app.js';
import { Hold } from '../support/hold.js';
import { Lab, until } from '../support/lab.js';
import { eventOf, parked } from '../support/parked.js';

let lab: Lab;
let engine: Engine;
beforeEach(() => {
  lab = new Lab();
  lab.app.workflow('two', async (ctx) => {
    await ctx.subscribe('news');
    const first = await ctx.receive('news');
    const second = await ctx.receive('news');
    return [first.data, second.data];
  });
});
afterEach(() => lab.close());

describe('a message', () => {
  it('that is stored between the look and the parking is not lost, and comes before later ones', async () => {
    const other = await lab.anotherEngine({ worker: false });
    engine = await lab.engine();
    const parking = new Hold(lab.storage, ({ side, entries }) =>
      entries.some(({ addWaits }) => side === 'before' && addWaits.length > 0),
    );
    const id = await lab.start(engine, 'two');
    await until('it is about to park', () => parking.reached);
    await other.publish({ channel: 'news', data: 1 });
    parking.release();
    await lab.clock.advance('30s');
    await parked(lab, id);
    await other.publish({ channel: 'news', data: 2 });
    expect(await lab.result(engine, id)).toEqual([1, 2]);
  });

  it('that comes while the instance is held is not lost', async () => {
    lab.app.workflow('busy', async (ctx) => {
      await ctx.subscribe('news');
      ctx.setStage('subscribed');
      await ctx.step('work', async () => {
        await new Promise<void>((resolve) => void lab.clock.setTimer(5000, resolve));
      });
      return (await ctx.receive('news')).data;
    });
    engine = await lab.engine();
    const id = await lab.start(engine, 'busy');
    await until('it has subscribed', () => lab.steps(id).includes('subscribe:1'));
    await engine.publish({ channel: 'news', data: 'early' });
    expect(await lab.result(engine, id)).toBe('early');
  });

  it('from inside a transactional activity wakes those who wait, with its commit', async () => {
    const tell = lab.app.activity('tell', async (data: string) => {
      const { transaction } = attempt();
      await engine.publish({ channel: 'news', data, messageId: `news ${data}`, transaction: transaction as never });
    });
    lab.app.workflow('teller', async () => {
      await tell('a');
      await tell('b');
    });
    engine = await lab.engine();
    const id = await lab.start(engine, 'two');
    await parked(lab, id);
    const before = lab.clock.now();
    await engine.result(await lab.start(engine, 'teller'));
    expect(await engine.result(id)).toEqual(['a', 'b']);
    expect(lab.clock.now()).toBe(before);
  });

  it('and an event wake a parked instance of the same process without any time passing', async () => {
    lab.app.workflow('paid', async (ctx) => (await ctx.waitEvent('paid')).data);
    engine = await lab.engine();
    const [reader, payer] = [await lab.start(engine, 'two'), await lab.start(engine, 'paid')];
    await Promise.all([parked(lab, reader), parked(lab, payer)]);
    const before = lab.clock.now();
    for (const data of [1, 2]) await engine.publish({ channel: 'news', data });
    await engine.deliver(eventOf('paid', 7));
    expect(await Promise.all([engine.result(reader), engine.result(payer)])).toEqual([[1, 2], 7]);
    expect(lab.clock.now()).toBe(before);
  });
});
