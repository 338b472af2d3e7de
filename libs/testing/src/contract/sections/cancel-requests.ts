import { expect, it } from '@jest/globals';
import { entryOf, NOON, type Scene } from '../scene.js';

export function cancelRequests(scene: Scene): void {
  it.each(['running', 'waiting_for_timer', 'waiting_for_message', 'compensating'] as const)(
    'are stored for a %s instance, with time and reason',
    async (status) => {
      const parked = await scene.parked(status);
      const outcome = await scene.storage.instances.requestCancel(parked.instanceId, 'no money', NOON + 7);
      expect(outcome).toMatchObject({
        kind: 'requested',
        row: { instanceId: parked.instanceId, status, cancelRequestedAt: NOON + 7, cancelReason: 'no money' },
      });
      expect(await scene.row(parked)).toMatchObject({ cancelRequestedAt: NOON + 7, cancelReason: 'no money' });
    },
  );

  it('need no reason', async () => {
    const held = await scene.held();
    await scene.storage.instances.requestCancel(held.instanceId, null, NOON);
    expect(await scene.row(held)).toMatchObject({ cancelRequestedAt: NOON, cancelReason: null, lockedBy: held.token });
  });

  it('change nothing when one is there already', async () => {
    const held = await scene.held();
    await scene.storage.instances.requestCancel(held.instanceId, 'first', NOON);
    const outcome = await scene.storage.instances.requestCancel(held.instanceId, 'second', NOON + 1);
    expect(outcome).toMatchObject({ kind: 'already', row: { cancelRequestedAt: NOON, cancelReason: 'first' } });
    expect(await scene.row(held)).toMatchObject({ cancelRequestedAt: NOON, cancelReason: 'first' });
  });

  it.each(['completed', 'failed', 'cancelled', 'recurred'] as const)('are refused once it is %s', async (status) => {
    const held = await scene.held();
    await scene.record(held, { status, release: true, cleanUp: true });
    const outcome = await scene.storage.instances.requestCancel(held.instanceId, 'late', NOON);
    expect(outcome).toMatchObject({ kind: 'terminal', row: { status } });
    expect(await scene.row(held)).toMatchObject({ cancelRequestedAt: null });
  });

  it('know no unknown id', async () => {
    expect(await scene.storage.instances.requestCancel(scene.unique('nobody'), null, NOON)).toEqual({
      kind: 'unknown',
    });
  });

  it('never touch an instance of another framework', async () => {
    const instanceId = scene.unique('foreign');
    const workflowName = scene.unique('wf');
    await scene.subject.insertForeign({ instanceId, workflowName, framework: 'go', status: 'running' });
    expect(await scene.storage.instances.requestCancel(instanceId, 'x', NOON)).toEqual({ kind: 'unknown' });
    expect(await scene.row({ instanceId })).toMatchObject({ status: 'running', cancelRequestedAt: null });
  });

  it('of many at once are stored once', async () => {
    const held = await scene.held();
    await scene.withSecondProcess(async (second) => {
      const outcomes = await Promise.all(
        [scene.storage, second, scene.storage, second].map((storage, index) =>
          storage.instances.requestCancel(held.instanceId, `reason ${index}`, NOON + index),
        ),
      );
      expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['already', 'already', 'already', 'requested']);
    });
  });

  it('outlive the end that they have caused', async () => {
    const held = await scene.held();
    await scene.storage.instances.requestCancel(held.instanceId, 'why', NOON);
    await scene.write(entryOf(held, { settling: true, status: 'cancelled', cleanUp: true, release: true }));
    expect(await scene.row(held)).toMatchObject({ status: 'cancelled', cancelReason: 'why' });
  });
}
