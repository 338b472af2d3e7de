import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommitEntry } from '@romancy/core';
import { foreignTransaction, type TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, DATABASES, openStorage, SERVER_NAMES, type TestDatabase } from '../support/databases.js';
import { emptyEntry, startHeld, write } from '../support/entries.js';
import { newMessage, pending, publish } from '../support/messages.js';
import { query } from '../support/rows.js';

/** Makes the INSERT of a message with this body last, while its id is taken and its transaction open. */
const SLOW_ROWS = {
  postgres: [
    `CREATE FUNCTION slow_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$`,
    `CREATE TRIGGER slow_rows AFTER INSERT ON channel_messages FOR EACH ROW WHEN (NEW.data = '"slow"') EXECUTE FUNCTION slow_row()`,
  ],
  mysql: [
    `CREATE TRIGGER slow_rows AFTER INSERT ON channel_messages FOR EACH ROW SET @slept = IF(NEW.data = '"slow"', SLEEP(0.5), 0)`,
  ],
};

const SLEEPERS = {
  postgres: `SELECT count(*) AS sleepers FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
  mysql: `SELECT COUNT(*) AS sleepers FROM information_schema.processlist WHERE db = DATABASE() AND state = 'User sleep'`,
};

describe.each(DATABASES)('the order of messages on %s', (name) => {
  let database: TestDatabase;
  let storage: TypeOrmStorage;
  let second: TypeOrmStorage;
  let channel: string;
  const isServer = (SERVER_NAMES as readonly string[]).includes(name);

  beforeAll(async () => {
    database = await createDatabase(name);
    storage = await openStorage(database);
    second = await openStorage(database);
    const triggers = name === 'postgres' ? SLOW_ROWS.postgres : isServer ? SLOW_ROWS.mysql : [];
    for (const trigger of triggers) await query(storage, trigger);
  }, 120_000);

  beforeEach(() => {
    channel = `channel-${randomUUID()}`;
  });

  afterAll(async () => {
    await second.close();
    await storage.close();
    await database.drop();
  });

  const bodies = async (parts: object = {}): Promise<unknown[]> =>
    (await pending(storage, channel, parts)).map(({ data }) => data);
  /** Waits until it is in the middle of writing the message that lasts; SQLite knows no such middle. */
  const begun = async (work: Promise<unknown>): Promise<void> => {
    if (!isServer) await work;
    for (let attempt = 0; isServer && attempt < 200; attempt++) {
      const [row] = await query(storage, SLEEPERS[name === 'postgres' ? 'postgres' : 'mysql']);
      if (Number(row?.['sleepers']) > 0) return;
      await sleep(2);
    }
    if (isServer) throw new Error('Nobody has begun to write.');
  };

  const publishers: readonly (readonly [string, (data: string) => Promise<unknown>])[] = [
    ['the store', (data) => publish(second, channel, { data } as never)],
    [
      'an entry',
      async (data) => {
        const held = await startHeld(second);
        const entry = (more: Partial<CommitEntry>): CommitEntry => emptyEntry(held, more);
        await write(second, [entry({ messages: [newMessage(channel, { data } as never)] })]);
      },
    ],
    [
      'the end of an activity',
      async (data) => {
        const held = await startHeld(second);
        const transaction = second.transactions.create('publisher');
        await transaction.commit([emptyEntry(held, { messages: [newMessage(channel, { data } as never)] })]);
      },
    ],
    [
      'a stage',
      async (data) => {
        const message = newMessage(channel, { data } as never);
        await second.dataSource.transaction((manager) => foreignTransaction(manager).stageMessages([message]));
        await second.messages.moveStaged([message.messageId]);
      },
    ],
  ];

  it.each(publishers)('is that of their commits, where %s publishes', async (_, publishWith) => {
    const slow = publish(storage, channel, { data: '"slow"' } as never);
    await begun(slow);
    await publishWith('"fast"');
    // Whoever reads now moves behind the fast one: the slow one has to be there.
    expect(await bodies()).toEqual(['"slow"', '"fast"']);
    await slow;
    const other = publishWith('"slow"');
    await begun(other);
    await publish(storage, channel, { data: '"fast"' } as never);
    expect(await bodies()).toEqual(['"slow"', '"fast"', '"slow"', '"fast"']);
    await other;
  });

  it('is that of their commits, where a subscriber begins', async () => {
    const held = await startHeld(storage);
    const slow = publish(second, channel, { data: '"slow"' } as never);
    await begun(slow);
    const hold = { instanceId: held.instanceId, token: held.token };
    const request = { hold, channel, mode: 'broadcast', from: 'now' } as const;
    const report = await storage.messages.subscribe(request, () => emptyEntry(held));
    const [first] = await pending(storage, channel);
    expect(report).toMatchObject({ kind: 'done', subscription: { cursor: first?.id } });
    await slow;
  });

  it('does not depend on when an open transaction of the application began', async () => {
    const message = newMessage(channel, { data: '"staged first"' } as never);
    const later = newMessage(channel, { data: '"staged second"', messageId: `0-${randomUUID()}` } as never);
    const work = storage.dataSource.transaction(async (manager) => {
      await foreignTransaction(manager).stageMessages([message, later, message]);
      if (isServer) await publish(second, channel, { data: '"between"' } as never);
    });
    await work;
    if (!isServer) await publish(second, channel, { data: '"between"' } as never);
    expect(await bodies()).toEqual(['"between"']);
    expect(await storage.messages.moveStaged(null)).toEqual([]);
    const moved = await Promise.all(
      [storage, second].map((one) => one.messages.moveStaged([later.messageId, message.messageId])),
    );
    expect(moved.flat()).toEqual([{ channel, key: '' }]);
    expect(await bodies()).toEqual(['"between"', '"staged first"', '"staged second"']);
    expect(await query(storage, 'SELECT id FROM romancy_staged_messages')).toEqual([]);
  });

  it('is without what an application has rolled back', async () => {
    const message = newMessage(channel);
    const work = storage.dataSource.transaction(async (manager) => {
      await foreignTransaction(manager).stageMessages([message]);
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    await storage.messages.moveStaged([message.messageId]);
    expect(await bodies()).toEqual([]);
  });

  it('is that of staging also for what was left over', async () => {
    const messages = Array.from({ length: 450 }, (_, index) =>
      newMessage(channel, { data: String(index), key: String(index % 2) } as never),
    );
    await storage.dataSource.transaction((manager) => foreignTransaction(manager).stageMessages(messages));
    await query(storage, 'UPDATE romancy_staged_messages SET created_at = created_at - 6000');
    expect(await storage.messages.moveStaged(null)).toEqual([
      { channel, key: '0' },
      { channel, key: '1' },
    ]);
    expect(await bodies({ limit: 1000 })).toEqual(messages.map(({ data }) => data));
  });

  it('of many channels at once does not make publishers wait for each other in a circle', async () => {
    const channels = Array.from({ length: 6 }, (_, index) => `${channel}-${index}`);
    const round = async (one: TypeOrmStorage, order: readonly string[]): Promise<void> => {
      for (let count = 0; count < 15; count++)
        await one.messages.store(
          order.map((name) => newMessage(name)),
          [],
        );
    };
    const backwards = [...channels].reverse();
    await Promise.all([
      round(storage, channels),
      round(second, backwards),
      round(storage, backwards),
      round(second, channels),
    ]);
    for (const one of channels) expect(await pending(storage, one)).toHaveLength(60);
  });

  it('loses nothing for a reader that moves with what it sees', async () => {
    const total = 4 * 25;
    const publishing = Promise.all(
      [storage, second, storage, second].map(async (one) => {
        for (let count = 0; count < 25; count++) await publish(one, channel);
      }),
    );
    const seen: number[] = [];
    for (let rest = 400; seen.length < total && rest > 0; rest--) {
      const rows = await pending(storage, channel, { cursor: seen.at(-1) ?? 0, limit: 3 });
      seen.push(...rows.map(({ id }) => id));
    }
    await publishing;
    const rest = await pending(storage, channel, { cursor: seen.at(-1) ?? 0 });
    expect(seen.length + rest.length).toBe(total);
    expect((await pending(storage, channel)).map(({ id }) => id)).toEqual([...seen, ...rest.map(({ id }) => id)]);
  });

  it('competing claims take each message once, whoever asks', async () => {
    const holders = await Promise.all(Array.from({ length: 4 }, () => startHeld(storage)));
    const ids = await Promise.all(Array.from({ length: 20 }, () => publish(storage, channel)));
    const taken: string[] = [];
    await Promise.all(
      holders.map(async (held, index) => {
        for (;;) {
          const one = index % 2 === 0 ? storage : second;
          const report = await one.messages.claim(channel, () => emptyEntry(held));
          if (report.kind !== 'claimed') break;
          taken.push(report.message.messageId);
        }
      }),
    );
    expect(taken.sort()).toEqual([...ids].sort());
  });
});
