import { Engine, Registry } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import { eventually } from '../support/eventually.js';
import { Pooler } from '../support/pooler.js';
import { databaseKinds, freshDatabase } from '../support/test-databases.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { Workplace } from '../support/workplace.js';
import { describeEach } from '../support/describe-each.js';

/** What the documentation says for a pooler in transaction mode. */
const STORAGE = { notifications: false, preparedStatements: false, migrations: 'verify' } as const;
const SETTINGS = { liveness: false, leaseDuration: '3s' } as const;
const JOBS = Array.from({ length: 12 }, (_, index) => `job-${index}`);

describeEach(databaseKinds.filter((kind) => kind === 'postgres'))(
  'behind a pooler in transaction mode, on %s',
  (kind) => {
    let place: Workplace;
    let pooler: Pooler;
    let database: string;

    beforeAll(async () => {
      const direct = await freshDatabase(kind);
      place = await Workplace.at(direct);
      // Migrations hold a lock of their session, so they go the direct way.
      const storage = new TypeOrmStorage({ database: direct.url });
      await storage.open();
      await storage.close();
      pooler = await Pooler.before(direct.url);
      database = pooler.to(direct.url);
    }, 120_000);

    afterAll(async () => {
      await place.close();
      await pooler.remove();
    });

    const worker = (): Promise<WorkerProcess> => place.worker({ database, storage: STORAGE, ...SETTINGS });

    /** What sessions of the server hold beyond a transaction. */
    async function leftInSessions(): Promise<unknown> {
      const [locks] = await place.query<{ count: string }>(
        `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE l.locktype = 'advisory' AND d.datname = current_database()`,
      );
      const listening = await place.query<{ query: string }>(
        `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
      );
      return { locks: Number(locks?.count), listening };
    }

    it('workers share the work, and that of a dead one goes on when its leases have ended', async () => {
      const [one, two] = [await worker(), await worker()];
      for (const [index, id] of JOBS.entries()) {
        const job = { ms: 1_500, transactional: index % 3 === 0 };
        (index % 2 === 0 ? one : two).send({ kind: 'start', id, job });
      }
      await one.holding('job-0');
      expect(await leftInSessions()).toEqual({ locks: 0, listening: [] });
      await one.kill();
      for (const [index, id] of JOBS.entries()) {
        await place.completed(id, 60_000);
        const steps = index % 3 === 0 ? ['first', 'held', 'last'] : ['first', 'last'];
        expect([id, await place.effects(id)]).toEqual([id, steps]);
      }
      const complaints = two.told.filter((event) => event.kind === 'log' && event.level === 'error');
      expect(complaints).toEqual([]);
      await two.kill();
    }, 120_000);

    it('messages of another process arrive, and the planner is left as it was', async () => {
      const registry = new Registry();
      registry.addWorkflow({
        name: 'reader',
        sourceHash: 'v1',
        sourceCode: '',
        create: () => ({
          run: async (_input, ctx) => {
            await ctx.subscribe('news');
            return [(await ctx.receive('news')).data, (await ctx.receive('news')).data];
          },
        }),
      });
      const engine = (settings: { worker: boolean }): Engine =>
        new Engine({ storage: new TypeOrmStorage({ database, ...STORAGE }), registry, ...SETTINGS, ...settings });
      const [reader, sender] = [engine({ worker: true }), engine({ worker: false })];
      await Promise.all([reader.start(), sender.start()]);
      const { instanceId } = await reader.startInstance({ workflowName: 'reader', input: null });
      await eventually('it waits', async () => (await reader.get(instanceId)).status === 'waiting_for_message', {
        within: 20_000,
        every: 50,
      });
      for (const data of [1, 2]) await sender.publish({ channel: 'news', data });
      expect(await sender.result(instanceId, { timeout: '20s' })).toEqual([1, 2]);
      const all = new TypeOrmStorage({ database, ...STORAGE });
      await all.open();
      // Each holds a server connection for a while, so that every one of them is asked.
      const ask = (): Promise<{ scans: string }[]> =>
        all.dataSource.query(`SELECT current_setting('enable_seqscan') AS scans, pg_sleep(0.3)`);
      const answers = await Promise.all(Array.from({ length: 8 }, ask));
      expect([...new Set(answers.flat().map(({ scans }) => scans))]).toEqual(['on']);
      await Promise.all([all.close(), reader.stop(), sender.stop()]);
    }, 120_000);
  },
);
