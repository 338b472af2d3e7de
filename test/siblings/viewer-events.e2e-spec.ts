import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RomancyModule } from '@romancy/nestjs';
import { RomancyViewerModule } from '@romancy/nestjs-viewer';
import type { DataSource } from 'typeorm';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type TestDatabase } from '../support/test-databases.js';
import { GoRows } from './go-rows.js';

type Row = Readonly<Record<string, unknown>>;

describe('an event that the viewer sends to one instance', () => {
  let database: TestDatabase;
  let rows: DataSource;
  let siblings: GoRows;
  let app: INestApplication;

  beforeAll(async () => {
    database = await freshDatabase('sqlite');

    @Module({
      imports: [RomancyModule.forRoot({ database: database.url, http: false }), RomancyViewerModule.forRoot({})],
    })
    class Neighbour {}

    app = await NestFactory.create(Neighbour, { logger: false });
    await app.listen(0, '127.0.0.1');
    rows = await database.connect();
    siblings = new GoRows(rows);
  });

  afterAll(async () => {
    await app.close();
    await rows.destroy();
    await database.drop();
  });

  const send = async (instanceId: string): Promise<Response> =>
    fetch(`${await app.getUrl()}/romancy/api/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-romancy-action': '1' },
      body: JSON.stringify({ type: 'decided', data: { yes: true }, id: `to-${instanceId}`, instanceId }),
    });
  /** A sibling's instance that waits on a channel. */
  const waiting = async (framework: string, channel: (instanceId: string) => string): Promise<string> => {
    const instanceId = await siblings.running('approval', null);
    await rows.query(
      `UPDATE workflow_instances SET framework = '${framework}', status = 'waiting_for_message' WHERE instance_id = '${instanceId}'`,
    );
    await siblings.insert('channel_subscriptions', {
      instance_id: instanceId,
      channel: channel(instanceId),
      mode: 'broadcast',
      activity_id: 'receive_decided:1',
      cursor_message_id: 0,
    });
    return instanceId;
  };
  const historyOf = (instanceId: string): Promise<readonly Row[]> =>
    rows.query(`SELECT activity_id, event_type, event_data FROM workflow_history WHERE instance_id = '${instanceId}'`);
  const delivered = async (instanceId: string): Promise<Row> => {
    const row = await eventually('it is delivered', async () => (await historyOf(instanceId))[0]);
    expect(row).toMatchObject({ activity_id: 'receive_decided:1', event_type: 'ChannelMessageReceived' });
    return JSON.parse(row['event_data'] as string) as Row;
  };

  it('is delivered to it in the form of Edda, and to no other one', async () => {
    const [named, other] = [await waiting('python', () => 'decided'), await waiting('python', () => 'decided')];
    expect((await send(named)).status).toBe(202);
    expect(await delivered(named)).toMatchObject({
      channel: 'decided',
      data: { yes: true },
      metadata: { ce_type: 'decided', ce_id: `to-${named}`, ce_extensions: { romancyinstanceid: named } },
    });
    expect(await historyOf(other)).toEqual([]);
  });

  it('is delivered in the envelope of Romancy (Go) where that has subscribed to such events', async () => {
    const named = await waiting('go', (instanceId) => `decided:${instanceId}`);
    expect((await send(named)).status).toBe(202);
    expect(await delivered(named)).toMatchObject({
      data: { specversion: '1.0', type: 'decided', id: `to-${named}`, data: { yes: true } },
    });
  });

  it('is refused where an instance of Romancy (Go) would never read it', async () => {
    const named = await waiting('go', () => 'decided');
    const answer = await send(named);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      409,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('Romancy (Go)') as string });
    expect(await rows.query(`SELECT id FROM channel_messages WHERE channel LIKE 'decided:${named}'`)).toEqual([]);
    expect(await historyOf(named)).toEqual([]);
  });
});
