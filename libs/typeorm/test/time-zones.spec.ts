import { TypeOrmStorage } from '@romancy/typeorm';
import { DataSource } from 'typeorm';
import { ABSENT, createDatabase, SERVER_NAMES, type TestDatabase } from './support/databases.js';
import { emptyEntry, historyRow, startHeld, write } from './support/entries.js';

const NOON = Date.parse('2026-07-01T12:00:00.789Z');

describe('sessions in another time zone', () => {
  it(`are tried on every server at hand; left out: ${ABSENT.join(', ') || 'nothing'}`, () => {
    expect(SERVER_NAMES.length + ABSENT.length).toBe(3);
  });

  for (const name of SERVER_NAMES) {
    describe(`on ${name}`, () => {
      let database: TestDatabase;
      let tokyo: DataSource;
      let storage: TypeOrmStorage;

      beforeAll(async () => {
        database = await createDatabase(name);
        tokyo = await new DataSource(database.dataSourceOptions({ poolSize: 1 })).initialize();
        if (name === 'postgres') {
          const { pathname } = new URL(database.url);
          await tokyo.query(`ALTER DATABASE ${pathname.slice(1)} SET timezone TO 'Asia/Tokyo'`);
          await tokyo.destroy();
          await tokyo.initialize();
        } else {
          await tokyo.query(`SET SESSION time_zone = '+09:00'`);
        }
        storage = new TypeOrmStorage({ dataSource: tokyo });
        await storage.open();
      }, 120_000);

      afterAll(async () => {
        await storage.close();
        await tokyo.destroy();
        await database.drop();
      });

      it('stay as they are: they belong to the application', async () => {
        const [row] = await tokyo.query<{ hours: unknown }[]>(
          name === 'postgres'
            ? `SELECT EXTRACT(TIMEZONE FROM now()) / 3600 AS hours`
            : 'SELECT TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), NOW()) AS hours',
        );
        expect(Math.round(Number(row?.hours))).toBe(9);
      });

      it('change nothing in what is written, by the engine or in an activity', async () => {
        const held = await startHeld(storage, { startedAt: NOON });
        await write(storage, [emptyEntry(held, { history: [historyRow('engine:1', { time: NOON })] })]);
        const transaction = storage.transactions.create('in Tokyo');
        await transaction.manager.query('SELECT 1');
        await transaction.commit([
          emptyEntry(held, {
            history: [historyRow('activity:1', { time: NOON })],
            addTimers: [{ timerId: 't', activityId: 't', expiresAt: NOON }],
            compensations: [{ activityId: 'activity:1', activityName: 'undo', args: '[]' }],
            stage: 'in Tokyo',
          }),
        ]);
        // As a sibling reads it: digits that are taken for UTC.
        const sibling = await new DataSource(
          database.dataSourceOptions(
            name === 'postgres' ? { extra: { options: '-c timezone=UTC' } } : { dateStrings: true },
          ),
        ).initialize();
        if (name !== 'postgres') await sibling.query(`SET SESSION time_zone = '+00:00'`);
        const text = name === 'postgres' ? (column: string) => `CAST(${column} AS TEXT)` : (column: string) => column;
        const [instance] = await sibling.query<Record<string, string>[]>(
          `SELECT ${text('started_at')} AS started, ${text('updated_at')} AS updated, ${text('lock_expires_at')} AS expires FROM workflow_instances`,
        );
        const rows = await sibling.query<Record<string, string>[]>(
          `SELECT ${text('created_at')} AS created FROM workflow_history ORDER BY id`,
        );
        const [timer] = await sibling.query<Record<string, string>[]>(
          `SELECT ${text('expires_at')} AS expires FROM workflow_timer_subscriptions`,
        );
        const [compensation] = await sibling.query<Record<string, string>[]>(
          `SELECT ${text('created_at')} AS created FROM workflow_compensations`,
        );
        await sibling.destroy();
        const seconds = (digits: string | undefined): number =>
          Date.parse(`${digits?.slice(0, 19).replace(' ', 'T')}Z`) / 1000;
        const noon = Math.floor(NOON / 1000);
        expect(seconds(instance?.['started'])).toBe(noon);
        expect(rows.map((row) => seconds(row['created']))).toEqual([noon, noon]);
        expect(timer?.['expires']).toMatch(name === 'postgres' ? /12:00:00\.789/ : /12:00:01/);
        expect(Math.abs(seconds(instance?.['updated']) - Date.now() / 1000)).toBeLessThan(60);
        expect(Math.abs(seconds(compensation?.['created']) - Date.now() / 1000)).toBeLessThan(60);
        expect(Math.abs(seconds(instance?.['expires']) - 15 - Date.now() / 1000)).toBeLessThan(60);
      });

      it('change nothing in what is read', async () => {
        const held = await startHeld(storage, { startedAt: NOON });
        const row = await storage.instances.get(held.instanceId);
        expect(row?.startedAt).toBe(NOON);
        expect(Math.abs((row?.updatedAt ?? 0) - Date.now())).toBeLessThan(60_000);
        expect(Math.abs((row?.lockExpiresAt ?? 0) - 15_000 - Date.now())).toBeLessThan(60_000);
        expect(Math.abs((await storage.databaseNow()) - Date.now())).toBeLessThan(60_000);
        const scope = { token: 'b', leaseMs: 60_000, workflowNames: ['orders'], codeVersions: [] };
        expect(await storage.leases.claimThese([held.instanceId], scope)).toEqual([]);
      });
    });
  }
});
