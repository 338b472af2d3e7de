import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  acceptedEvent,
  defineEvent,
  durableMethod,
  Engine,
  Registry,
  type CloudEventValue,
  type WaitTimeoutError,
  type WorkflowContext,
} from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import { eventually } from '../support/eventually.js';
import { databaseKinds, freshDatabase, type TestDatabase } from '../support/test-databases.js';

const paid = defineEvent<{ order: string; sum: number }>('order.paid', { key: ({ order }) => order });
const note = durableMethod('note', (value: unknown) => Promise.resolve(value));

/** The code that both processes run. */
const WORKFLOWS: Readonly<Record<string, (ctx: WorkflowContext, input: never) => unknown>> = {
  order: async (ctx, order: string) => (await ctx.waitEvent(paid, { key: order, timeout: '1m' })).data.sum,
  listen: async (ctx) => {
    await ctx.subscribe('news');
    const heard: unknown[] = [];
    for await (const { data } of ctx.messages('news')) {
      if (data === 'end') return heard;
      heard.push(data);
    }
    return undefined;
  },
  work: async (ctx) => (await ctx.receive('jobs', { mode: 'competing' })).data,
  mailbox: async (ctx) => (await ctx.receive('mail', { mode: 'direct' })).data,
  talk: async (ctx, to: string) => {
    await ctx.publish('news', 'from inside');
    await ctx.publish('news', 'end');
    return ctx.sendTo(to, 'mail', { hello: [1, 'é', null] });
  },
  count: async (ctx, n: number) => {
    await ctx.joinGroup('counters');
    await ctx.subscribe('add', 'direct');
    const { data } = await ctx.receive<number>('add');
    await note(data);
    return n + data >= 15 ? n + data : ctx.recur(n + data);
  },
  members: (ctx) => ctx.groupMembers('counters'),
  started: (_ctx, input: unknown) => input,
  timeout: async (ctx) =>
    ctx.waitEvent('never', { timeout: 50 }).catch((error: unknown) => (error as WaitTimeoutError).code),
};

function event(type: string, data: unknown, more: Partial<CloudEventValue> = {}): CloudEventValue {
  const base = {
    subject: undefined,
    time: undefined,
    dataContentType: undefined,
    dataSchema: undefined,
    extensions: {},
  };
  return { id: `${type}-${String(Math.random())}`, source: '/e2e', type, data, ...base, ...more };
}

describe.each(databaseKinds)('two processes on %s', (kind) => {
  let database: TestDatabase;
  let a: Engine;
  let b: Engine;

  async function engine(): Promise<Engine> {
    const registry = new Registry();
    for (const [name, run] of Object.entries(WORKFLOWS)) {
      const create = () => ({ run: (input: never, ctx: WorkflowContext) => run(ctx, input) as Promise<unknown> });
      registry.addWorkflow({ name, sourceHash: 'v1', sourceCode: '', create });
    }
    registry.addActivity({ name: 'note', options: {}, invoke: ([value]) => value });
    const started = new Engine({ storage: new TypeOrmStorage({ database: database.url }), registry });
    await started.start();
    return started;
  }

  beforeEach(async () => {
    database = await freshDatabase(kind);
    [a, b] = [await engine(), await engine()];
  });
  afterEach(async () => {
    await Promise.all([a.stop(), b.stop()]);
    await database.drop();
  });

  async function start(on: Engine, workflowName: string, input?: unknown, instanceId?: string): Promise<string> {
    return (await on.startInstance({ workflowName, input, ...(instanceId ? { instanceId } : {}) })).instanceId;
  }

  /** Starts it and waits until it waits. */
  async function parked(on: Engine, workflowName: string, input?: unknown, instanceId?: string): Promise<string> {
    const id = await start(on, workflowName, input, instanceId);
    await eventually(`${id} waits`, async () => (await on.get(id)).status === 'waiting_for_message');
    return id;
  }

  it('bring an event that one accepts to the instance of its key, whichever process parked it', async () => {
    const ids = [await parked(a, 'order', 'x'), await parked(b, 'order', 'y')];
    await a.deliver(acceptedEvent(event('order.paid', { order: 'y', sum: 2 })));
    await b.deliver(acceptedEvent(event('order.paid', { order: 'x', sum: 1 })));
    expect(await Promise.all(ids.map((id) => a.result(id, { timeout: '20s' })))).toEqual([1, 2]);
  });

  it('start a workflow once by an event that is delivered twice at once', async () => {
    const accepted = acceptedEvent(event('order.placed', { n: 1 }), [{ workflowName: 'started', input: { n: 1 } }]);
    const reports = await Promise.all([a.deliver(accepted), b.deliver(accepted)]);
    expect(reports.filter(({ stored }) => stored)).toHaveLength(1);
    const [id = ''] = reports.flatMap(({ started }) => started);
    expect(await b.result(id, { timeout: '20s' })).toEqual({ n: 1 });
  });

  it('broadcast in order, and write to one instance, from a workflow', async () => {
    const [ear, box] = [await parked(a, 'listen'), await parked(b, 'mailbox')];
    await b.publish({ channel: 'news', data: 'from outside' });
    const talk = await start(b, 'talk', box);
    await b.result(talk, { timeout: '20s' });
    expect(await a.result(ear, { timeout: '20s' })).toEqual(['from outside', 'from inside']);
    expect(await a.result(box, { timeout: '20s' })).toEqual({ hello: [1, 'é', null] });
  });

  it('share a competing channel: every message has one receiver', async () => {
    const ids = await Promise.all([a, b, a, b, a, b].map((on) => parked(on, 'work')));
    await Promise.all([1, 2, 3, 4, 5, 6].map((data) => (data % 2 ? a : b).publish({ channel: 'jobs', data })));
    const results = await Promise.all(ids.map((id) => a.result(id, { timeout: '20s' })));
    expect([...results].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('follow a chain of generations with messages, groups and results', async () => {
    const id = await start(a, 'count', 0, 'chain');
    for (const data of [1, 2, 3, 4, 5]) await b.sendTo(id, { channel: 'add', data });
    expect(await b.result(id, { timeout: '20s' })).toBe(15);
    const again = await parked(a, 'count', 0, 'other');
    expect(await b.result(await start(b, 'members'), { timeout: '20s' })).toEqual([again]);
    const { instances } = await a.list({ instanceId: 'chain' });
    expect(instances.map(({ status }) => status).sort()).toEqual(['completed', ...Array<string>(4).fill('recurred')]);
  });

  it('end a wait at its deadline', async () => {
    expect(await a.result(await start(a, 'timeout'), { timeout: '20s' })).toBe('ROMANCY_WAIT_TIMEOUT');
  });
});
