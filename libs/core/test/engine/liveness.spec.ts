import type { Engine, EngineSettings } from '@romancy/core';
import type { MemoryStorage } from '@romancy/testing';
import { Gate } from '../support/gate.js';
import { Lab, until } from '../support/lab.js';

let lab: Lab;
let gate: Gate<unknown>;
let bodies: number;

/** An instance whose body waits, its owner, and another worker. */
async function shared(settings: EngineSettings = {}): Promise<{ owner: Engine; line: MemoryStorage; id: string }> {
  lab = new Lab({ liveness: true, settings });
  gate = new Gate();
  bodies = 0;
  const work = lab.app.activity(
    'work',
    () => {
      bodies += 1;
      return gate.enter();
    },
    { transactional: false },
  );
  lab.app.workflow('order', () => work());
  const line = lab.storage.connect();
  const owner = await lab.engine({ storage: line });
  await lab.anotherEngine();
  const id = await lab.start(owner, 'order');
  await until('the body runs', () => gate.entered === 1);
  await lab.clock.advance('2s');
  return { owner, line, id };
}

afterEach(async () => {
  for (let left = 0; left < 5; left += 1) gate.open('late');
  await lab.close();
});

describe('a worker whose session is seen', () => {
  it('is taken over within seconds when it dies, long before its lease ends', async () => {
    const { line } = await shared();
    line.faults.crash();
    await lab.clock.advance('3s');
    expect(bodies).toBe(1);
    await lab.clock.advance('2s');
    expect(bodies).toBe(2);
  });

  it('is left alone when its session is back in time', async () => {
    const { line, id } = await shared();
    const holder = lab.row(id).lockedBy;
    line.liveness.cut();
    await lab.clock.advance('3s');
    line.liveness.reconnect();
    await lab.clock.advance('1m');
    expect(bodies).toBe(1);
    expect(lab.row(id).lockedBy).toBe(holder);
  });

  it('is left alone while it gives signs of life without a session', async () => {
    const { line } = await shared();
    line.liveness.cut();
    for (let second = 0; second < 20; second += 1) {
      await lab.clock.advance('1s');
      const [worker] = [...lab.storage.database.workers.values()].filter(({ present }) => !present);
      lab.storage.database.workers.set(worker!.workerId, { ...worker!, seenAt: lab.clock.now() });
    }
    expect(bodies).toBe(1);
  });

  it('keeps its instances for a while when it cannot renew its leases', async () => {
    const { line } = await shared();
    line.faults.intercept(({ operation }) =>
      operation === 'leases.renew' ? { fail: new Error('blocked') } : undefined,
    );
    await lab.clock.advance('30s');
    expect(bodies).toBe(1);
    await lab.clock.advance('20s');
    expect(bodies).toBe(2);
  });

  it('does not take its own instances for lost when it wakes up late', async () => {
    const { line, owner } = await shared({ leaseRenewInterval: '1d' });
    await lab.clock.advance('25s');
    await owner.loops.find(({ name }) => name === 'romancy:resume')?.tick();
    expect(bodies).toBe(1);
    expect(gate.signals[0]?.aborted).toBe(false);
    expect(line.faults.crashed).toBe(false);
  });

  it('is judged by its leases alone where liveness is off', async () => {
    const { line } = await shared({ liveness: false });
    line.faults.crash();
    await lab.clock.advance('9s');
    expect(bodies).toBe(1);
    await lab.clock.advance('10s');
    expect(bodies).toBe(2);
  });

  it('is on the list of workers until it stops', async () => {
    const { owner } = await shared();
    const rows = await lab.storage.liveness.list();
    expect(rows.map(({ service, liveness }) => [service, liveness])).toEqual([
      ['romancy', 'session'],
      ['romancy', 'session'],
    ]);
    gate.open('done');
    await owner.whenIdle();
    await owner.stop();
    expect(await lab.storage.liveness.list()).toHaveLength(1);
  });
});
