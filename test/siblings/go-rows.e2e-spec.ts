import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RomancyModule, WorkflowClient, type WorkflowHandle } from '@romancy/nestjs';
import type { DataSource } from 'typeorm';
import { Steps } from '../interop/peer/steps.activities.js';
import { EventWaiterWorkflow } from '../interop/peer/workflows/event-waiter.workflow.js';
import { SubscriberWorkflow } from '../interop/peer/workflows/subscriber.workflow.js';
import { Broker } from '../support/broker.js';
import { eventually } from '../support/eventually.js';
import { databaseKinds, freshDatabase, type TestDatabase } from '../support/test-databases.js';
import { GoRows } from './go-rows.js';

const broker = new Broker();
const LIMIT = 30;

beforeAll(() => broker.start());
afterAll(() => broker.stop());

describe.each(databaseKinds)('rows of Romancy for Go on %s', (kind) => {
  let database: TestDatabase;
  let rows: DataSource;
  let go: GoRows;
  let app: INestApplicationContext;
  let client: WorkflowClient;

  beforeAll(async () => {
    database = await freshDatabase(kind);

    @Module({
      imports: [
        RomancyModule.forRoot({
          database: database.url,
          resumeInterval: 50,
          timerInterval: 50,
          strandedInterval: 100,
          outbox: { http: { url: broker.url }, interval: 50 },
        }),
      ],
      providers: [Steps, SubscriberWorkflow, EventWaiterWorkflow],
    })
    class GoNeighbour {}

    app = await NestFactory.createApplicationContext(GoNeighbour, { logger: false });
    client = app.get(WorkflowClient);
    rows = await database.connect();
    go = new GoRows(rows);
  }, 120_000);

  afterAll(async () => {
    await app.close();
    await rows.destroy();
    await database.drop();
  });

  const waiting = async (handle: WorkflowHandle): Promise<string> => {
    await eventually('it waits', async () => (await handle.status()) === 'waiting_for_message');
    return handle.instanceId;
  };
  const subscribe = async (channel: string, mode: 'broadcast' | 'competing', count = 1) => {
    const handle = await client.start(SubscriberWorkflow, { channel, mode, count, timeout: LIMIT, busy: 0 });
    return { handle, heard: async () => (await handle.result()).messages };
  };

  it('are messages, of objects and of anything else', async () => {
    const { handle, heard } = await subscribe('news', 'broadcast', 3);
    await waiting(handle);
    await go.publish('news', { a: [1] }, { source: 'go' });
    await go.publish('news', 'text');
    await go.publish('news', null);
    expect(await heard()).toMatchObject([
      { data: { a: [1] }, metadata: { source: 'go' }, channel: 'news' },
      { data: 'text', metadata: {} },
      { data: null },
    ]);
  });

  it('are a delivery into an instance of ours, with a time of zero and the number of the message', async () => {
    const { handle, heard } = await subscribe('pushed', 'broadcast');
    const instanceId = await waiting(handle);
    // the message itself is on another channel, so that only the delivery can bring it
    const number = await go.publish('elsewhere', { n: 1 });
    await go.deliver(instanceId, 'pushed', number, { n: 1 });
    expect(await heard()).toEqual([{ id: String(number), channel: 'pushed', data: { n: 1 }, metadata: {} }]);
  });

  it('are events in an envelope', async () => {
    const handle = await client.start(EventWaiterWorkflow, { type: 'paid', count: 1, timeout: LIMIT });
    await waiting(handle);
    const envelope = { id: 'e-1', time: '2026-03-01T12:00:00Z', extensions: { region: 'eu' }, data: { order: 17 } };
    await go.event('paid', envelope);
    expect(await handle.result()).toEqual({
      timeout: false,
      events: [
        {
          id: 'e-1',
          type: 'paid',
          source: '/go',
          subject: null,
          time: '2026-03-01T12:00:00.000Z',
          extensions: { region: 'eu' },
          data: { order: 17 },
        },
      ],
    });
  });

  it('are events without data, and events for one instance, on a channel of its own', async () => {
    const wait = () => client.start(EventWaiterWorkflow, { type: 'decided', count: 1, timeout: LIMIT });
    const [named, other] = [await wait(), await wait()];
    const instanceId = await waiting(named);
    await waiting(other);
    await go.event('decided', { extensions: { romancyinstanceid: instanceId } }, instanceId);
    expect((await named.result()).events).toMatchObject([{ source: '/go', data: null }]);
    await go.event('decided', { data: { all: true } });
    expect((await other.result()).events).toMatchObject([{ data: { all: true } }]);
  });

  it('are outbox rows with an empty type of data', async () => {
    const eventId = await go.outbox('shipped', { order: 17 });
    const sent = await eventually('it is sent', async () => broker.received.find(({ event }) => event.id === eventId));
    expect(sent.event).toMatchObject({ type: 'shipped', source: '/go', data: { order: 17 } });
  });

  it.each(['', null] as const)(
    'are running instances of our names, locked by %j, and stay as they are',
    async (lockedBy) => {
      const instanceId = await go.running('interop_subscribe', lockedBy);
      const look = async (): Promise<unknown> =>
        rows.query(`SELECT * FROM workflow_instances WHERE instance_id = '${instanceId}'`);
      const before = await look();
      // one of ours goes the whole way meanwhile: scans have run
      const { handle, heard } = await subscribe(`while-${String(lockedBy)}`, 'broadcast');
      await waiting(handle);
      await go.publish(`while-${String(lockedBy)}`, { n: 1 });
      await heard();
      await expect(client.cancel(instanceId)).rejects.toMatchObject({ code: 'ROMANCY_INSTANCE_NOT_FOUND' });
      expect(await look()).toEqual(before);
      expect(await rows.query(`SELECT id FROM workflow_history WHERE instance_id = '${instanceId}'`)).toEqual([]);
    },
  );

  if (kind === 'sqlite') {
    it('are claims by a number, which are no claims', async () => {
      const worker = await go.running('go_worker', null);
      const number = await go.publish('jobs', { job: 1 });
      await go.claimNumber(number, worker);
      const { heard } = await subscribe('jobs', 'competing');
      expect(await heard()).toMatchObject([{ data: { job: 1 } }]);
    });
  }
});
