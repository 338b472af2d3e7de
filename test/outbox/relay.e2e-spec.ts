import { Injectable, type INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Activity,
  ActivityContext,
  defineEvent,
  EngineHost,
  RomancyModule,
  Workflow,
  WorkflowClient,
  WorkflowLoops,
  type RomancyOutboxOptions,
} from '@romancy/nestjs';
import type { DataSource } from 'typeorm';
import { Broker } from '../support/broker.js';
import { eventually } from '../support/eventually.js';
import { databaseKinds, freshDatabase, type TestDatabase } from '../support/test-databases.js';

const stockReserved = defineEvent<{ holdId: number }>('stock.reserved');

@Injectable()
class StockActivities {
  constructor(private readonly activity: ActivityContext) {}

  @Activity({ retry: { maxAttempts: 2, initialInterval: 1 } })
  async reserve(holdId: number, failures: number): Promise<string> {
    const id = await this.activity.emit(stockReserved, { holdId }, { subject: String(holdId) });
    await this.activity.manager.query('SELECT 1');
    if (this.activity.attempt <= failures) throw new Error('The stock is closed.');
    return id;
  }
}

@Workflow({ name: 'reserving' })
class Reserving {
  constructor(private readonly stock: StockActivities) {}

  async run({ holdId, failures }: { holdId: number; failures: number }): Promise<string> {
    try {
      return await this.stock.reserve(holdId, failures);
    } catch {
      return 'failed';
    }
  }
}

interface Shop {
  readonly app: INestApplicationContext;
  readonly client: WorkflowClient;
  close(): Promise<void>;
}

describe.each(databaseKinds)('the outbox on %s', (kind) => {
  let database: TestDatabase;
  let connection: DataSource;
  let broker: Broker;
  const open: Shop[] = [];

  beforeAll(async () => {
    database = await freshDatabase(kind);
    await (await shop()).close();
    connection = await database.connect();
  });
  afterAll(async () => {
    await connection.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    broker = await new Broker().start();
  });
  afterEach(async () => {
    await broker.stop();
    await Promise.all(open.splice(0).map((each) => each.close()));
    await connection.query('DELETE FROM outbox_events');
  });

  async function shop(outbox: RomancyOutboxOptions = {}): Promise<Shop> {
    const module = await Test.createTestingModule({
      imports: [RomancyModule.forRoot({ database: database.url, outbox, shutdownTimeout: '1s' })],
      providers: [Reserving, StockActivities],
    })
      .setLogger(false as never)
      .compile();
    await module.init();
    const opened = { app: module, client: module.get(WorkflowClient), close: () => module.close() };
    open.push(opened);
    return opened;
  }

  const quick = { initialInterval: 20, maxInterval: 100 } as const;
  const relaying = (more: RomancyOutboxOptions = {}): Promise<Shop> =>
    shop({ http: { url: () => broker.url }, retry: quick, interval: 50, maxInterval: 50, ...more });

  async function rows(): Promise<readonly { id: string; status: string; retries: number; error: string | null }[]> {
    const found = await connection.query<Record<string, never>[]>('SELECT * FROM outbox_events ORDER BY event_id');
    return found.map((row) => ({
      id: row['event_id']!,
      status: row['status']!,
      retries: row['retry_count']!,
      error: row['last_error']!,
    }));
  }

  async function finished(statuses: readonly string[] = ['published']): Promise<void> {
    await eventually(`all are ${statuses.join(' or ')}`, async () =>
      (await rows()).every(({ status }) => statuses.includes(status)),
    );
  }

  it('sends what an activity emitted when it succeeded, once, with the id of the step', async () => {
    const { client } = await relaying({ source: '/stock' });
    const id = await client.execute(Reserving, { holdId: 7, failures: 1 });
    await finished();
    expect(broker.received.map(({ event }) => [event.id, event.type, event.source, event.subject, event.data])).toEqual(
      [[id, 'stock.reserved', '/stock', '7', { holdId: 7 }]],
    );
    expect(Date.parse(broker.received[0]?.event.time ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it('sends nothing of an activity that failed', async () => {
    const { client } = await relaying();
    expect(await client.execute(Reserving, { holdId: 8, failures: 9 })).toBe('failed');
    expect(await rows()).toEqual([]);
  });

  it('sends what the caller’s transaction committed, and nothing that it rolled back', async () => {
    const { app, client } = await relaying();
    const { dataSource } = app.get(EngineHost);
    const committed = await dataSource.transaction((manager) =>
      client.withManager(manager).emit('order.placed', { ok: true }, { extensions: { traceparent: '00-1' } }),
    );
    await dataSource
      .transaction(async (manager) => {
        await client.withManager(manager).emit('order.placed', { ok: false });
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    const alone = await client.emit('order.alone', null, { source: '/elsewhere', time: new Date(0) });
    await finished();
    expect([...broker.taken].sort()).toEqual([committed, alone].sort());
    const last = broker.received.find(({ event }) => event.id === alone)?.event;
    expect(last).toMatchObject({ source: '/elsewhere', time: '1970-01-01T00:00:00.000Z' });
    expect(broker.received.find(({ event }) => event.id === committed)?.event['traceparent']).toBe('00-1');
  });

  it.each(['binary', 'structured'] as const)('keeps JSON, text and bytes in %s mode', async (mode) => {
    const secrets = ['a', 'b', 'c', 'd'];
    const headers = async (): Promise<Record<string, string>> => ({ authorization: `Bearer ${secrets.shift() ?? ''}` });
    const { client } = await relaying({ http: { url: broker.url, mode, headers }, concurrency: 1 });
    await client.emit('json', { text: 'ü', list: [1, null] }, { subject: 'ä "x" %', extensions: { ext: 'ö', n: 5 } });
    await client.emit('string', 'x');
    await client.emit('text', 'plain ü', { contentType: 'text/plain; charset=utf-8' });
    await client.emit('bytes', Uint8Array.of(104, 105), { contentType: 'text/plain' });
    await finished();
    const byType = new Map(broker.received.map((each) => [each.event.type, each]));
    expect(byType.get('json')?.event).toMatchObject({ data: { text: 'ü', list: [1, null] } });
    const subject = byType.get('json')?.event.subject;
    expect(mode === 'binary' ? decodeURIComponent(subject ?? '') : subject).toBe('ä "x" %');
    expect(byType.get('string')?.event.data).toBe('x');
    expect(byType.get('text')?.event.data).toBe('plain ü');
    expect(byType.get('bytes')?.headers['content-type']).toMatch(
      mode === 'binary' ? /^text\/plain/ : /cloudevents\+json/,
    );
    expect(broker.received.map(({ headers: sent }) => sent.authorization).sort()).toEqual([
      'Bearer a',
      'Bearer b',
      'Bearer c',
      'Bearer d',
    ]);
  });

  it('comes through failures, cut connections, hanging answers and the death of the receiver', async () => {
    const tries = new Map<string, number>();
    const ways = [500, 503, 'cut', 'hang', 429, 'take'] as const;
    broker.behave = ({ id }) => {
      const count = tries.get(id) ?? 0;
      tries.set(id, count + 1);
      return ways[Math.min(count, ways.length - 1)] ?? 'take';
    };
    const { client } = await relaying({ timeout: 200 });
    const ids = await Promise.all(Array.from({ length: 10 }, (_, number) => client.emit('order.paid', { number })));
    await eventually('half of the ways are tried', async () => [...tries.values()].some((count) => count >= 3));
    await broker.stop();
    await eventually('the death is noted', async () =>
      (await rows()).some(({ error }) => error?.includes('fetch failed')),
    );
    await broker.start();
    await finished();
    expect([...broker.taken].sort()).toEqual([...ids].sort());
    for (const row of await rows()) {
      expect(row).toMatchObject({ status: 'published', error: null });
      expect(row.retries).toBeGreaterThanOrEqual(ways.length);
    }
  });

  it('sets aside what is refused, what has had its attempts and what is too old, and tells so', async () => {
    const told: string[] = [];
    broker.behave = ({ type }) => (type === 'refused' ? 422 : type === 'failing' ? 500 : 'take');
    const { app, client } = await relaying({
      retry: { ...quick, maxAttempts: 3 },
      onPublished: ({ type }, attempt) => void told.push(`published ${type} ${String(attempt)}`),
      onRetry: ({ type }, _, attempt) => void told.push(`retry ${type} ${String(attempt)}`),
      onGivenUp: ({ type }, status) => void told.push(`${status} ${type}`),
    });
    app.get(WorkflowLoops).get('romancy:outbox')?.pause();
    await client.emit('refused', 1);
    await client.emit('failing', 1);
    await client.emit('fine', 1);
    const old = await client.emit('old', 1);
    await connection.query(`UPDATE outbox_events SET created_at = '2020-01-01 00:00:00' WHERE event_id = '${old}'`);
    app.get(WorkflowLoops).get('romancy:outbox')?.resume();
    await finished(['published', 'invalid', 'failed', 'expired']);
    expect(told.sort()).toEqual([
      'expired old',
      'failed failing',
      'invalid refused',
      'published fine 1',
      'retry failing 1',
      'retry failing 2',
    ]);
    expect((await rows()).map(({ error }) => error ?? '').sort()).toEqual([
      '',
      expect.stringMatching(/^EventRefusedError: The receiver answered 422/),
      expect.stringMatching(/^It is \d+ s old\./),
      'The receiver answered 500.',
    ]);
  });

  it('keeps the order of what was emitted under one key, through failures', async () => {
    let number = 0;
    broker.behave = () => (number++ % 3 === 0 ? 500 : 'take');
    const shops = [await relaying(), await relaying()];
    const { client } = shops[0]!;
    const ordered: string[] = [];
    for (let index = 0; index < 12; index++) {
      ordered.push(await client.emit('step', { index }, { ordered: index % 2 === 0 ? 'a' : 'b' }));
    }
    await finished();
    const even = (ids: readonly string[], rest: number): readonly string[] =>
      ids.filter((id) => ordered.indexOf(id) % 2 === rest);
    expect(even(broker.taken, 0)).toEqual(even(ordered, 0));
    expect(even(broker.taken, 1)).toEqual(even(ordered, 1));
  });

  it('two relays share the work and send nothing twice', async () => {
    const [first, second] = [await relaying({ concurrency: 5 }), await relaying({ concurrency: 5 })];
    const ids = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (index % 2 === 0 ? first : second).client.emit('order.paid', { index }),
      ),
    );
    await finished();
    expect([...broker.taken].sort()).toEqual([...ids].sort());
  });

  it('gives back at the shutdown what it is sending, uncounted', async () => {
    broker.behave = () => 'hang';
    const first = await relaying();
    await first.client.emit('order.paid', 1);
    await eventually('it is being sent', async () => broker.received.length > 0);
    await first.close();
    expect(await rows()).toMatchObject([{ status: 'pending', retries: 0 }]);
    broker.behave = () => 'take';
    await relaying();
    await finished();
    expect(broker.taken).toHaveLength(1);
  });

  it('sends what siblings left in the table', async () => {
    await connection.query(
      `INSERT INTO outbox_events (event_id, event_type, event_source, data_type, event_data, retry_count) VALUES ('go-1', 'from.go', 'go', '', '{"a":1}', NULL)`,
    );
    await connection.query(
      `INSERT INTO outbox_events (event_id, event_type, event_source, event_data) VALUES ('py-1', 'from.py', 'py', '{"b": NaN}')`,
    );
    await relaying();
    await finished(['published', 'invalid']);
    expect(broker.received.map(({ event }) => [event.id, event.source, event.data])).toEqual([
      ['go-1', 'go', { a: 1 }],
    ]);
    expect((await rows()).map(({ status }) => status)).toEqual(['published', 'invalid']);
  });
});
