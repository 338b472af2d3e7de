import { jest } from '@jest/globals';
import { acceptedEvent, defineEvent, type CloudEventValue, type Engine } from '@romancy/core';
import { effect } from '../support/app.js';
import { Gate } from '../support/gate.js';
import { failureOf, Lab, until } from '../support/lab.js';

let lab: Lab;
let engine: Engine;
beforeEach(() => {
  lab = new Lab();
});
afterEach(async () => {
  await lab.close();
});

function event(type: string, data: unknown, more: Partial<CloudEventValue> = {}): CloudEventValue {
  return {
    id: String(Math.random()),
    source: '/test',
    type,
    subject: undefined,
    time: undefined,
    dataContentType: undefined,
    dataSchema: undefined,
    extensions: {},
    data,
    ...more,
  };
}

async function deliver(type: string, data: unknown, more: Partial<CloudEventValue> = {}): Promise<boolean> {
  return (await engine.deliver(acceptedEvent(event(type, data, more)))).stored;
}

async function parked(instanceId: string): Promise<void> {
  await until('it is parked', () => lab.row(instanceId).lockedBy === null && lab.row(instanceId).status !== 'running');
}

describe('waitEvent', () => {
  it('parks the instance without a lease, and hands over the event with its attributes', async () => {
    lab.app.workflow('wait', async (ctx) => {
      const { id, type, source, subject, extensions, data } = await ctx.waitEvent('paid');
      return { id, type, source, subject, extensions, data };
    });
    engine = await lab.engine();
    const id = await lab.start(engine, 'wait');
    await parked(id);
    expect(lab.row(id).status).toBe('waiting_for_message');
    await deliver('paid', { sum: 7 }, { id: 'e1', subject: 'o1', extensions: { tenant: 'a' } });
    expect(await lab.result(engine, id)).toEqual({
      id: 'e1',
      type: 'paid',
      source: '/test',
      subject: 'o1',
      extensions: { tenant: 'a' },
      data: { sum: 7 },
    });
    expect(lab.steps(id)).toEqual(['receive_paid:1']);
    expect(lab.record(id).waits.size).toBe(0);
  });

  it('sees an event that came after the start and before the wait, and none from before the start', async () => {
    const nothing = lab.app.activity('nothing', () => undefined);
    lab.app.workflow('late', async (ctx) => {
      await ctx.sleep('1m');
      await nothing();
      return (await ctx.waitEvent<number>('paid')).data;
    });
    engine = await lab.engine();
    await deliver('paid', 1);
    await lab.clock.advance('1s');
    const id = await lab.start(engine, 'late');
    await parked(id);
    await deliver('paid', 2);
    expect(await lab.result(engine, id)).toBe(2);
  });

  it('gives each waiter the event with its key', async () => {
    const paid = defineEvent<{ order: string; sum: number }>('order.paid', { key: ({ order }) => order });
    lab.app.workflow('order', async (ctx, order: string) => (await ctx.waitEvent(paid, { key: order })).data.sum);
    engine = await lab.engine();
    const [a, b] = [await lab.start(engine, 'order', 'a'), await lab.start(engine, 'order', 'b')];
    await Promise.all([parked(a), parked(b)]);
    await deliver('order.paid', { order: 'b', sum: 2 });
    expect(await lab.result(engine, b)).toBe(2);
    expect(lab.row(a).status).toBe('waiting_for_message');
    await deliver('order.paid', { order: 'a', sum: 1 });
    expect(await lab.result(engine, a)).toBe(1);
  });

  it('ends with WaitTimeoutError at its deadline', async () => {
    lab.app.workflow('wait', async (ctx) => {
      await ctx.waitEvent('never', { timeout: '1h' });
    });
    engine = await lab.engine();
    const id = await lab.start(engine, 'wait');
    await parked(id);
    const started = lab.clock.now();
    const error = await failureOf(lab.result(engine, id));
    expect(error).toMatchObject({ cause: { code: 'ROMANCY_WAIT_TIMEOUT', channel: 'never' } });
    expect(lab.clock.now() - started).toBeGreaterThanOrEqual(3_600_000);
    expect(lab.record(id).timers.size).toBe(0);
  });

  it('goes to the one instance that the event names', async () => {
    lab.app.workflow('wait', async (ctx) => (await ctx.waitEvent<string>('ping')).data);
    engine = await lab.engine();
    const [a, b] = [await lab.start(engine, 'wait'), await lab.start(engine, 'wait')];
    await Promise.all([parked(a), parked(b)]);
    await deliver('ping', 'for b', { extensions: { romancyinstanceid: b } });
    expect(await lab.result(engine, b)).toBe('for b');
    expect(lab.row(a).status).toBe('waiting_for_message');
    await deliver('ping', 'for all');
    expect(await lab.result(engine, a)).toBe('for all');
  });

  it('is not answered by the event that started the instance', async () => {
    lab.app.workflow('again', async (ctx, first: number) => [first, (await ctx.waitEvent<number>('order')).data]);
    engine = await lab.engine();
    const start = acceptedEvent(event('order', 1), [{ workflowName: 'again', input: 1 }]);
    const { started } = await engine.deliver(start);
    const [id = ''] = started;
    await parked(id);
    expect(await engine.deliver(start)).toMatchObject({ stored: false, started: [] });
    await lab.clock.advance('1m');
    await deliver('order', 2);
    expect(await lab.result(engine, id)).toEqual([1, 2]);
  });
});

describe('channels', () => {
  it('broadcast every message to every subscriber, in order', async () => {
    lab.app.workflow('listen', async (ctx) => {
      await ctx.subscribe('news');
      ctx.setStage('listening');
      const heard: unknown[] = [];
      for await (const { data } of ctx.messages('news')) {
        heard.push(data);
        if (data === 'end') break;
      }
      return heard;
    });
    engine = await lab.engine();
    const ids = [await lab.start(engine, 'listen'), await lab.start(engine, 'listen')];
    await Promise.all(ids.map(parked));
    for (const data of [1, 2, 3, 'end']) await engine.publish({ channel: 'news', data });
    for (const id of ids) expect(await lab.result(engine, id)).toEqual([1, 2, 3, 'end']);
  });

  it('hand a competing message to exactly one subscriber', async () => {
    lab.app.workflow('work', async (ctx) => (await ctx.receive<number>('jobs', { mode: 'competing' })).data);
    engine = await lab.engine();
    const ids = [await lab.start(engine, 'work'), await lab.start(engine, 'work'), await lab.start(engine, 'work')];
    await Promise.all(ids.map(parked));
    for (const data of [1, 2, 3]) await engine.publish({ channel: 'jobs', data });
    const results = await Promise.all(ids.map((id) => lab.result(engine, id)));
    expect([...results].sort()).toEqual([1, 2, 3]);
    expect(lab.storage.database.messages.ofChannel('jobs')).toEqual([]);
  });

  it('carry direct messages to one instance', async () => {
    lab.app.workflow('inbox', async (ctx) => (await ctx.receive<string>('mail', { mode: 'direct' })).data);
    lab.app.workflow('send', async (ctx, to: string) => ctx.sendTo(to, 'mail', 'hello'));
    engine = await lab.engine();
    const [a, b] = [await lab.start(engine, 'inbox'), await lab.start(engine, 'inbox')];
    await Promise.all([parked(a), parked(b)]);
    await lab.execute(engine, 'send', a);
    expect(await lab.result(engine, a)).toBe('hello');
    await engine.sendTo(b, { channel: 'mail', data: 'you too' });
    expect(await lab.result(engine, b)).toBe('you too');
    expect(await failureOf(lab.execute(engine, 'send', 'nobody'))).toMatchObject({
      cause: { code: 'ROMANCY_INSTANCE_NOT_FOUND' },
    });
  });

  it('refuse another mode while a subscriber lives, and forget it when the last one has ended', async () => {
    lab.app.workflow('one', async (ctx) => ctx.receive('c', { mode: 'competing' }));
    lab.app.workflow('all', async (ctx) => {
      await ctx.subscribe('c', 'broadcast');
      return 'subscribed';
    });
    engine = await lab.engine();
    const one = await lab.start(engine, 'one');
    await parked(one);
    expect(await failureOf(lab.execute(engine, 'all'))).toMatchObject({
      cause: { code: 'ROMANCY_CHANNEL_MODE_CONFLICT', existing: 'competing', requested: 'broadcast' },
    });
    await engine.cancel(one);
    await failureOf(lab.result(engine, one));
    expect(await lab.execute(engine, 'all')).toBe('subscribed');
  });

  it('repeat nothing in a replay', async () => {
    lab.app.workflow('talk', async (ctx) => {
      await ctx.publish('out', 1);
      await ctx.sleep('1m');
      await ctx.publish('out', 2);
    });
    engine = await lab.engine({ cacheSize: 0 });
    await lab.execute(engine, 'talk');
    expect(lab.storage.database.messages.ofChannel('out').map((message) => message.data)).toEqual(['1', '2']);
  });

  it('keep bytes and metadata', async () => {
    lab.app.workflow('get', async (ctx) => ctx.receive('b'));
    engine = await lab.engine();
    const id = await lab.start(engine, 'get');
    await parked(id);
    await engine.publish({ channel: 'b', data: new Uint8Array([0, 255, 7]), metadata: { from: 'me' } });
    const result = (await lab.result(engine, id)) as { data: Uint8Array; metadata: unknown };
    expect([...result.data]).toEqual([0, 255, 7]);
    expect(result.metadata).toEqual({ from: 'me' });
  });
});

describe('stop', () => {
  it('closes the storage when the news of what was published is brought', async () => {
    engine = await lab.engine();
    const { storage } = lab;
    const order: string[] = [];
    const [waiters, close] = [storage.messages.waiters.bind(storage.messages), storage.close.bind(storage)];
    jest.spyOn(storage.messages, 'waiters').mockImplementation((published) => {
      order.push('waiters');
      return waiters(published);
    });
    jest.spyOn(storage, 'close').mockImplementation(() => {
      order.push('close');
      return close();
    });
    await engine.publish({ channel: 'c', data: 1 });
    await engine.stop();
    expect(order).toEqual(['waiters', 'close']);
  });
});

describe('race', () => {
  it('withdraws the losers: they take no message and leave no timer', async () => {
    lab.app.workflow('either', async (ctx) => {
      const first = await ctx.race([
        (signal) => ctx.receive<string>('a', { signal, timeout: '2h' }).then(({ data }) => data),
        (signal) => ctx.sleep('1h', { signal }).then(() => 'time'),
      ]);
      await ctx.sleep('1s');
      const { data } = await ctx.receive<string>('a');
      return [first, data];
    });
    engine = await lab.engine({ cacheSize: 0 });
    const id = await lab.start(engine, 'either');
    await parked(id);
    await lab.clock.advance('1h');
    await until('the race is over', () => lab.steps(id).includes('sleep:1'));
    await lab.clock.advance('2s');
    await parked(id);
    expect(lab.record(id).timers.size).toBe(0);
    expect([...lab.record(id).waits.values()].map(({ stepId }) => stepId)).toEqual(['receive_a:2']);
    await engine.publish({ channel: 'a', data: 'first' });
    expect(await lab.result(engine, id)).toEqual(['time', 'first']);
  });
});

describe('groups', () => {
  it('know their live members, and bring a message to each', async () => {
    lab.app.workflow('member', async (ctx) => {
      await ctx.joinGroup('team');
      return (await ctx.receive<string>('hi', { mode: 'direct' })).data;
    });
    lab.app.workflow('leader', async (ctx) => {
      const members = await ctx.groupMembers('team');
      return [members, await ctx.publishToGroup('team', 'hi', 'all hands')];
    });
    engine = await lab.engine();
    const ids = [await lab.start(engine, 'member'), await lab.start(engine, 'member')];
    await Promise.all(ids.map(parked));
    expect(await lab.execute(engine, 'leader')).toEqual([ids, 2]);
    for (const id of ids) expect(await lab.result(engine, id)).toBe('all hands');
    expect(await lab.execute(engine, 'leader')).toEqual([[], 0]);
  });
});

describe('an instance that asks for its group at once', () => {
  it('sees that it has joined, and that it has left', async () => {
    lab.app.workflow('visitor', async (ctx) => {
      await ctx.joinGroup('team');
      const inside = [await ctx.groupMembers('team'), await ctx.publishToGroup('team', 'hi', 'me')];
      await ctx.leaveGroup('team');
      return [...inside, await ctx.groupMembers('team'), await ctx.publishToGroup('team', 'hi', 'nobody')];
    });
    engine = await lab.engine();
    expect(await lab.execute(engine, 'visitor', undefined, 'v')).toEqual([['v'], 1, [], 0]);
  });
});

describe('recur', () => {
  it('goes on in a new generation with an empty history; results, subscriptions and messages follow', async () => {
    const note = lab.app.activity('note', (n: number) => effect(`n${String(n)}`));
    lab.app.workflow('count', async (ctx, n: number) => {
      await ctx.subscribe('add', 'direct');
      const { data } = await ctx.receive<number>('add');
      await note(n + data);
      return n + data >= 6 ? n + data : ctx.recur(n + data);
    });
    engine = await lab.engine();
    const id = await lab.start(engine, 'count', 0, 'c');
    for (const data of [1, 2, 3]) await engine.sendTo(id, { channel: 'add', data });
    expect(await lab.result(engine, id)).toBe(6);
    expect(lab.row('c')).toMatchObject({ status: 'recurred', lockedBy: null });
    expect(lab.row('c~2')).toMatchObject({ status: 'recurred', continuedFrom: 'c', chain: 'c' });
    expect(lab.row('c~3')).toMatchObject({ status: 'completed', continuedFrom: 'c~2' });
    expect(lab.history('c')).toEqual([]);
    expect(lab.steps('c~3')).toEqual(['subscribe:1', 'receive_add:1', 'note:1']);
  });

  it('is refused while a step is open', async () => {
    lab.app.workflow('hasty', async (ctx) => {
      void ctx.sleep('1h');
      return ctx.recur(undefined);
    });
    engine = await lab.engine();
    expect(await failureOf(lab.execute(engine, 'hasty'))).toMatchObject({ cause: { code: 'ROMANCY_RECUR' } });
  });

  it('counts a thousand generations', async () => {
    lab.app.workflow('count', async (ctx, n: number) => (n < 1000 ? ctx.recur(n + 1) : n));
    engine = await lab.engine();
    expect(await lab.execute(engine, 'count', 1, 'k')).toBe(1000);
  });
});

describe('an instance that ends', () => {
  it('takes no message along that a cancellation came before', async () => {
    lab.app.workflow('work', async (ctx) => (await ctx.receive<number>('jobs', { mode: 'competing' })).data);
    engine = await lab.engine();
    const [first, second] = [await lab.start(engine, 'work'), await lab.start(engine, 'work')];
    await Promise.all([parked(first), parked(second)]);
    const other = await lab.anotherEngine({ worker: false });
    const claim = lab.storage.messages.claim.bind(lab.storage.messages);
    let cancelled: Promise<void> | undefined;
    Object.assign(lab.storage.messages, {
      claim: async (...args: Parameters<typeof claim>) => {
        // The request is stored between the look and the claim.
        cancelled ??= other.cancel(lab.row(first).lockedBy === null ? second : first);
        await cancelled;
        return claim(...args);
      },
    });
    await engine.publish({ channel: 'jobs', data: 1 });
    const ends = await Promise.allSettled([lab.result(engine, first), lab.result(engine, second)]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find(({ status }) => status === 'fulfilled')).toMatchObject({ value: 1 });
    const loser = lab.row(first).status === 'cancelled' ? first : second;
    expect(lab.steps(loser)).toEqual(['$outcome']);
  });
});

describe('a chain of generations that waits for events', () => {
  it('gets each event of its key once, in order, over more than a thousand generations', async () => {
    lab.app.workflow('follow', async (ctx, n: number) => {
      const { data } = await ctx.waitEvent<number>('tick', { key: 'k' });
      if (data !== n) return `expected ${String(n)}, got ${String(data)}`;
      return n >= 1_050 ? 'fine' : ctx.recur(n + 1);
    });
    engine = await lab.engine();
    const id = await lab.start(engine, 'follow', 1, 'c');
    for (let n = 1; n <= 1_050; n += 1) await deliver('tick', n, { subject: 'k', id: String(n) });
    expect(await lab.result(engine, id)).toBe('fine');
  });

  it('keeps the events of other keys for those who ask for them, in any generation', async () => {
    lab.app.workflow('pick', async (ctx, keys: readonly string[]) => {
      const [key, ...rest] = keys;
      if (key === undefined) return (await ctx.waitEvent<string>('letter')).data;
      const { data } = await ctx.waitEvent<string>('letter', { key });
      return data === key ? ctx.recur(rest) : `expected ${key}, got ${data}`;
    });
    engine = await lab.engine();
    const id = await lab.start(engine, 'pick', ['d', 'a', 'c'], 'p');
    for (const key of ['a', 'b', 'c', 'd']) await deliver('letter', key, { subject: key });
    expect(await lab.result(engine, id)).toBe('b');
  });

  it('leaves the channel of the name to those who read it otherwise', async () => {
    lab.app.workflow('follow', async (ctx, n: number) => {
      await ctx.waitEvent('tick');
      return n > 0 ? ctx.recur(n - 1) : 'done';
    });
    lab.app.workflow('work', async (ctx) => (await ctx.receive('tick', { mode: 'competing' })).data);
    engine = await lab.engine();
    const id = await lab.start(engine, 'follow', 1, 'f');
    await deliver('tick', 1);
    await until('it is the next generation', () => lab.storage.database.instances.has('f~2'));
    expect(await lab.execute(engine, 'work')).toBe(1);
    await engine.cancel(id);
  });
});

describe('two waits that are asked for together on a channel', () => {
  it('subscribe once, and get a message each, in their order', async () => {
    const gate = new Gate();
    const hold = lab.app.activity('hold', () => gate.enter());
    lab.app.workflow('pair', async (ctx) => {
      const [first, second] = await Promise.all([ctx.receive('news'), ctx.receive('news'), hold()]);
      return [first.data, second.data];
    });
    engine = await lab.engine();
    const id = await lab.start(engine, 'pair');
    await until('it holds, and is subscribed', () => gate.entered === 1 && lab.record(id).subscriptions.size === 1);
    await engine.publish({ channel: 'news', data: 'm1' });
    await until('the first has come', () => lab.steps(id).includes('receive_news:1'));
    await engine.publish({ channel: 'news', data: 'm2' });
    await until('the second has come', () => lab.steps(id).includes('receive_news:2'));
    gate.open();
    expect(await lab.result(engine, id)).toEqual(['m1', 'm2']);
  });
});

describe('a channel that some read competing and others wait on for an event', () => {
  it('hints all who wait for the event', async () => {
    lab.app.workflow('wait', async (ctx) => (await ctx.waitEvent('mix')).data);
    lab.app.workflow('work', async (ctx) => (await ctx.receive('mix', { mode: 'competing' })).data);
    engine = await lab.engine();
    const work = await lab.start(engine, 'work');
    await parked(work);
    const waits = [await lab.start(engine, 'wait'), await lab.start(engine, 'wait')];
    await Promise.all(waits.map(parked));
    const claim = lab.storage.messages.claim.bind(lab.storage.messages);
    Object.assign(lab.storage.messages, {
      claim: async (...args: Parameters<typeof claim>) => {
        await until('both have it', () => waits.every((id) => lab.steps(id).length === 1));
        return claim(...args);
      },
    });
    await engine.publish({ channel: 'mix', data: 1 });
    for (const id of [...waits, work]) expect(await lab.result(engine, id)).toBe(1);
  });
});
