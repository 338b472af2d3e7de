import { expect, it } from '@jest/globals';
import { LEASE, type Scene } from '../scene.js';

/** Claims of several instances that are named. */
export function claimsOfThese(scene: Scene): void {
  it('take what is free of them, in the order in which they were asked for', async () => {
    const definition = await scene.definition();
    const free = [await scene.unlocked(definition), await scene.unlocked(definition), await scene.unlocked(definition)];
    const parked = await scene.parked('waiting_for_timer', definition);
    const [held, ended] = [await scene.held(definition), await scene.ended(definition)];
    const ids = [held, free[2], parked, ended, free[0], free[1]].map((one) => one?.instanceId ?? '');
    const scope = scene.scope(definition);
    const claimed = await scene.storage.leases.claimThese([...ids, scene.unique('nobody')], scope);
    expect(claimed.map(({ row }) => row.instanceId)).toEqual([ids[1], ids[2], ids[4], ids[5]]);
    for (const { row, takeover } of claimed) {
      expect(takeover).toBe(false);
      expect(row).toEqual(await scene.row(row));
      expect(row).toMatchObject({ status: 'running', lockedBy: scope.token });
    }
  });

  it('tell those that were taken over from the others, and count only those', async () => {
    const definition = await scene.definition();
    const expired = await scene.held(definition);
    await scene.subject.elapse(LEASE + 5000);
    const free = await scene.unlocked(definition);
    const claimed = await scene.storage.leases.claimThese(
      [free.instanceId, expired.instanceId],
      scene.scope(definition),
    );
    expect(claimed).toMatchObject([{ takeover: false }, { takeover: true }]);
    expect((await scene.storage.runState.load(free.instanceId)).takeovers).toBe(0);
    expect((await scene.storage.runState.load(expired.instanceId)).takeovers).toBe(1);
  });

  it('of none and of hundreds are no trouble', async () => {
    const definition = await scene.definition();
    const scope = scene.scope(definition);
    expect(await scene.storage.leases.claimThese([], scope)).toEqual([]);
    const starts = Array.from({ length: 1200 }, () => scene.newInstance(definition));
    await scene.write(...starts.map((create) => scene.startEntry(create)));
    const ids = starts.map(({ instanceId }) => instanceId);
    const claimed = await scene.storage.leases.claimThese(ids, scope);
    expect(claimed.map(({ row }) => row.instanceId)).toEqual(ids);
  });

  it('of two workers at once never take one instance twice', async () => {
    const definition = await scene.definition();
    const free = await Promise.all(Array.from({ length: 30 }, () => scene.unlocked(definition)));
    const ids = free.map(({ instanceId }) => instanceId);
    await scene.withSecondProcess(async (second) => {
      const claimers = [scene.storage, second, scene.storage, second];
      const answers = await Promise.all(
        claimers.map((storage, index) =>
          storage.leases.claimThese(index % 2 === 0 ? ids : ids.toReversed(), scene.scope(definition)),
        ),
      );
      const taken = answers.flat().map(({ row }) => row.instanceId);
      expect(taken.sort()).toEqual([...ids].sort());
    });
  });
}
