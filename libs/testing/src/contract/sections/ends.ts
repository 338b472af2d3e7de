import { expect, it } from '@jest/globals';
import { entryOf, LEASE, NOON, step, type Scene } from '../scene.js';

const BLOCK = { codeVersion: 'v1', code: 'ROMANCY_NONDETERMINISM', explanation: '{"step":"a:1"}', blockedAt: NOON + 5 };

export function ends(scene: Scene): void {
  it('cleaning up removes timers, attempts, block and take-overs, and keeps history, compensations and output', async () => {
    const held = await scene.held();
    await scene.subject.elapse(LEASE + 5000);
    const scope = scene.scope(held.definition);
    await scene.claim(scope);
    const holder = { ...held, token: scope.token };
    await scene.record(holder, {
      history: [step('a:1')],
      compensations: [{ activityId: 'a:1', activityName: 'undo', args: '[]' }],
      addTimers: [{ timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: NOON }],
      putAttempts: [{ stepId: 'b:1', attempt: 1, nextAt: NOON, firstStartedAt: NOON, errors: '[]' }],
      block: BLOCK,
    });
    expect((await scene.storage.runState.load(held.instanceId)).takeovers).toBe(1);

    const end = { history: [step('b:1')], status: 'completed', output: '"ok"', release: true, cleanUp: true } as const;
    expect(await scene.record(holder, end)).toEqual({ kind: 'done' });

    expect(await scene.storage.runState.load(held.instanceId)).toEqual({
      timers: [],
      attempts: [],
      block: undefined,
      takeovers: 0,
      hasCompensations: true,
      subscriptions: [],
      waits: [],
    });
    expect(await scene.recordedSteps(held)).toEqual(['a:1', 'b:1']);
    expect(await scene.row(held)).toMatchObject({ status: 'completed', output: '"ok"', lockedBy: null });
  });

  it('cleaning up one instance leaves its neighbours in the group alone', async () => {
    const [a, b] = [await scene.held(), await scene.held()];
    const timer = { timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: NOON };
    await scene.write(entryOf(a, { addTimers: [timer] }), entryOf(b, { addTimers: [timer] }));
    await scene.write(entryOf(a, { status: 'failed', cleanUp: true, release: true }), entryOf(b, { stage: 'goes on' }));
    expect((await scene.storage.runState.load(a.instanceId)).timers).toEqual([]);
    expect((await scene.storage.runState.load(b.instanceId)).timers).toHaveLength(1);
  });

  it('an ended instance is never claimed, woken or cancelled', async () => {
    const ended = await scene.ended();
    await scene.subject.elapse(LEASE + 5000);
    expect(await scene.claim(scene.scope(ended.definition))).toEqual([]);
    expect(await scene.claimOne(ended.instanceId, scene.scope(ended.definition))).toBeUndefined();
    const outcome = await scene.storage.instances.requestCancel(ended.instanceId, 'late', NOON);
    expect(outcome).toMatchObject({ kind: 'terminal', row: { status: 'completed', cancelReason: null } });
  });

  it('one entry may record, end and clean up what it has put itself', async () => {
    const held = await scene.held();
    await scene.record(held, {
      history: [step('a:1')],
      addTimers: [{ timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: NOON }],
      status: 'cancelled',
      cleanUp: true,
      release: true,
    });
    expect((await scene.storage.runState.load(held.instanceId)).timers).toEqual([]);
    expect(await scene.row(held)).toMatchObject({ status: 'cancelled', lockedBy: null });
  });
}

export function blocks(scene: Scene): void {
  it('a block is stored with its explanation; the status stays', async () => {
    const held = await scene.held();
    expect(await scene.record(held, { block: BLOCK, release: true })).toEqual({ kind: 'done' });
    expect(await scene.storage.runState.block(held.instanceId)).toEqual(BLOCK);
    expect((await scene.storage.runState.load(held.instanceId)).block).toEqual(BLOCK);
    expect(await scene.row(held)).toMatchObject({ status: 'running', lockedBy: null });
  });

  it('a later block replaces the earlier one', async () => {
    const held = await scene.held();
    await scene.record(held, { block: BLOCK });
    await scene.record(held, { block: { ...BLOCK, codeVersion: 'v2', explanation: '{}' } });
    expect(await scene.storage.runState.block(held.instanceId)).toMatchObject({ codeVersion: 'v2', explanation: '{}' });
  });

  it('an instance that is not blocked has no block, an unknown one neither', async () => {
    const held = await scene.held();
    expect(await scene.storage.runState.block(held.instanceId)).toBeUndefined();
    expect(await scene.storage.runState.block(scene.unique('nobody'))).toBeUndefined();
  });

  it('clearing a block says whether there was one, and lets the next scan take the instance', async () => {
    const held = await scene.held();
    const scope = scene.scope(held.definition);
    await scene.record(held, { block: { ...BLOCK, codeVersion: held.definition.sourceHash }, release: true });
    expect(await scene.claim(scope)).toEqual([]);
    expect(await scene.storage.runState.clearBlock(held.instanceId)).toBe(true);
    expect(await scene.storage.runState.clearBlock(held.instanceId)).toBe(false);
    expect(await scene.claim(scope)).toEqual([held.instanceId]);
  });
}
