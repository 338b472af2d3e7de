import type { MemoryStorage } from '@romancy/testing';
import { attempt } from '../support/app.js';
import { Lab } from '../support/lab.js';

let lab: Lab;
/** Connection of the process that runs a body at this moment. */
let process: MemoryStorage;
let ran: string[];
const runs = (): number => ran.length;

beforeEach(() => {
  lab = new Lab({ liveness: true });
  ran = [];
});
afterEach(() => lab.close());

/** A workflow whose body takes its process down for as long as `deadly` says so. */
function poison(deadly: () => boolean): void {
  const work = lab.app.activity(
    'work',
    async () => {
      ran.push(attempt().instanceId);
      if (deadly()) process.faults.crash();
      return 'survived';
    },
    { transactional: false },
  );
  lab.app.workflow('order', () => work());
}

/** A new process takes the place of one that has died. */
async function nextProcess(): Promise<void> {
  process = lab.storage.connect();
  await lab.engine({ storage: process, maxConcurrentInstances: 10 });
}

describe('an instance that takes its workers down', () => {
  it('is counted before each run, rests longer after each, and is never given up', async () => {
    let deaths = 0;
    poison(() => ++deaths <= 6);
    await nextProcess();
    const reader = await lab.engine({ worker: false, storage: lab.storage });
    const id = await lab.start(reader, 'order');
    const rests: number[] = [];
    for (let round = 1; round <= 6; round += 1) {
      const before = lab.clock.now();
      while (runs() < round) await lab.clock.advance('1s');
      rests.push(lab.clock.now() - before);
      expect(lab.record(id).takeovers).toBe(round - 1);
      await nextProcess();
    }
    expect(await lab.result(reader, id)).toBe('survived');
    expect(lab.record(id).takeovers).toBe(0);
    // From the moment a process begins that could take it.
    expect(rests.slice(3)).toEqual([...rests.slice(3)].sort((a, b) => a - b));
    expect(rests[5]).toBeGreaterThanOrEqual(8_000);
    expect(lab.logged(/again and again without making progress/).length).toBeGreaterThan(0);
  });

  it('shows why it rests, and runs again at once when it is asked to', async () => {
    let deadly = true;
    poison(() => deadly);
    await nextProcess();
    const reader = await lab.engine({ worker: false, storage: lab.storage });
    const id = await lab.start(reader, 'order');
    await lab.clock.advance('2s');
    expect(ran).toHaveLength(1);
    deadly = false;
    // As after nine more of these.
    Object.assign(lab.record(id), { takeovers: 10, nextRunAt: lab.clock.now() + 500_000 });
    await nextProcess();
    expect(await reader.suspicion(id)).toMatchObject({
      takeovers: 10,
      restsUntil: new Date(lab.record(id).nextRunAt),
      explanation: expect.stringContaining('10 times'),
    });
    await lab.clock.advance('1m');
    expect(ran).toHaveLength(1);
    expect(await reader.retryBlocked(id)).toBe(true);
    await lab.clock.advance('3s');
    expect(ran).toHaveLength(2);
    expect(await lab.result(reader, id)).toBe('survived');
    expect(await reader.suspicion(id)).toBeUndefined();
    expect(await reader.retryBlocked(id)).toBe(false);
  });

  it('runs alone among those that are suspected', async () => {
    let running = 0;
    let most = 0;
    const work = lab.app.activity(
      'work',
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      },
      { transactional: false },
    );
    lab.app.workflow('order', () => work());
    const reader = await lab.engine({ worker: false, storage: lab.storage });
    const ids = await Promise.all([1, 2, 3, 4].map(() => lab.start(reader, 'order')));
    for (const id of ids) lab.record(id).takeovers = 3;
    await nextProcess();
    for (const id of ids) await lab.result(reader, id);
    expect(most).toBe(1);
  });
});
