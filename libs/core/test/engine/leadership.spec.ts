import type { Engine } from '@romancy/core';
import { Lab } from '../support/lab.js';

let lab: Lab;
afterEach(() => lab.close());

const leaderOf = (): string | undefined => lab.storage.database.locks.get('romancy_typescript_leader')?.holder;
const tick = async (engine: Engine, loop: string): Promise<number> =>
  (await engine.loops.find(({ name }) => name === `romancy:${loop}`)?.tick()) ?? NaN;

/** Two workers, and a row that housekeeping removes. */
async function twoWorkers(liveness = false) {
  lab = new Lab({ liveness });
  lab.app.workflow('order', async () => 'done');
  const line = lab.storage.connect();
  const first = await lab.engine({ storage: line });
  await lab.quiet();
  const leader = leaderOf();
  const second = await lab.anotherEngine();
  await lab.quiet();
  return { first, second, line, leader };
}

function litter(): void {
  lab.storage.database.workers.set('litter', {
    workerId: 'litter',
    label: '',
    service: '',
    host: '',
    pid: 1,
    liveness: 'none',
    startedAt: 0,
    seenAt: 0,
    present: false,
  });
}

describe('the leader', () => {
  it('alone does what is asked of the leader', async () => {
    const { first, second } = await twoWorkers();
    litter();
    expect(await tick(second, 'worker-retention')).toBe(0);
    expect(lab.storage.database.workers.has('litter')).toBe(true);
    expect(await tick(first, 'worker-retention')).toBe(1);
    expect(lab.storage.database.workers.has('litter')).toBe(false);
  });

  it('stays leader while it renews', async () => {
    const { leader } = await twoWorkers();
    await lab.clock.advance('10m');
    expect(leaderOf()).toBe(leader);
  });

  it('lets another one lead as soon as it stops, which then begins at once', async () => {
    const { first, leader } = await twoWorkers();
    await first.stop();
    expect(leaderOf()).toBeUndefined();
    litter();
    await lab.clock.advance('23s');
    expect(leaderOf()).toBeDefined();
    expect(leaderOf()).not.toBe(leader);
    expect(lab.storage.database.workers.has('litter')).toBe(false);
  });

  it('is followed when its lease has ended, and at once where its session is seen to be gone', async () => {
    const without = await twoWorkers();
    without.line.faults.crash();
    await lab.clock.advance('30s');
    expect(leaderOf()).toBe(without.leader);
    await lab.clock.advance('1m');
    expect(leaderOf()).not.toBe(without.leader);
    await lab.close();

    const seen = await twoWorkers(true);
    seen.line.faults.crash();
    await lab.clock.advance('30s');
    expect(leaderOf()).not.toBe(seen.leader);
  });

  it('steps down when it could not renew, before anybody else can lead', async () => {
    const { first, line } = await twoWorkers();
    line.faults.intercept(({ operation }) =>
      operation === 'leadership.acquire' ? { fail: new Error('no line') } : undefined,
    );
    await lab.clock.advance('56s');
    expect(leaderOf()).toBeDefined();
    litter();
    expect(await tick(first, 'worker-retention')).toBe(0);
    line.faults.intercept(undefined);
  });

  it('that resigns while it asks to stay gives back what it gets', async () => {
    const { first, line } = await twoWorkers();
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    line.faults.intercept(async ({ label }) => {
      if (/^leadership.acquire#\d+ before/.test(label)) await asked;
      return undefined;
    });
    const campaign = tick(first, 'leader');
    const stopped = first.stop();
    answer();
    await Promise.all([campaign, stopped]);
    expect(leaderOf()).toBeUndefined();
  });
});
