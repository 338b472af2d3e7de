import { expect, it } from '@jest/globals';
import type { NewTimer } from '@romancy/core';
import { entryOf, NOON, type Held, type Scene } from '../scene.js';

function timer(timerId: string, expiresAt: number): NewTimer {
  return { timerId, activityId: timerId, expiresAt };
}

export function timers(scene: Scene): void {
  const due = async (held: Held, until: number, limit = 100): Promise<readonly string[]> =>
    (await scene.storage.timers.upcoming([held.definition.workflowName], until, limit)).map((row) => row.timerId);

  it('keep their deadline to the millisecond', async () => {
    const held = await scene.held();
    const rows = [timer('sleep:1', NOON + 1), { ...timer('$timeout', NOON + 999), activityId: 'receive:1' }];
    await scene.record(held, { addTimers: rows });
    const stored = await scene.storage.timers.upcoming([held.definition.workflowName], NOON + 5000, 10);
    expect(stored).toEqual(rows.map((row) => ({ ...row, instanceId: held.instanceId })));
    const { timers: loaded } = await scene.storage.runState.load(held.instanceId);
    expect([...loaded].sort((a, b) => a.expiresAt - b.expiresAt)).toEqual(rows);
  });

  it('never move: an existing timer wins over a new one', async () => {
    const held = await scene.held();
    await scene.record(held, { addTimers: [timer('sleep:1', NOON + 1000)] });
    const verdict = await scene.record(held, {
      addTimers: [timer('sleep:1', NOON + 9000), timer('sleep:2', NOON + 2000)],
    });
    expect(verdict).toEqual({ kind: 'done' });
    const { timers: loaded } = await scene.storage.runState.load(held.instanceId);
    expect([...loaded].sort((a, b) => a.expiresAt - b.expiresAt)).toEqual([
      timer('sleep:1', NOON + 1000),
      timer('sleep:2', NOON + 2000),
    ]);
  });

  it('are removed by name; removing an unknown one is no error', async () => {
    const held = await scene.held();
    await scene.record(held, { addTimers: [timer('sleep:1', NOON), timer('sleep:2', NOON)] });
    await scene.record(held, { removeTimers: ['sleep:1', 'unknown:1'] });
    expect((await scene.storage.runState.load(held.instanceId)).timers).toEqual([timer('sleep:2', NOON)]);
  });

  it('of different instances do not mix', async () => {
    const [a, b] = [await scene.held(), await scene.held()];
    await scene.write(
      entryOf(a, { addTimers: [timer('sleep:1', NOON + 1)] }),
      entryOf(b, { addTimers: [timer('sleep:1', NOON + 2)] }),
    );
    await scene.record(a, { removeTimers: ['sleep:1'] });
    expect((await scene.storage.runState.load(a.instanceId)).timers).toEqual([]);
    expect((await scene.storage.runState.load(b.instanceId)).timers).toEqual([timer('sleep:1', NOON + 2)]);
  });

  it('are found when they are due, soonest first, up to a limit', async () => {
    const held = await scene.held();
    const other = await scene.held(held.definition);
    await scene.record(held, { addTimers: [timer('late:1', NOON + 60_000), timer('c:1', NOON + 30)] });
    await scene.record(other, { addTimers: [timer('a:1', NOON + 10), timer('b:1', NOON + 20)] });
    expect(await due(held, NOON + 50_000)).toEqual(['a:1', 'b:1', 'c:1']);
    expect(await due(held, NOON + 50_000, 2)).toEqual(['a:1', 'b:1']);
    expect(await due(held, NOON - 1000)).toEqual([]);
    expect(await due(held, NOON + 100_000)).toHaveLength(4);
  });

  it('are found for a parked and for a held instance', async () => {
    const held = await scene.held();
    await scene.record(held, { addTimers: [timer('a:1', NOON)] });
    const parked = await scene.held(held.definition);
    await scene.record(parked, { addTimers: [timer('b:1', NOON + 1)], status: 'waiting_for_timer', release: true });
    expect(await due(held, NOON + 1000)).toEqual(['a:1', 'b:1']);
  });

  it('are found only for the workflows asked for', async () => {
    const held = await scene.held();
    await scene.record(held, { addTimers: [timer('a:1', NOON)] });
    expect(await scene.storage.timers.upcoming([scene.unique('other')], NOON + 1000, 10)).toEqual([]);
    expect(await scene.storage.timers.upcoming([], NOON + 1000, 10)).toEqual([]);
  });

  it('of an ended instance are not found, even when they were left', async () => {
    const held = await scene.held();
    await scene.record(held, { addTimers: [timer('a:1', NOON)], status: 'completed', release: true });
    expect(await due(held, NOON + 1000)).toEqual([]);
  });

  it('may lie decades ahead', async () => {
    const held = await scene.held();
    const farthest = Math.min(scene.storage.limits.maxTime ?? Infinity, Date.parse('2090-01-01T00:00:00.001Z'));
    await scene.record(held, { addTimers: [timer('far:1', farthest)] });
    expect((await scene.storage.runState.load(held.instanceId)).timers).toEqual([timer('far:1', farthest)]);
  });
}
