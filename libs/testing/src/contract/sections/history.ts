import { expect, it } from '@jest/globals';
import { step, type Scene } from '../scene.js';

export function history(scene: Scene): void {
  it('is read by id, after a position, up to a limit', async () => {
    const held = await scene.held();
    await scene.record(held, { history: ['a:1', 'b:1', 'c:1', 'd:1'].map((id) => step(id)) });
    const all = await scene.history(held);
    const second = all[1]?.id ?? 0;
    const names = async (afterId: number, limit: number): Promise<string[]> =>
      (await scene.storage.history.read(held.instanceId, afterId, limit)).map((row) => row.activityId);
    expect(await names(0, 2)).toEqual(['a:1', 'b:1']);
    expect(await names(second, 1)).toEqual(['c:1']);
    expect(await names(second, 100)).toEqual(['c:1', 'd:1']);
    expect(await names(all[3]?.id ?? 0, 100)).toEqual([]);
  });

  it('of many instances is read at once, a list for each place', async () => {
    const [a, b, c] = [await scene.held(), await scene.held(), await scene.held()];
    await scene.record(a, { history: ['a:1', 'a:2', 'a:3'].map((id) => step(id)) });
    await scene.record(b, { history: ['b:1', 'b:2'].map((id) => step(id)) });
    const [, second] = await scene.history(a);
    const places = [
      { instanceId: b.instanceId, afterId: 0 },
      { instanceId: c.instanceId, afterId: 0 },
      { instanceId: a.instanceId, afterId: second?.id ?? 0 },
      { instanceId: scene.unique('nobody'), afterId: 0 },
      { instanceId: a.instanceId, afterId: 0 },
    ];
    const many = [...places, ...Array.from({ length: 50 }, () => places).flat()];
    const lists = await scene.storage.history.readMany(many, 2);
    const named = lists.map((rows) => rows.map((row) => row.activityId));
    expect(named.slice(0, 5)).toEqual([['b:1', 'b:2'], [], ['a:3'], [], ['a:1', 'a:2']]);
    expect(named).toHaveLength(many.length);
    expect(named.slice(-5)).toEqual(named.slice(0, 5));
    expect(lists[0]).toEqual(await scene.history(b));
    expect(await scene.storage.history.readMany([], 2)).toEqual([]);
  });

  it('gives back what was recorded', async () => {
    const held = await scene.held();
    const row = step('fetch:1', {
      eventType: 'ActivityFailed',
      data: '{"error":{"message":"no"}}',
      time: 1_772_000_000_789,
    });
    await scene.record(held, { history: [row] });
    expect(await scene.history(held)).toEqual([{ ...row, id: expect.any(Number) }]);
  });

  it('of an unknown instance is empty', async () => {
    expect(await scene.storage.history.read(scene.unique('nobody'), 0, 10)).toEqual([]);
  });

  it('of one instance holds no row of another', async () => {
    const [a, b] = [await scene.held(), await scene.held()];
    await scene.record(a, { history: [step('a:1')] });
    await scene.record(b, { history: [step('a:1')] });
    expect(await scene.recordedSteps(a)).toEqual(['a:1']);
  });

  it('may have the same step in two instances', async () => {
    const [a, b] = [await scene.held(), await scene.held()];
    expect(await scene.record(a, { history: [step('a:1')] })).toEqual({ kind: 'done' });
    expect(await scene.record(b, { history: [step('a:1')] })).toEqual({ kind: 'done' });
  });

  it('keeps thousands of rows in order', async () => {
    const held = await scene.held();
    const ids = Array.from({ length: 3000 }, (_, index) => `step:${index + 1}`);
    for (let from = 0; from < ids.length; from += 1000) {
      await scene.record(held, { history: ids.slice(from, from + 1000).map((id) => step(id)) });
    }
    expect(await scene.recordedSteps(held)).toEqual(ids);
  });
}
