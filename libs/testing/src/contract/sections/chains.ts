import { expect, it } from '@jest/globals';
import { NOON, type Scene } from '../scene.js';

export function chains(scene: Scene): void {
  it('the newest of a single instance is itself', async () => {
    const held = await scene.held();
    expect(await scene.storage.instances.latest(held.instanceId)).toEqual(await scene.row(held));
  });

  it('the newest is found from every generation', async () => {
    const first = await scene.ended();
    const second = await scene.held(first.definition, { continuedFrom: first.instanceId, startedAt: NOON + 1 });
    await scene.record(second, { status: 'recurred', release: true, cleanUp: true });
    const third = await scene.unlocked(first.definition, { continuedFrom: second.instanceId, startedAt: NOON + 2 });
    for (const { instanceId } of [first, second, third]) {
      expect((await scene.storage.instances.latest(instanceId))?.instanceId).toBe(third.instanceId);
    }
    expect((await scene.row(third)).continuedFrom).toBe(second.instanceId);
  });

  it('a long chain is followed to its end', async () => {
    let previous = await scene.ended();
    const first = previous;
    for (let generation = 0; generation < 120; generation++) {
      const parts = { continuedFrom: previous.instanceId, startedAt: NOON + generation };
      previous = await scene.unlocked(first.definition, parts);
    }
    expect((await scene.storage.instances.latest(first.instanceId))?.instanceId).toBe(previous.instanceId);
  });

  it('an unknown id has no newest', async () => {
    expect(await scene.storage.instances.latest(scene.unique('nobody'))).toBeUndefined();
  });

  it('an unknown id has no row; of several ids those that exist are answered, each once', async () => {
    const [a, b] = [await scene.held(), await scene.held()];
    const nobody = scene.unique('nobody');
    expect(await scene.storage.instances.get(nobody)).toBeUndefined();
    const rows = await scene.storage.instances.getMany([a.instanceId, nobody, b.instanceId, a.instanceId]);
    expect(rows.map((row) => row.instanceId).sort()).toEqual([a.instanceId, b.instanceId].sort());
    expect(await scene.storage.instances.getMany([])).toEqual([]);
  });

  it('a thousand ids are looked up at once', async () => {
    const held = await scene.held();
    const ids = Array.from({ length: 1200 }, (_, index) => `${held.instanceId}-missing-${index}`);
    const rows = await scene.storage.instances.getMany([...ids, held.instanceId]);
    expect(rows).toEqual([await scene.row(held)]);
  });
}
