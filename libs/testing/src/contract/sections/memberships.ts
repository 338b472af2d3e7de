import { expect, it } from '@jest/globals';
import { entryOf, type Scene } from '../scene.js';

export function memberships(scene: Scene): void {
  const members = (group: string) => scene.storage.messages.members(group);

  it('are told in the order of joining', async () => {
    const group = scene.unique('group');
    const helds = [await scene.held(), await scene.held(), await scene.held()];
    for (const held of helds.toReversed()) await scene.record(held, { joinGroups: [group, scene.unique('other')] });
    expect(await members(group)).toEqual(helds.toReversed().map((held) => held.instanceId));
    expect(await members(scene.unique('nobody'))).toEqual([]);
  });

  it('are kept by those who join again, and lost by those who leave', async () => {
    const [group, other] = [scene.unique('group'), scene.unique('other')];
    const [a, b] = [await scene.held(), await scene.held()];
    await scene.record(a, { joinGroups: [group, other] });
    await scene.record(b, { joinGroups: [group] });
    expect(await scene.record(a, { joinGroups: [group] })).toEqual({ kind: 'done' });
    expect(await members(group)).toEqual([a.instanceId, b.instanceId]);
    await scene.record(a, { leaveGroups: [group, scene.unique('unknown')] });
    expect(await members(group)).toEqual([b.instanceId]);
    expect(await members(other)).toEqual([a.instanceId]);
    await scene.record(b, { joinGroups: [other], leaveGroups: [other] });
    expect(await members(other)).toEqual([a.instanceId]);
  });

  it('of a refused entry are not written', async () => {
    const group = scene.unique('group');
    const held = await scene.held();
    await scene.record({ ...held, token: 'stranger' }, { joinGroups: [group] });
    expect(await members(group)).toEqual([]);
    await scene.record(held, { joinGroups: [group] });
    await scene.record({ ...held, token: 'stranger' }, { leaveGroups: [group] });
    expect(await members(group)).toEqual([held.instanceId]);
  });

  it('of ended instances do not count, even where their rows are left', async () => {
    const group = scene.unique('group');
    const [ended, live] = [await scene.held(), await scene.held()];
    await scene.write(entryOf(ended, { joinGroups: [group] }), entryOf(live, { joinGroups: [group] }));
    await scene.record(ended, { status: 'cancelled', release: true });
    await scene.record(live, { status: 'waiting_for_message', release: true });
    expect(await members(group)).toEqual([live.instanceId]);
  });
}
