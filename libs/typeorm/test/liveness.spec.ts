import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerSight } from '@romancy/core';
import type { TypeOrmStorage } from '@romancy/typeorm';
import { createDatabase, openStorage, SERVER_NAMES, type TestDatabase } from './support/databases.js';
import { describeEach } from '../../../test/support/describe-each.js';

describeEach(SERVER_NAMES)('the session of a worker on %s', (name) => {
  let database: TestDatabase;
  let worker: TypeOrmStorage;
  let observer: TypeOrmStorage;
  const workerId = `worker-${randomUUID()}`;

  beforeAll(async () => {
    database = await createDatabase(name);
    worker = await openStorage(database);
    observer = await openStorage(database);
    await worker.liveness.join({ workerId, label: 'pod-1', service: 'orders' }, true);
  }, 120_000);

  afterAll(async () => {
    await worker.close();
    await observer.close();
    await database.drop();
  });

  async function look(): Promise<WorkerSight | undefined> {
    const scope = { token: 'observer#1', leaseMs: 1000, workflowNames: ['orders'], codeVersions: [] };
    return (await observer.leases.scan(scope, 10)).workers.find((sight) => sight.workerId === workerId);
  }

  async function until(what: string, holds: () => Promise<boolean>, within = 10_000): Promise<void> {
    const limit = Date.now() + within;
    while (!(await holds())) {
      if (Date.now() > limit) throw new Error(`Not within ${within} ms: ${what}`);
      await sleep(20);
    }
  }

  async function killSession(): Promise<void> {
    const query = (sql: string) => observer.dataSource.query<{ id: unknown }[]>(sql);
    if (name === 'postgres') {
      await query(
        `SELECT pg_terminate_backend(pid) AS id FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
      return;
    }
    const [row] = await query(`SELECT IS_USED_LOCK(CONCAT('romancy:', LEFT(SHA2('${workerId}', 256), 40))) AS id`);
    await query(`KILL ${String(row?.id)}`);
  }

  it('is seen by others', async () => {
    expect(worker.liveness.kind).toBe('session');
    expect(await look()).toMatchObject({ state: 'alive' });
  });

  (name === 'postgres' ? it.skip : it)('says nothing to whoever is on another server of a cluster', async () => {
    await observer.dataSource.query(`UPDATE romancy_workers SET process_key = 'another-node:3306'`);
    expect(await look()).toMatchObject({ state: 'unknown' });
    await worker.liveness.beat();
    expect(await look()).toMatchObject({ state: 'alive' });
  });

  it('is made anew when it is killed, and until then there are other signs of life', async () => {
    const { epoch } = worker.liveness;
    const before = await look();
    await killSession();
    await until('the worker notices', async () => worker.liveness.kind === 'none' || worker.liveness.epoch > epoch);
    await until('it is back', async () => worker.liveness.kind === 'session');
    expect(worker.liveness.epoch).toBe(epoch + 1);
    await until('it has said so', async () => (await look())?.seenAt !== before?.seenAt);
    expect(await look()).toMatchObject({ state: 'alive' });
  });

  it('is gone when the worker leaves, with its row', async () => {
    await worker.liveness.leave();
    expect(await look()).toBeUndefined();
    // The server needs a moment to notice that a session is gone, with its lock.
    await until('it is back', async () => {
      await worker.liveness.join({ workerId, label: 'pod-1', service: 'orders' }, true);
      if (worker.liveness.kind !== 'session') await worker.liveness.leave();
      return worker.liveness.kind === 'session';
    });
    expect(await look()).toMatchObject({ state: 'alive' });
  });

  it('is not taken where it is not wanted', async () => {
    const other = await openStorage(database);
    await other.liveness.join({ workerId: 'plain', label: '', service: '' }, false);
    expect(other.liveness.kind).toBe('none');
    expect((await observer.liveness.list()).find((row) => row.workerId === 'plain')).toMatchObject({
      liveness: 'none',
    });
    await other.close();
  });
});
