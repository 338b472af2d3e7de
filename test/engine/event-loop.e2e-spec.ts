import { Engine, Registry, type WorkflowContext } from '@romancy/core';
import { TypeOrmStorage } from '@romancy/typeorm';
import { freshDatabase } from '../support/test-databases.js';

describe('a driver that answers without I/O', () => {
  it('leaves the event loop its turns, however many steps follow one another', async () => {
    const database = await freshDatabase('sqlite');
    const registry = new Registry();
    const run = async (_: unknown, ctx: WorkflowContext): Promise<void> => {
      for (let n = 0; n < 1_500; n += 1) await ctx.step('one', () => n);
    };
    registry.addWorkflow({ name: 'steps', sourceHash: 'v1', sourceCode: '', create: () => ({ run }) });
    const engine = new Engine({ storage: new TypeOrmStorage({ database: database.url }), registry });
    await engine.start();
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);
    const begun = Date.now();
    const { instanceId } = await engine.startInstance({ workflowName: 'steps', input: null });
    await engine.result(instanceId);
    const took = Date.now() - begun;
    clearInterval(timer);
    await engine.stop();
    await database.drop();
    // A turn lasts 15 ms of commits and the longest commit: on a slow disk fewer of them fit.
    expect(ticks).toBeGreaterThan(took / 200);
  }, 60_000);
});
