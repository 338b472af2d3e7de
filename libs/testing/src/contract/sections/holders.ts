import { expect, it } from '@jest/globals';
import { holderOf, type ClaimScope } from '@romancy/core';
import { LEASE, type Held, type Scene } from '../scene.js';

const GRACE = 30_000;

/** Claims that know something of the processes that hold leases. */
export function holders(scene: Scene): void {
  const knowing = (held: Held, holders: Partial<ClaimScope['holders']>): ClaimScope =>
    scene.scope(held.definition, { holders: { alive: [], gone: [], graceMs: GRACE, ...holders } });
  const worker = async (name: string): Promise<Held> => {
    const definition = await scene.definition();
    const token = `${scene.unique(name)}#1`;
    return { ...(await scene.held(definition, { lock: { token, leaseMs: LEASE } })), token };
  };

  it('take over at once what a process holds that is gone', async () => {
    const held = await worker('gone');
    const scope = knowing(held, { gone: [scene.unique('other'), holderOf(held.token)] });
    const claimed = await scene.claimRunnable(scope, 10);
    expect(claimed).toMatchObject([{ takeover: true, row: { instanceId: held.instanceId, lockedBy: scope.token } }]);
    expect((await scene.storage.runState.load(held.instanceId)).takeovers).toBe(1);
  });

  it('take over one instance of a process that is gone, asked for by its id', async () => {
    const held = await worker('gone');
    const scope = knowing(held, { gone: [holderOf(held.token)] });
    expect(await scene.claimOne(held.instanceId, scope)).toMatchObject({ takeover: true });
  });

  it('leave a process alone whose id only begins alike', async () => {
    const held = await worker('pod');
    expect(await scene.claim(knowing(held, { gone: [holderOf(held.token).slice(0, -1)] }))).toEqual([]);
    expect(await scene.claim(knowing(held, { gone: [`${holderOf(held.token)}0`] }))).toEqual([]);
  });

  it('give a process that lives more time than its lease, but not forever', async () => {
    const held = await worker('blocked');
    const scope = knowing(held, { alive: [holderOf(held.token)] });
    await scene.subject.elapse(LEASE + GRACE - 5000);
    expect(await scene.claim(scope)).toEqual([]);
    expect(await scene.claimOne(held.instanceId, scope)).toBeUndefined();
    await scene.subject.elapse(10_000);
    expect(await scene.claim(scope)).toEqual([held.instanceId]);
  });

  it('take over what has expired where the process is none of those that live', async () => {
    const held = await worker('unknown');
    await scene.subject.elapse(LEASE + 5000);
    const scope = knowing(held, { alive: [scene.unique('other')], gone: [scene.unique('another')] });
    expect(await scene.claim(scope)).toEqual([held.instanceId]);
  });

  it('let an instance rest that is taken over again and again, also from the dead', async () => {
    let held = await worker('poison');
    for (let round = 0; round < 10; round++) {
      await scene.subject.elapse(11 * 60_000);
      const scope = { ...knowing(held, { gone: [holderOf(held.token)] }), token: `${scene.unique('next')}#1` };
      expect(await scene.claim(scope)).toEqual([held.instanceId]);
      held = { ...held, token: scope.token };
    }
    const scope = knowing(held, { gone: [holderOf(held.token)] });
    expect(await scene.claim(scope)).toEqual([]);
    expect(await scene.claimOne(held.instanceId, scope)).toBeUndefined();
    await scene.subject.elapse(11 * 60_000);
    const { runnable } = await scene.storage.leases.scan(scope, 10);
    expect(runnable).toEqual([{ instanceId: held.instanceId, takeovers: 10 }]);
  });
}
