import { expect, it } from '@jest/globals';
import type { WorkflowStatusCount } from '@romancy/core';
import type { Scene } from '../scene.js';

export function statistics(scene: Scene): void {
  const countsOf = async (workflowName: string): Promise<readonly WorkflowStatusCount[]> =>
    (await scene.storage.statistics.read()).instances.filter((one) => one.workflowName === workflowName);

  it('count the instances that have not ended, by workflow and status', async () => {
    const definition = await scene.definition();
    const { workflowName } = definition;
    const waiting = await scene.held(definition);
    const ended = await scene.held(definition);
    await scene.held(definition);
    await scene.unlocked(definition);
    await scene.record(waiting, { status: 'waiting_for_timer', release: true });
    await scene.record(ended, { status: 'completed', release: true, cleanUp: true });
    const counts = await countsOf(workflowName);
    expect(counts).toHaveLength(2);
    expect(counts).toEqual(
      expect.arrayContaining([
        { workflowName, status: 'running', count: 2 },
        { workflowName, status: 'waiting_for_timer', count: 1 },
      ]),
    );
  });

  it('tell how long what could go on waits, and how long leases are held', async () => {
    await scene.unlocked();
    await scene.held();
    const { oldestResumableAge, oldestLeaseAge } = await scene.storage.statistics.read();
    for (const age of [oldestResumableAge, oldestLeaseAge]) {
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(86_400_000);
    }
  });

  it('count the blocked ones, and what waits in the outbox', async () => {
    const before = await scene.storage.statistics.read();
    const held = await scene.held();
    const event = {
      eventId: scene.unique('event'),
      eventType: 'order.paid',
      eventSource: '/orders',
      data: '{}',
      binary: null,
      contentType: 'application/json',
    };
    const block = { codeVersion: 'v1', code: 'ROMANCY_STALLED', explanation: '{}', blockedAt: Date.now() };
    await scene.record(held, { outbox: [event], block, release: true });
    const after = await scene.storage.statistics.read();
    expect(after.blocked).toBe(before.blocked + 1);
    expect(after.outboxPending).toBe(before.outboxPending + 1);
    expect(after.outboxLag).toBeGreaterThanOrEqual(0);
  });
}
