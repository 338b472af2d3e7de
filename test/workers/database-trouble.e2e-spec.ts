import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { OwnServer } from '../support/own-server.js';
import { databaseKinds, freshDatabase } from '../support/test-databases.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { Workplace } from '../support/workplace.js';
import { describeEach } from '../support/describe-each.js';

const JOBS = Array.from({ length: 12 }, (_, index) => `job-${index}`);

/** Starts jobs on the workers by turns, some of which hold a transaction while they take their time. */
async function startJobs(workers: readonly WorkerProcess[], ms: number): Promise<void> {
  for (const [index, id] of JOBS.entries()) {
    const transactional = index % 3 === 0;
    workers[index % workers.length]?.send({ kind: 'start', id, job: { ms, transactional } });
  }
  await Promise.all(
    JOBS.map((id) =>
      Promise.any(workers.map((worker) => worker.event(id, (event) => event.kind === 'holding' && event.id === id))),
    ),
  );
}

async function expectAllDone(place: Workplace): Promise<void> {
  for (const [index, id] of JOBS.entries()) {
    await place.completed(id, 60_000);
    expect([id, await place.effects(id)]).toEqual([
      id,
      index % 3 === 0 ? ['first', 'held', 'last'] : ['first', 'last'],
    ]);
  }
}

const servers = databaseKinds.filter((kind) => kind !== 'sqlite');

describeEach(servers)('a %s server that is restarted', (kind) => {
  it('loses and doubles nothing; meanwhile no worker is ready', async () => {
    const server = await OwnServer.start(kind);
    const place = await Workplace.at(await freshDatabase(kind, server.url));
    try {
      await restart(server, place);
    } finally {
      await place.close();
      await server.remove();
    }
  }, 240_000);

  async function restart(server: OwnServer, place: Workplace): Promise<void> {
    const workers = [await place.worker(), await place.worker()];
    await startJobs(workers, 4_000);
    expect(await workers[0]!.isReady()).toBe(true);
    await server.stop();
    expect(await workers[0]!.isReady()).toBe(false);
    await sleep(1_000);
    await server.start();
    await eventually('it is ready again', () => workers[0]!.isReady(), { within: 15_000 });
    await expectAllDone(place);
    workers[1]!.send({ kind: 'start', id: 'afterwards', job: { ms: 1 } });
    await place.completed('afterwards', 20_000);
  }
});

const KILLERS = {
  postgres: (name: string) =>
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`,
  mysql: (name: string) =>
    `SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = '${name}' AND ID <> CONNECTION_ID()`,
};

describeEach(servers)('connections to %s that are killed again and again', (kind) => {
  let place: Workplace;
  beforeEach(async () => {
    place = await Workplace.on(kind);
  }, 60_000);
  afterEach(() => place.close());

  async function killAll(): Promise<void> {
    const name = new URL(place.database.url).pathname.slice(1);
    if (kind === 'postgres') {
      await place.query(KILLERS.postgres(name));
      return;
    }
    for (const { id } of await place.query<{ id: unknown }>(KILLERS.mysql(name))) {
      // It may have ended by itself meanwhile.
      await place.query(`KILL ${String(id)}`).catch(() => undefined);
    }
  }

  it('lose and double nothing', async () => {
    const workers = [await place.worker(), await place.worker()];
    await startJobs(workers, 3_000);
    for (let round = 0; round < 6; round += 1) {
      await killAll();
      await sleep(700);
    }
    await expectAllDone(place);
  }, 180_000);
});
