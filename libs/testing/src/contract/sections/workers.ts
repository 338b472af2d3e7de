import { expect, it } from '@jest/globals';
import type { Scene } from '../scene.js';

export function workers(scene: Scene): void {
  it('are listed while they are there, and seen by others', async () => {
    await scene.withSecondProcess(async (second) => {
      if (second === scene.storage) return;
      const card = { workerId: scene.unique('worker'), label: 'pod-7', service: 'orders' };
      const before = await scene.storage.databaseNow();
      await second.liveness.join(card, true);
      const [row] = (await scene.storage.liveness.list()).filter(({ workerId }) => workerId === card.workerId);
      expect(row).toMatchObject({ ...card, pid: process.pid, liveness: second.liveness.kind });
      expect(row?.seenAt).toBeGreaterThanOrEqual(before - 1000);
      const look = async (token: string) => {
        const scope = { ...scene.scope(await scene.definition()), token };
        return (await scene.storage.leases.scan(scope, 10)).workers.find((sight) => sight.workerId === card.workerId);
      };
      expect(await look('other#1')).toMatchObject({ state: second.liveness.kind === 'none' ? 'unknown' : 'alive' });
      expect(await look(`${card.workerId}#4`)).toBeUndefined();
      await second.liveness.beat();
      expect((await look('other#1'))?.seenAt).toBeGreaterThanOrEqual(row?.seenAt ?? Infinity);
      await second.liveness.leave();
      await second.liveness.leave();
      expect(await look('other#1')).toBeUndefined();
    });
  });

  it('are forgotten when they have been silent for long', async () => {
    const card = { workerId: scene.unique('worker'), label: 'pod-8', service: 'orders' };
    await scene.storage.liveness.join(card, false);
    const isListed = async () => (await scene.storage.liveness.list()).some((row) => row.workerId === card.workerId);
    await scene.storage.liveness.forget(60_000);
    expect(await isListed()).toBe(true);
    await scene.subject.elapse(120_000);
    expect(await scene.storage.liveness.forget(60_000)).toBeGreaterThan(0);
    expect(await isListed()).toBe(false);
    await scene.storage.liveness.beat();
    expect(await isListed()).toBe(true);
    await scene.storage.liveness.leave();
  });
}
