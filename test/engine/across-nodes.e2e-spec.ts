import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  acceptedEvent,
  currentActivity,
  defineEvent,
  durableMethod,
  Engine,
  Registry,
  type WorkflowContext,
} from '@romancy/core';
import { activityManager, TypeOrmStorage } from '@romancy/typeorm';
import type { DataSource } from 'typeorm';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type TestDatabase } from '../support/test-databases.js';

/** Addresses of the nodes of one cluster, separated by commas: scripts/services/start-galera.sh env */
const NODES = process.env['GALERA_URLS']?.split(',') ?? [];
const approved = defineEvent<{ id: string }>('across.approved', { key: ({ id }) => id });
const MESSAGES = 60;
const ORDERS = 30;
const JOBS = 40;

async function write(step: unknown): Promise<void> {
  const scope = currentActivity();
  if (scope?.transaction === undefined) throw new Error('An effect needs a transaction.');
  const manager = activityManager(scope.transaction);
  await manager.query('INSERT INTO effects (id, step) VALUES (?, ?)', [scope.instanceId, String(step)]);
}
const effect = durableMethod('effect', write);
const undone = durableMethod('undone', () => write('undone'));

const WORKFLOWS: Readonly<Record<string, (ctx: WorkflowContext, input: never) => unknown>> = {
  order: async (ctx, { id }: { id: string }) => {
    await effect('first');
    await ctx.addCompensation(undone);
    await ctx.sleep(50);
    await ctx.waitEvent(approved, { key: id, timeout: '1m' });
    await effect('last');
    return ctx.instanceId;
  },
  listen: async (ctx) => {
    await ctx.subscribe('news');
    const heard: unknown[] = [];
    while (heard.length < MESSAGES) heard.push((await ctx.receive('news')).data);
    return heard;
  },
  // A generation for each job.
  work: async (ctx) => {
    const { data } = await ctx.receive('jobs', { mode: 'competing' });
    if (data === 'enough') return 'done';
    await effect(data);
    return ctx.recur(undefined);
  },
};

function onNode(address: string): Engine {
  const registry = new Registry();
  for (const [name, run] of Object.entries(WORKFLOWS)) {
    const create = () => ({ run: (input: never, ctx: WorkflowContext) => run(ctx, input) as Promise<unknown> });
    registry.addWorkflow({ name, sourceHash: 'v1', sourceCode: '', create });
  }
  registry.addActivity({ name: 'effect', options: {}, invoke: ([step]) => write(step) });
  registry.addActivity({ name: 'undone', options: {}, invoke: () => write('undone') });
  return new Engine({ storage: new TypeOrmStorage({ database: address }), registry });
}

(NODES.length >= 3 ? describe : describe.skip)('engines on the three nodes of a cluster (GALERA_URLS)', () => {
  let database: TestDatabase;
  let admin: DataSource;
  let engines: Engine[];
  const at = (index: number): Engine => engines[index % engines.length]!;
  const effects = async (): Promise<string[]> =>
    (await admin.query<{ id: string; step: string }[]>('SELECT id, step FROM effects')).map(({ step }) => step).sort();

  beforeAll(async () => {
    database = await freshDatabase('mariadb', NODES[0]);
    admin = await database.connect();
    await admin.query('CREATE TABLE effects (n BIGINT AUTO_INCREMENT PRIMARY KEY, id VARCHAR(255), step VARCHAR(255))');
    const { pathname } = new URL(database.url);
    engines = NODES.slice(0, 3).map((node) => onNode(Object.assign(new URL(node), { pathname }).href));
    // One after the other: the first one makes the tables.
    for (const engine of engines) await engine.start();
  }, 120_000);

  afterAll(async () => {
    await Promise.all(engines.map((engine) => engine.stop()));
    await admin.destroy();
    await database.drop();
  });

  it('each listener hears everything once and in one order, whoever publishes where', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const [index, instanceId] of ids.entries())
      await at(index).startInstance({ workflowName: 'listen', input: null, instanceId });
    await eventually(
      'all listen',
      async () => (await at(0).list({ status: 'waiting_for_message' })).instances.length === ids.length,
    );
    const published = Array.from({ length: MESSAGES }, (_, index) => `news-${index}`);
    await Promise.all(published.map((data, index) => at(index).publish({ channel: 'news', data })));
    const [first, ...others] = await Promise.all(ids.map((id, index) => at(index + 1).result(id, { timeout: '60s' })));
    expect([...(first as string[])].sort()).toEqual([...published].sort());
    for (const other of others) expect(other).toEqual(first);
  }, 120_000);

  it('orders are approved from another node than they run on, and cancelled ones undone, each effect once', async () => {
    const ids = Array.from({ length: ORDERS }, (_, index) => `order-${index}`);
    await Promise.all(
      ids.map((instanceId, index) =>
        at(index).startInstance({ workflowName: 'order', input: { id: instanceId }, instanceId }),
      ),
    );
    const elsewhere = (index: number): Engine => at(index + 1);
    await eventually(
      'all wait',
      async () =>
        (await at(0).list({ status: 'waiting_for_message', workflowName: 'order' })).instances.length === ORDERS,
    );
    const ends = await Promise.all(
      ids.map(async (id, index) => {
        if (index % 3 === 0)
          await eventually(`${id} is seen`, () =>
            elsewhere(index)
              .cancel(id, 'test')
              .then(() => true),
          );
        else await elsewhere(index).deliver(acceptedEvent(approvalOf(id)));
        return at(index + 2)
          .result(id, { timeout: '60s' })
          .then(
            () => 'completed',
            (error: unknown) => (error as Error).name,
          );
      }),
    );
    const cancelled = ids.filter((_, index) => index % 3 === 0).length;
    expect(ends.filter((end) => end === 'completed')).toHaveLength(ORDERS - cancelled);
    expect(ends.filter((end) => end === 'WorkflowCancelledError')).toHaveLength(cancelled);
    const counts = { first: ORDERS, last: ORDERS - cancelled, undone: cancelled };
    expect(await effects()).toEqual(
      Object.entries(counts)
        .flatMap(([step, count]) => Array<string>(count).fill(step))
        .sort(),
    );
  }, 120_000);

  it('workers on all nodes compete for jobs, and each is done once', async () => {
    await admin.query('DELETE FROM effects');
    const ids = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'];
    for (const [index, instanceId] of ids.entries())
      await at(index).startInstance({ workflowName: 'work', input: null, instanceId });
    const jobs = Array.from({ length: JOBS }, (_, index) => `job-${index}`);
    await Promise.all(jobs.map((data, index) => at(index).publish({ channel: 'jobs', data })));
    await eventually('all jobs are done', async () => (await effects()).length >= JOBS, { within: 90_000 });
    await Promise.all(ids.map((_, index) => at(index).publish({ channel: 'jobs', data: 'enough' })));
    await Promise.all(ids.map((id, index) => at(index).result(id, { timeout: '60s' })));
    expect(await effects()).toEqual([...jobs].sort());
  }, 240_000);
});

function approvalOf(id: string) {
  return {
    ...{ id: `approval-${id}`, source: '/across', type: approved.type, data: { id }, extensions: {} },
    ...{ subject: undefined, time: undefined, dataContentType: undefined, dataSchema: undefined },
  };
}
