import { describe, expect, it } from '@jest/globals';
import { Engine, Registry, type CommitStore, type WorkflowContext, durableMethod } from '@romancy/core';
import { MemoryStorage } from '@romancy/testing';

const add = durableMethod('add', (a: number, b: number) => Promise.resolve(a + b));

class Sum {
  async run(input: { steps: number }, ctx: WorkflowContext): Promise<number> {
    let total = 0;
    for (let i = 1; i <= input.steps; i += 1) total = await add(total, i);
    ctx.setStage('done');
    return total;
  }
}

describe('a five-step workflow of plain activities', () => {
  it('completes with six commits and no reads', async () => {
    const storage = new MemoryStorage();
    const registry = new Registry();
    registry.addWorkflow({ name: 'sum', sourceHash: 'h', sourceCode: 's', create: () => new Sum() });
    registry.addActivity({ name: 'add', options: {}, invoke: (args) => (args[0] as number) + (args[1] as number) });
    const engine = new Engine({ storage, registry, resumeInterval: '1h' });
    await engine.start();
    let groups = 0;
    const acquire = storage.commits.acquire.bind(storage.commits);
    (storage.commits as { acquire: CommitStore['acquire'] }).acquire = async () => {
      const session = await acquire();
      return {
        write: (entries) => {
          groups += 1;
          return session.write(entries);
        },
        release: () => {
          session.release();
        },
      };
    };
    const { instanceId } = await engine.startInstance({ workflowName: 'sum', input: { steps: 5 } });
    expect(await engine.result(instanceId)).toBe(15);
    expect(groups).toBe(6);
    expect(await engine.get(instanceId)).toMatchObject({ status: 'completed', result: 15, stage: 'done' });
    await engine.stop();
  });
});
