import { Engine } from '@romancy/core';
import { Lab, until } from '../support/lab.js';

describe('a start whose commit is answered after its lease has run out', () => {
  it('begins no second turn, and runs no recorded step again', async () => {
    const lab = new Lab();
    const runs: string[] = [];
    const once = lab.app.activity('once', () => void runs.push('once'), { transactional: false });
    lab.app.workflow('slow', async (ctx) => {
      await once();
      await ctx.sleep('1h');
    });
    const engine = await lab.engine();
    lab.storage.faults.intercept((point) =>
      point.label === 'commits.write#1 after'
        ? new Promise((resolve) => lab.clock.setTimer(20_000, () => resolve(undefined)))
        : undefined,
    );
    const started = engine.startInstance({ workflowName: 'slow', input: null, instanceId: 'late' });
    await lab.clock.advance('30s');
    expect(await started).toMatchObject({ instanceId: 'late', created: true });
    await lab.clock.advance('2h');
    expect(lab.row('late').status).toBe('completed');
    expect(runs).toEqual(['once']);
    await lab.close();
  });
});

describe('an engine that is stopped while it starts', () => {
  it('does not begin to work, and leaves the list of workers', async () => {
    const lab = new Lab({ liveness: true });
    const storage = lab.storage.connect();
    let goOn = (): void => undefined;
    let held = false;
    storage.faults.intercept(({ label }) => {
      if (label !== 'definitions.upsert#1 before') return undefined;
      held = true;
      return new Promise((resolve) => (goOn = () => resolve(undefined)));
    });
    const { registry } = lab.app;
    const engine = new Engine({ storage, registry, clock: lab.clock });
    const starting = engine.start();
    await until('it is about to store its definitions', () => held);
    await engine.stop();
    goOn();
    await expect(starting).rejects.toMatchObject({ code: 'ROMANCY_ENGINE_STATE' });
    expect(engine.state).toBe('stopped');
    expect(lab.storage.database.workers.size).toBe(0);
  });
});
