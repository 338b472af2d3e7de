import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Notice, NoticeListener } from '@romancy/core';
import { foreignTransaction, type TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, SERVER_NAMES, type TestDatabase } from '../support/databases.js';
import { emptyEntry, startHeld, write } from '../support/entries.js';
import { newMessage, publish } from '../support/messages.js';
import { openProxy, type Proxy } from '../support/proxy.js';
import { query } from '../support/rows.js';
import { insertSibling } from '../support/siblings.js';

class Heard implements NoticeListener {
  readonly notices: Notice[] = [];
  gaps = 0;

  onNotice(notice: Notice): void {
    this.notices.push(notice);
  }

  onGap(): void {
    this.gaps++;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    if (condition()) return;
    await sleep(10);
  }
  throw new Error('It did not happen.');
}

describe('notifications', () => {
  it.each(DATABASES.filter((name) => name !== 'postgres'))('are none on %s', async (name) => {
    const database = await createDatabase(name);
    const storage = await openStorage(database);
    expect(storage.notifications).toBeUndefined();
    await storage.close();
    await database.drop();
  });

  const isThere = (SERVER_NAMES as readonly string[]).includes('postgres');
  (isThere ? describe : describe.skip)('on postgres', () => {
    let database: TestDatabase;
    let proxy: Proxy;
    let storage: TypeOrmStorage;
    let heard: Heard;
    let channel: string;

    beforeAll(async () => {
      database = await createDatabase('postgres');
      proxy = await openProxy(database.url);
      storage = await openStorage(database);
    }, 120_000);

    beforeEach(async () => {
      channel = `channel-${randomUUID()}`;
      heard = new Heard();
      await storage.notifications?.listen(heard);
    });

    afterEach(async () => {
      await storage.notifications?.stop();
    });

    afterAll(async () => {
      await storage.close();
      await proxy.close();
      await database.drop();
    });

    /** Everything that was sent before has arrived when this has. */
    const settle = async (): Promise<void> => {
      const mark: Notice = { kind: 'ended', instanceId: randomUUID() };
      await storage.notifications?.send([mark]);
      await until(() =>
        heard.notices.some((notice) => notice.kind === 'ended' && notice.instanceId === mark.instanceId),
      );
      heard.notices.pop();
    };
    const notify = (name: string, payload: string) => query(storage, 'SELECT pg_notify(?, ?)', [name, payload]);
    /** Payloads as others see them. */
    const rawOf = async (name: string, work: () => Promise<unknown>): Promise<unknown[]> => {
      const payloads: unknown[] = [];
      const runner = storage.dataSource.createQueryRunner();
      const client = (await runner.connect()) as {
        query(text: string): Promise<unknown>;
        on(event: 'notification', listener: (message: { payload: string }) => void): void;
        removeAllListeners(event: 'notification'): void;
      };
      client.on('notification', ({ payload }) => payloads.push(JSON.parse(payload)));
      await client.query(`LISTEN ${name}`);
      await work();
      // An answer comes after the notifications that were there before.
      await client.query('SELECT 1');
      client.removeAllListeners('notification');
      await client.query(`UNLISTEN *`);
      await runner.release();
      return payloads;
    };

    it('begin with a look at what there was before', () => {
      expect(heard).toMatchObject({ gaps: 1, notices: [] });
      expect(storage.notifications?.listening).toBe(true);
    });

    it('tell of messages that entries, the store and stages publish, once for each key', async () => {
      const held = await startHeld(storage);
      await write(storage, [
        emptyEntry(held, {
          messages: [newMessage(channel, { key: 'a' }), newMessage(channel, { key: 'a' }), newMessage(channel)],
        }),
      ]);
      await publish(storage, channel, { key: null });
      const staged = newMessage(channel, { key: 's' });
      await storage.dataSource.transaction((manager) => foreignTransaction(manager).stageMessages([staged]));
      await storage.messages.moveStaged([staged.messageId]);
      await settle();
      expect(heard.notices).toEqual(['a', '', null, 's'].map((key) => ({ kind: 'message', channel, key })));
    });

    it('tell nothing of what was refused or rolled back', async () => {
      const held = await startHeld(storage);
      await write(storage, [emptyEntry({ ...held, token: 'stale' }, { messages: [newMessage(channel)] })]);
      const unknown = { ...held.create, instanceId: randomUUID(), sourceHash: 'unknown' };
      await expect(storage.messages.store([newMessage(channel)], [unknown])).rejects.toThrow();
      await settle();
      expect(heard.notices).toEqual([]);
    });

    it('of messages have the keys of the family, without the one that makes Go deliver them again', async () => {
      const message = newMessage(channel, { key: 'k' });
      const payloads = await rawOf('workflow_channel_message', () => storage.messages.store([message], []));
      expect(payloads).toEqual([{ ch: channel, msg_id: message.messageId, key: 'k' }]);
    });

    it('of a sibling that can go on have the keys of both', async () => {
      const instanceId = await insertSibling(storage, { framework: 'python', channel });
      await publish(storage, channel);
      const waiter = { instanceId, framework: 'python', channel, mode: 'broadcast' } as const;
      const payloads = await rawOf('workflow_resumable', () => storage.messages.push(waiter));
      expect(payloads).toEqual([
        { wf_id: instanceId, wf_name: 'sibling', instance_id: instanceId, workflow_name: 'sibling' },
      ]);
    });

    it('are sent and understood in all kinds', async () => {
      const notices: readonly Notice[] = [
        { kind: 'message', channel, key: 'k' },
        { kind: 'message', channel, key: null },
        { kind: 'resumable', instanceId: 'i', workflowName: 'w' },
        { kind: 'ended', instanceId: 'i' },
        { kind: 'outbox' },
      ];
      await storage.notifications?.send(notices);
      await storage.notifications?.send([]);
      await settle();
      expect(heard.notices).toEqual(notices);
    });

    it.each<[string, string, object, Notice]>([
      [
        'Edda',
        'workflow_resumable',
        { wf_id: 'i', wf_name: 'w' },
        { kind: 'resumable', instanceId: 'i', workflowName: 'w' },
      ],
      [
        'Go',
        'workflow_resumable',
        { instance_id: 'i', workflow_name: 'w' },
        { kind: 'resumable', instanceId: 'i', workflowName: 'w' },
      ],
      ['Edda', 'workflow_channel_message', { ch: 'c', msg_id: 'm' }, { kind: 'message', channel: 'c', key: null }],
      ['Go', 'workflow_channel_message', { channel: 'c', message_id: 7 }, { kind: 'message', channel: 'c', key: null }],
      ['Edda', 'workflow_outbox_pending', { evt_id: 'e', evt_type: 't' }, { kind: 'outbox' }],
      ['Go', 'workflow_outbox_pending', { event_id: 'e' }, { kind: 'outbox' }],
    ])('of %s on %s are understood', async (_, name, payload, notice) => {
      await notify(name, JSON.stringify(payload));
      await settle();
      expect(heard.notices).toEqual([notice]);
      expect(heard.gaps).toBe(1);
    });

    it.each(['', 'no JSON', '[1]', '{"ch":5}'])('that tell nothing (%s) make one look', async (payload) => {
      await notify('workflow_channel_message', payload);
      await settle();
      expect(heard).toMatchObject({ notices: [], gaps: 2 });
    });

    it('that would be too long leave out what does not fit, and the message is stored', async () => {
      await publish(storage, channel, { key: 'k'.repeat(1500) });
      const long = 'ü'.repeat(1200);
      await publish(storage, long, { key: 'k'.repeat(1300), messageId: `m-${'x'.repeat(2500)}` });
      await storage.notifications?.send([{ kind: 'message', channel: 'y'.repeat(9000), key: null }]);
      await settle();
      expect(heard.notices).toEqual([
        { kind: 'message', channel, key: 'k'.repeat(1500) },
        { kind: 'message', channel: long, key: 'k'.repeat(1300) },
      ]);
      expect(heard.gaps).toBe(2);
    });

    it('come again after the connection was lost', async () => {
      const [ended] = await query(
        storage,
        `SELECT count(pg_terminate_backend(pid)) AS ended FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
      );
      expect(Number(ended?.['ended'])).toBe(1);
      await until(() => heard.gaps === 2);
      expect(storage.notifications?.listening).toBe(true);
      await publish(storage, channel);
      await settle();
      expect(heard.notices).toEqual([{ kind: 'message', channel, key: '' }]);
    });

    it('come once there is a server, and nothing fails meanwhile', async () => {
      const other = await openStorage({ ...database, url: proxy.url });
      const listener = new Heard();
      proxy.goDown();
      await other.notifications?.listen(listener);
      expect([other.notifications?.listening, listener.gaps]).toEqual([false, 0]);
      await other.notifications?.send([{ kind: 'outbox' }]);
      proxy.comeBack();
      await until(() => other.notifications?.listening === true);
      expect(listener.gaps).toBe(1);
      await other.close();
    });

    it('end with stop, and with the storage', async () => {
      await storage.notifications?.stop();
      expect(storage.notifications?.listening).toBe(false);
      await publish(storage, channel);
      expect(heard.notices).toEqual([]);
      const listeners = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'`;
      const other = await openStorage(database);
      await other.notifications?.listen(new Heard());
      expect(await query(storage, listeners)).toHaveLength(1);
      await other.close();
      for (let attempt = 0; attempt < 100 && (await query(storage, listeners)).length > 0; attempt++) await sleep(10);
      expect(await query(storage, listeners)).toEqual([]);
    });

    it('can be turned off', async () => {
      const quiet = await openStorage(database, { notifications: false });
      expect(quiet.notifications).toBeUndefined();
      await publish(quiet, channel);
      await quiet.close();
      await settle();
      expect(heard.notices).toEqual([]);
    });
  });
});
