import { expect, it } from '@jest/globals';
import { LEASE, NOON, step, entryOf, type Scene } from '../scene.js';

export function fence(scene: Scene): void {
  it('lets the holder write', async () => {
    const held = await scene.held();
    expect(await scene.record(held, { history: [step('a:1')] })).toEqual({ kind: 'done' });
    expect(await scene.recordedSteps(held)).toEqual(['a:1']);
  });

  it('refuses another token as lost, with the row, and writes nothing of the entry', async () => {
    const held = await scene.held();
    const stranger = { instanceId: held.instanceId, token: scene.unique('stranger') };
    const verdict = await scene.record(stranger, {
      history: [step('a:1')],
      compensations: [{ activityId: 'a:1', activityName: 'undo', args: '[]' }],
      addTimers: [{ timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: NOON }],
      putAttempts: [{ stepId: 'b:1', attempt: 1, nextAt: NOON, firstStartedAt: NOON, errors: '[]' }],
      outbox: [
        { eventId: scene.unique('event'), eventType: 't', eventSource: 's', data: '1', binary: null, contentType: 'c' },
      ],
      status: 'completed',
      output: '1',
      stage: 'stolen',
      release: true,
      block: { codeVersion: 'v', code: 'c', explanation: '{}', blockedAt: NOON },
    });
    expect(verdict).toMatchObject({ kind: 'refused', reason: 'lost', row: { lockedBy: held.token } });
    expect(await scene.history(held)).toEqual([]);
    expect(await scene.storage.runState.load(held.instanceId)).toMatchObject({
      timers: [],
      attempts: [],
      block: undefined,
      hasCompensations: false,
    });
    expect(await scene.row(held)).toMatchObject({ status: 'running', output: null, stage: null, lockedBy: held.token });
  });

  it('writes no outbox event of a refused entry', async () => {
    const held = await scene.held();
    const eventId = scene.unique('event');
    const event = { eventId, eventType: 't', eventSource: 's', data: '1', binary: null, contentType: 'c' };
    await scene.record({ ...held, token: 'stranger' }, { outbox: [event] });
    expect(await scene.subject.outboxEvent(eventId)).toBeUndefined();
  });

  it('refuses an unlocked instance as lost', async () => {
    const free = await scene.unlocked();
    expect(await scene.record(free, { history: [step('a:1')] })).toMatchObject({ kind: 'refused', reason: 'lost' });
    expect(await scene.record({ ...free, token: '' }, {})).toMatchObject({ kind: 'refused', reason: 'lost' });
  });

  it('refuses an unknown instance as lost, without a row', async () => {
    const nobody = { instanceId: scene.unique('nobody'), token: 't' };
    expect(await scene.record(nobody, { history: [step('a:1')] })).toEqual({
      kind: 'refused',
      reason: 'lost',
      row: undefined,
    });
  });

  it('refuses an ended instance as ended, whoever asks', async () => {
    const ended = await scene.ended();
    for (const token of [ended.token, 'stranger']) {
      const verdict = await scene.record({ ...ended, token }, { status: 'failed', history: [step('late:1')] });
      expect(verdict).toMatchObject({ kind: 'refused', reason: 'ended', row: { status: 'completed' } });
    }
    expect(await scene.row(ended)).toMatchObject({ status: 'completed', output: '{"done":true}' });
    expect(await scene.history(ended)).toEqual([]);
  });

  it.each(['completed', 'failed', 'cancelled', 'recurred'] as const)(
    'never changes the terminal status %s, not even for a holder that settles',
    async (status) => {
      const held = await scene.held();
      await scene.record(held, { status });
      expect(await scene.record(held, { status: 'running', settling: true })).toMatchObject({ reason: 'ended' });
      expect(await scene.row(held)).toMatchObject({ status });
    },
  );

  it('refuses the holder once a cancellation is requested, and says so', async () => {
    const held = await scene.held();
    await scene.storage.instances.requestCancel(held.instanceId, 'customer asked', NOON);
    const verdict = await scene.record(held, { history: [step('a:1')], status: 'completed' });
    expect(verdict).toMatchObject({
      kind: 'refused',
      reason: 'cancel-requested',
      row: { lockedBy: held.token, cancelReason: 'customer asked' },
    });
    expect(await scene.history(held)).toEqual([]);
  });

  it('lets a settling holder write in spite of a cancel request', async () => {
    const held = await scene.held();
    await scene.storage.instances.requestCancel(held.instanceId, null, NOON);
    const parts = { settling: true, history: [step('a:1')], status: 'compensating' } as const;
    expect(await scene.record(held, parts)).toEqual({ kind: 'done' });
    expect(await scene.row(held)).toMatchObject({ status: 'compensating' });
  });

  it('calls a lost instance lost, even when its cancellation is requested', async () => {
    const held = await scene.held();
    await scene.storage.instances.requestCancel(held.instanceId, null, NOON);
    expect(await scene.record({ ...held, token: 'stranger' }, {})).toMatchObject({ reason: 'lost' });
  });

  it('lets a holder write whose lease has expired as long as nobody has taken it', async () => {
    const held = await scene.held();
    await scene.subject.elapse(LEASE + 5000);
    expect(await scene.record(held, { history: [step('a:1')] })).toEqual({ kind: 'done' });
  });

  it('refuses a holder whose expired lease was taken over', async () => {
    const held = await scene.held();
    await scene.subject.elapse(LEASE + 5000);
    const scope = scene.scope(held.definition);
    expect(await scene.claim(scope)).toEqual([held.instanceId]);
    expect(await scene.record(held, { history: [step('a:1')] })).toMatchObject({ reason: 'lost' });
    expect(await scene.record({ ...held, token: scope.token }, { history: [step('a:1')] })).toEqual({ kind: 'done' });
  });

  it('refuses the same worker under an older token', async () => {
    const held = await scene.held();
    await scene.storage.leases.release([held]);
    const again = await scene.claimOne(held.instanceId, scene.scope(held.definition));
    const [late] = await scene.write(entryOf(held, { history: [step('late:1')] }));
    expect(late).toMatchObject({ reason: 'lost', row: { lockedBy: again?.row.lockedBy } });
  });
}
