import { setTimeout as sleep } from 'node:timers/promises';
import { describeEach } from '../support/describe-each.js';
import { Line } from '../support/line.js';
import { databaseKinds, type DatabaseKind } from '../support/test-databases.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { Workplace } from '../support/workplace.js';

const servers = databaseKinds.filter((kind) => kind !== 'sqlite');

/** What a worker was told that lost an instance, and what one did that took it. */
function expectNotRobbed(owner: WorkerProcess, other: WorkerProcess): void {
  expect(owner.told.filter(({ kind }) => kind === 'aborted')).toEqual([]);
  expect(owner.told.filter(({ kind }) => kind === 'holding')).toHaveLength(1);
  expect(other.told.filter(({ kind }) => kind === 'holding')).toEqual([]);
}

/** A place of one test alone: most of these tests wait, and they wait together. */
function at(kind: DatabaseKind, test: (place: Workplace) => Promise<void>): () => Promise<void> {
  return async () => {
    const place = await Workplace.on(kind);
    try {
      await test(place);
    } finally {
      await place.close();
    }
  };
}

describe.each(databaseKinds)('a worker on %s', (kind) => {
  it.concurrent(
    'whose event loop is blocked for 20 seconds is not robbed and loses nothing',
    at(kind, async (place) => {
      const [owner, other] = [await place.worker(), await place.worker()];
      owner.send({ kind: 'start', id: 'job-1', job: { ms: 22_000 } });
      await owner.holding('job-1');
      owner.send({ kind: 'block', ms: 20_000 });
      await place.completed('job-1', 40_000);
      expectNotRobbed(owner, other);
      expect(await place.effects('job-1')).toEqual(['first', 'last']);
    }),
    240_000,
  );

  for (const transactional of kind === 'sqlite' ? [false] : [false, true]) {
    it.concurrent(
      `that is stopped for long is taken over; when it wakes, its signals fire, and nothing is doubled (in a transaction: ${transactional})`,
      at(kind, async (place) => {
        // As a minute does with the settings as they come.
        const settings = { leaseDuration: '3s', stalledWorkerGrace: '4s' } as const;
        const [owner, other] = [await place.worker(settings), await place.worker(settings)];
        owner.send({ kind: 'start', id: 'job-1', job: { ms: 15_000, transactional } });
        await owner.holding('job-1');
        owner.signal('SIGSTOP');
        const stopped = Date.now();
        const taken = await other.holding('job-1', 30_000);
        expect(taken.at - stopped).toBeGreaterThan(4_000);
        // Its body is not at its end, and will try to record a result that is not wanted any more.
        owner.signal('SIGCONT');
        const aborted = await owner.event('its signal fires', (event) => event.kind === 'aborted');
        expect(aborted).toMatchObject({ id: 'job-1', code: 'ROMANCY_LEASE_LOST' });
        await place.completed('job-1', 30_000);
        // It still works.
        owner.send({ kind: 'start', id: 'job-2', job: { ms: 1 } });
        await place.completed('job-2', 20_000);
        expect(await place.effects('job-1')).toEqual(['first', ...(transactional ? ['held'] : []), 'last'].sort());
      }),
      240_000,
    );
  }
});

// One after another: here tenths of a second count.
describeEach(servers)('a worker on %s', (kind) => {
  let place: Workplace;
  let line: Line;
  beforeEach(async () => {
    place = await Workplace.on(kind);
    line = await Line.to(place.database.url);
  }, 60_000);
  afterEach(async () => {
    await place.close();
    await line.close();
  });

  it('whose connections are cut for three seconds is not robbed', async () => {
    const [owner, other] = [await place.worker({ database: line.url }), await place.worker()];
    owner.send({ kind: 'start', id: 'job-1', job: { ms: 10_000 } });
    await owner.holding('job-1');
    line.cut();
    await sleep(3_000);
    line.mend();
    await place.completed('job-1', 30_000);
    expectNotRobbed(owner, other);
    expect(await place.effects('job-1')).toEqual(['first', 'last']);
  }, 120_000);

  it('that has lost its own session for a moment robs nobody', async () => {
    const [owner, other] = [await place.worker(), await place.worker({ database: line.url })];
    owner.send({ kind: 'start', id: 'job-1', job: { ms: 3_000 } });
    await owner.holding('job-1');
    line.cut();
    line.mend();
    await place.completed('job-1', 30_000);
    expectNotRobbed(owner, other);
  }, 120_000);
});
