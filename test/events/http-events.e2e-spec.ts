import { Injectable, Module, type INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  Activity,
  defineEvent,
  RomancyModule,
  Workflow,
  WorkflowClient,
  type RomancyModuleOptions,
  type WorkflowContext,
} from '@romancy/nestjs';
import { CloudEvent, HTTP } from 'cloudevents';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { badRequests } from '../support/bad-requests.js';
import { eventually } from '../support/eventually.js';
import { rawPost } from '../support/raw-post.js';
import { databaseKinds, freshDatabase, type TestDatabase } from '../support/test-databases.js';

interface Order {
  readonly orderId: string;
}

const placed = defineEvent<Order>('shop.placed', {
  schema: {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) =>
        typeof (value as Partial<Order> | undefined)?.orderId === 'string'
          ? { value }
          : { issues: [{ message: 'must be a text', path: ['orderId'] }] },
    },
  },
});
const paid = defineEvent<Order & { receipt: string }>('shop.paid', { key: ({ orderId }) => orderId });

@Injectable()
class Ledger {
  readonly entries: string[] = [];

  @Activity({ transactional: false })
  async note(entry: string): Promise<void> {
    this.entries.push(entry);
  }
}

@Workflow({ name: 'shop_order', startOn: placed })
class OrderWorkflow {
  constructor(private readonly ledger: Ledger) {}

  async run({ orderId }: Order, ctx: WorkflowContext<Order>): Promise<string> {
    await this.ledger.note(orderId);
    const event = await ctx.waitEvent(paid, { key: orderId });
    return `${event.data.receipt} ${event.source} ${event.id}`;
  }
}

@Workflow({ name: 'shop_approval' })
class ApprovalWorkflow {
  async run(_: null, ctx: WorkflowContext<null>): Promise<unknown> {
    const { data } = await ctx.waitEvent('shop.approved', { timeout: '1h' });
    return data instanceof Uint8Array ? [...data] : data;
  }
}

@Workflow({ name: 'shop_return', startOn: 'shop.returned', input: z.object({ orderId: z.string() }) })
class ReturnWorkflow {
  async run({ orderId }: Order): Promise<string> {
    return orderId;
  }
}

describe.each(databaseKinds)('events over HTTP on %s', (kind) => {
  let database: TestDatabase;
  let connection: DataSource;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    database = await freshDatabase(kind);
    ({ app, url } = await serve());
    connection = await database.connect();
  });
  afterAll(async () => {
    await app.close();
    await connection.destroy();
    await database.drop();
  });

  async function serve(fastify = false): Promise<{ app: INestApplication; url: string }> {
    const options: RomancyModuleOptions = { database: database.url };
    const providers = [Ledger, OrderWorkflow, ApprovalWorkflow, ReturnWorkflow];

    @Module({ imports: [RomancyModule.forRoot(options)], providers })
    class ShopModule {}

    const module = await Test.createTestingModule({ imports: [ShopModule] })
      .setLogger(false as never)
      .compile();
    const served = fastify ? module.createNestApplication(new FastifyAdapter()) : module.createNestApplication();
    served.useLogger(false);
    await served.listen(0, '127.0.0.1');
    const { port } = served.getHttpServer().address() as { port: number };
    return { app: served, url: `http://127.0.0.1:${String(port)}/events` };
  }

  async function counts(): Promise<readonly number[]> {
    const tables = ['channel_messages', 'workflow_instances', 'workflow_history'];
    const found = await Promise.all(
      tables.map((table) => connection.query<{ n: number | string }[]>(`SELECT COUNT(*) AS n FROM ${table}`)),
    );
    return found.map(([row]) => Number(row?.n));
  }

  async function send(event: CloudEvent<unknown>, mode: typeof HTTP.binary = HTTP.structured): Promise<number> {
    const { headers, body } = mode(event);
    return (await rawPost(url, headers as Record<string, string>, body as string | Buffer)).status;
  }

  const event = (type: string, data: unknown, more: object = {}): CloudEvent<unknown> =>
    new CloudEvent({ source: '/tests', type, data, ...more });

  it('start a workflow once, however often they are delivered, and wake the one that waits for their key', async () => {
    const start = event('shop.placed', { orderId: `${kind}-1` });
    const other = event('shop.placed', { orderId: `${kind}-2` });
    expect(await Promise.all([send(start), send(start, HTTP.binary), send(other), send(start)])).toEqual([
      202, 202, 202, 202,
    ]);
    const client = app.get(WorkflowClient);
    const { instances } = await client.list({ workflowName: 'shop_order' });
    expect(instances).toHaveLength(2);
    const payment = event('shop.paid', { orderId: `${kind}-2`, receipt: 'r-2' });
    expect(await send(payment, HTTP.binary)).toBe(202);
    const waiting = instances.find(({ input }) => (input as Order).orderId === `${kind}-2`);
    expect(await client.handle(waiting?.instanceId ?? '').result({ timeout: '20s' })).toBe(`r-2 /tests ${payment.id}`);
    const first = instances.find(({ input }) => (input as Order).orderId === `${kind}-1`);
    expect(await client.get(first?.instanceId ?? '')).toMatchObject({
      status: expect.stringMatching(/^(running|waiting)/) as string,
    });
    // The payment of the first one comes twice.
    const own = event('shop.paid', { orderId: `${kind}-1`, receipt: 'r-1' });
    expect([await send(own), await send(own)]).toEqual([202, 202]);
    expect(await client.handle(first?.instanceId ?? '').result({ timeout: '20s' })).toBe(`r-1 /tests ${own.id}`);
    expect(app.get(Ledger).entries.sort()).toEqual([`${kind}-1`, `${kind}-2`]);
  });

  it.each<[string, unknown, object, unknown]>([
    ['JSON', { yes: true }, {}, { yes: true }],
    ['text', 'null', { datacontenttype: 'text/plain' }, 'null'],
    ['bytes', Buffer.from([0, 255, 10]), { datacontenttype: 'application/octet-stream' }, [0, 255, 10]],
  ])('bring %s to the one instance that they name', async (name, data, more, result) => {
    const client = app.get(WorkflowClient);
    for (const mode of [HTTP.structured, HTTP.binary]) {
      const [target, bystander] = await Promise.all([
        client.start(ApprovalWorkflow, null),
        client.start(ApprovalWorkflow, null),
      ]);
      const extension = name === 'text' ? 'eddainstanceid' : 'romancyinstanceid';
      expect(await send(event('shop.approved', data, { ...more, [extension]: target.instanceId }), mode)).toBe(202);
      expect(await target.result({ timeout: '20s' })).toEqual(result);
      expect(await bystander.status()).not.toBe('completed');
      await bystander.cancel();
    }
  });

  it('are accepted from code as from HTTP', async () => {
    const client = app.get(WorkflowClient);
    const start = event('shop.placed', { orderId: `${kind}-3` });
    const report = await client.deliver(start);
    expect(report).toMatchObject({ stored: true, started: [expect.any(String)] });
    expect(await client.deliver(start)).toMatchObject({ stored: false, started: [], messageId: report.messageId });
    await expect(client.deliver({ id: '1', source: '/s', type: 'shop.placed', data: {} })).rejects.toMatchObject({
      code: 'ROMANCY_INVALID_EVENT',
      issues: [{ path: 'data.orderId', message: 'must be a text' }],
    });
    await expect(client.deliver({ id: '', source: '/s', type: 't' })).rejects.toMatchObject({
      issues: [{ path: 'id' }],
    });
  });

  it('that are wrong are refused, each with its reason, and leave nothing', async () => {
    const requests = badRequests();
    expect(requests.length).toBeGreaterThan(250);
    expect(
      new Set(requests.map(({ headers, body }) => JSON.stringify([headers, String(body), body.length]))).size,
    ).toBe(requests.length);
    const fastify = await serve(true);
    await eventually('all is still', async () => {
      const [before, after] = [await counts(), await counts()];
      return String(before) === String(after);
    });
    const before = await counts();
    for (const place of [url, fastify.url]) {
      const answers = [];
      for (const { name, headers, body } of requests) {
        const { status, body: answer } = await rawPost(place, headers, body);
        const { error, error_type: type, retryable } = answer;
        answers.push({ name, status, error: typeof error, type: typeof type, retryable });
      }
      expect(answers).toEqual(
        requests.map(({ name, status }) => ({ name, status, error: 'string', type: 'string', retryable: false })),
      );
    }
    const data = { 'content-type': 'application/cloudevents+json' };
    // Against the schema of the event, and against that of the workflow which it starts.
    for (const type of ['shop.placed', 'shop.returned']) {
      const wrong = JSON.stringify({ specversion: '1.0', id: 'x', source: '/s', type, data: { orderId: 5 } });
      expect(await rawPost(url, data, wrong)).toMatchObject({ status: 400, body: { error_type: 'DataError' } });
    }
    expect(await counts()).toEqual(before);
    await fastify.app.close();
  });

  it('are answered 500 while the database fails, and taken when they are sent again', async () => {
    const start = event('shop.placed', { orderId: `${kind}-4` });
    await connection.query('ALTER TABLE channel_messages RENAME TO channel_messages_away');
    try {
      const { headers, body } = HTTP.structured(start);
      expect(await rawPost(url, headers as Record<string, string>, body as string)).toMatchObject({
        status: 500,
        body: { error_type: 'StorageError', retryable: true },
      });
    } finally {
      await connection.query('ALTER TABLE channel_messages_away RENAME TO channel_messages');
    }
    expect((await app.get(WorkflowClient).list({ input: { orderId: `${kind}-4` } })).instances).toHaveLength(0);
    expect(await send(start)).toBe(202);
    expect((await app.get(WorkflowClient).list({ input: { orderId: `${kind}-4` } })).instances).toHaveLength(1);
  });
});
