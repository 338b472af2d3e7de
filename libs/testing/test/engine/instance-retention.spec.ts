import { Engine, Registry, type Runnable, type InstanceRetentionOptions, type RecordedHistory } from '@romancy/core';
import { MemoryStorage, VirtualClock } from '@romancy/testing';

const HOUR = 3_600_000;

describe('the retention of instances', () => {
  const clock = new VirtualClock();
  const storage = new MemoryStorage({ clock });
  let engine: Engine;
  let rounds = 3;

  function registry(): Registry {
    const workflows = new Registry();
    const add = (name: string, run: Runnable['run']): void => {
      workflows.addWorkflow({ name, sourceHash: name, sourceCode: '', create: () => ({ run }) });
    };
    add('greeting', (name) => `hello ${String(name)}`);
    add('broken', () => {
      throw new Error('broken');
    });
    add('rounds', async (round, ctx) => {
      await ctx.sleep('1h');
      return Number(round) >= rounds ? 'over' : ctx.recur(Number(round) + 1);
    });
    return workflows;
  }

  async function started(instanceRetention?: InstanceRetentionOptions): Promise<void> {
    engine = new Engine({
      storage: storage.connect(),
      registry: registry(),
      clock,
      ...(instanceRetention && { instanceRetention }),
    });
    clock.whenIdle = () => storage.database.quiet();
    await engine.start();
    await engine.whenIdle();
    // Days pass here: only what the test asks for looks at the database.
    for (const loop of engine.loops) loop.pause();
  }

  /** What the leader does at the next interval. */
  async function look(): Promise<number> {
    const tick = async (loop: string): Promise<number> =>
      (await engine.loops.find(({ name }) => name === `romancy:${loop}`)?.tick()) ?? 0;
    await tick('leader');
    let removed = 0;
    for (let pass = 0; pass < 20; pass++) removed += await tick('instance-retention');
    return removed;
  }

  afterEach(() => engine.stop());

  async function run(workflowName: string, instanceId: string, input: unknown = 1): Promise<void> {
    await engine.startInstance({ workflowName, input, instanceId });
    await clock.runUntilIdle();
  }

  const ids = (): string[] => [...storage.database.instances.keys()].toSorted();

  it('is off by default', async () => {
    await started();
    await run('greeting', 'a');
    await clock.advance('365d');
    expect(await look()).toBe(0);
    expect(ids()).toEqual(['a']);
    expect(engine.loops.map(({ name }) => name)).not.toContain('romancy:instance-retention');
  });

  it('removes by outcome and workflow, in batches, and archives first', async () => {
    const records: RecordedHistory[] = [];
    await started({
      completed: '1d',
      workflows: { broken: { failed: '2d' } },
      archive: (record) => void records.push(record),
      batch: 2,
    });
    for (const id of ['b', 'c', 'd', 'e']) await run('greeting', id);
    await run('broken', 'f');
    await clock.advance('23h');
    expect(await look()).toBe(1);
    expect(ids()).toContain('b');
    await clock.advance('3h');
    expect(await look()).toBe(4);
    expect(ids()).toEqual(['f']);
    expect(records.map(({ instance }) => instance.instanceId).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
    await expect(engine.get('b')).rejects.toMatchObject({ code: 'ROMANCY_INSTANCE_NOT_FOUND' });
    await clock.advance('1d');
    expect(await look()).toBe(1);
    expect(ids()).toEqual([]);
  });

  it('does not keep a shutdown waiting for an archive that hangs; what it hangs on is kept', async () => {
    let archiving = 0;
    const archive = (): Promise<void> => {
      archiving += 1;
      return new Promise(() => undefined);
    };
    await started({ completed: '1d', archive });
    await run('greeting', 'hung');
    await run('greeting', 'next');
    await clock.advance('25h');
    const looked = look();
    await clock.runUntilIdle();
    expect(archiving).toBe(1);
    await engine.stop();
    await looked.catch(() => 0);
    expect(archiving).toBe(1);
    expect(ids()).toEqual(['hung', 'next']);
  });

  it('of a chain that goes on keeps the first and the last, and the result comes under the first id', async () => {
    rounds = 40;
    await started({ completed: '10d', generations: '5h' });
    await run('rounds', 'chain');
    await clock.advance(30 * HOUR);
    expect(await look()).toBeGreaterThan(20);
    expect(ids().length).toBeLessThan(12);
    expect(ids()).toContain('chain');
    expect(await engine.get('chain')).toMatchObject({ status: 'waiting_for_timer' });
    const { instanceId } = await engine.startInstance({ workflowName: 'rounds', input: 1, instanceId: 'chain' });
    expect(instanceId).toBe('chain');
    await clock.advance(12 * HOUR);
    expect(await engine.result('chain')).toBe('over');
    await clock.advance('11d');
    await look();
    expect(ids()).toEqual([]);
  });
});
