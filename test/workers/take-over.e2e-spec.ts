import { databaseKinds, type DatabaseKind } from '../support/test-databases.js';
import { Workplace } from '../support/workplace.js';

/** From the death of a worker to the continuation of its instance on another one, with the settings as they come. */
const LIMIT_MS: Readonly<Record<DatabaseKind, number>> = {
  sqlite: 15_000,
  postgres: 5_000,
  mysql: 5_000,
  mariadb: 5_000,
};

describe.each(databaseKinds)('the instances of a worker on %s', (kind) => {
  let place: Workplace;
  beforeEach(async () => {
    place = await Workplace.on(kind);
  }, 60_000);
  afterEach(() => place.close());

  async function takenOver(die: 'SIGKILL' | 'exit'): Promise<number> {
    const [first, second] = [await place.worker(), await place.worker()];
    first.send({ kind: 'start', id: 'job-1', job: { ms: 60_000 } });
    await first.holding('job-1');
    const died = Date.now();
    if (die === 'exit') first.send({ kind: 'exit' });
    else first.signal('SIGKILL');
    const { at } = await second.holding('job-1', 30_000);
    expect(await place.effects('job-1')).toEqual(['first']);
    return at - died;
  }

  it('that is killed are continued within seconds', async () => {
    const took = await takenOver('SIGKILL');
    process.stdout.write(`take-over after SIGKILL on ${kind}: ${took} ms\n`);
    expect(took).toBeLessThan(LIMIT_MS[kind]);
  });

  it('that ends without shutdown hooks are continued within seconds', async () => {
    expect(await takenOver('exit')).toBeLessThan(LIMIT_MS[kind]);
  });

  it('that stops are continued at once by others, as soon as their bodies have ended', async () => {
    const [first, second] = [await place.worker(), await place.worker()];
    first.send({ kind: 'start', id: 'job-1', job: { ms: 1_000 } });
    await first.holding('job-1');
    first.send({ kind: 'stop' });
    await first.event('it has stopped', (event) => event.kind === 'stopped', 10_000);
    const stopped = Date.now();
    await place.completed('job-1', 10_000);
    expect(Date.now() - stopped).toBeLessThan(3_000);
    await first.ended;
    expect(await place.effects('job-1')).toEqual(['first', 'last']);
    expect(second.told.filter((event) => event.kind === 'holding')).toEqual([]);
    const listed = await place.query<{ n: unknown }>('SELECT COUNT(*) AS n FROM romancy_workers');
    expect(Number(listed[0]?.n)).toBe(1);
  });
});
