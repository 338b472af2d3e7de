import { expect, it } from '@jest/globals';
import { entryOf, NOON, step, type Scene } from '../scene.js';

export function parts(scene: Scene): void {
  it('what an entry does not name keeps its value', async () => {
    const held = await scene.held();
    await scene.record(held, { status: 'compensating', output: '"o"', stage: 's', currentActivityId: 'a:1' });
    const before = await scene.row(held);
    await scene.record(held, { history: [step('a:1')] });
    expect({ ...(await scene.row(held)), updatedAt: 0 }).toEqual({ ...before, updatedAt: 0 });
  });

  it('sets status, output, stage and current activity, and replaces them', async () => {
    const held = await scene.held();
    await scene.record(held, { status: 'compensating', output: '"one"', stage: 'one', currentActivityId: 'a:1' });
    await scene.record(held, { status: 'running', output: '"two"', stage: 'two', currentActivityId: 'b:1' });
    expect(await scene.row(held)).toMatchObject({
      status: 'running',
      output: '"two"',
      stage: 'two',
      currentActivityId: 'b:1',
    });
  });

  it('two instances in one group get each their own values', async () => {
    const [a, b, c] = [await scene.held(), await scene.held(), await scene.held()];
    await scene.write(
      entryOf(a, { status: 'completed', output: '"a"', release: true }),
      entryOf(b, { stage: 'b' }),
      entryOf(c, { currentActivityId: 'c:1', output: '"c"' }),
    );
    expect(await scene.row(a)).toMatchObject({ status: 'completed', output: '"a"', stage: null, lockedBy: null });
    expect(await scene.row(b)).toMatchObject({ status: 'running', output: null, stage: 'b', lockedBy: b.token });
    expect(await scene.row(c)).toMatchObject({ output: '"c"', stage: null, currentActivityId: 'c:1' });
  });

  it('a release clears the lock and nothing else', async () => {
    const held = await scene.held();
    await scene.record(held, { status: 'waiting_for_timer', release: true });
    expect(await scene.row(held)).toMatchObject({ status: 'waiting_for_timer', lockedBy: null, lockExpiresAt: null });
  });

  it('the time of the last change does not go backwards and is near the present', async () => {
    const held = await scene.held();
    const before = await scene.row(held);
    await scene.record(held, { stage: 'changed' });
    const after = await scene.row(held);
    const now = await scene.storage.databaseNow();
    expect(after.updatedAt).toBeGreaterThanOrEqual(before.updatedAt);
    expect(Math.abs(now - after.updatedAt)).toBeLessThan(5000);
  });

  it('compensations are handed out last first', async () => {
    const held = await scene.held();
    const undo = (activityId: string) => ({
      activityId,
      activityName: `undo ${activityId}`,
      args: `["${activityId}"]`,
    });
    await scene.record(held, { compensations: [undo('b:1'), undo('a:1')] });
    await scene.record(held, { compensations: [undo('c:1')] });
    const rows = await scene.storage.runState.compensations(held.instanceId);
    expect(rows.map((row) => row.activityId)).toEqual(['c:1', 'a:1', 'b:1']);
    expect(rows[0]).toEqual({ ...undo('c:1'), id: expect.any(Number) });
    expect((await scene.storage.runState.load(held.instanceId)).hasCompensations).toBe(true);
  });

  it('one step may have two compensations', async () => {
    const held = await scene.held();
    const undo = { activityId: 'a:1', activityName: 'undo', args: '[]' };
    await scene.record(held, { compensations: [undo, undo] });
    expect(await scene.storage.runState.compensations(held.instanceId)).toHaveLength(2);
  });

  it('an instance without compensations has none', async () => {
    const held = await scene.held();
    expect(await scene.storage.runState.compensations(held.instanceId)).toEqual([]);
    expect((await scene.storage.runState.load(held.instanceId)).hasCompensations).toBe(false);
  });

  it('attempts are kept per step, replaced and removed', async () => {
    const held = await scene.held();
    const attempt = (stepId: string, count: number) => ({
      stepId,
      attempt: count,
      nextAt: NOON + 1234 + count,
      firstStartedAt: NOON + 1,
      errors: `[{"message":"it's ${count}"}]`,
    });
    await scene.record(held, { putAttempts: [attempt('a:1', 1), attempt('b:1', 1)] });
    await scene.record(held, { putAttempts: [attempt('a:1', 2)] });
    const { attempts } = await scene.storage.runState.load(held.instanceId);
    expect([...attempts].sort((x, y) => (x.stepId < y.stepId ? -1 : 1))).toEqual([
      attempt('a:1', 2),
      attempt('b:1', 1),
    ]);
    await scene.record(held, { removeAttempts: ['a:1', 'unknown:1'] });
    expect((await scene.storage.runState.load(held.instanceId)).attempts).toEqual([attempt('b:1', 1)]);
  });

  it('attempts of different instances do not mix', async () => {
    const [a, b] = [await scene.held(), await scene.held()];
    const attempt = { stepId: 'a:1', attempt: 1, nextAt: NOON, firstStartedAt: NOON, errors: '[]' };
    await scene.write(
      entryOf(a, { putAttempts: [attempt] }),
      entryOf(b, { putAttempts: [{ ...attempt, attempt: 7 }] }),
    );
    await scene.record(a, { removeAttempts: ['a:1'] });
    expect((await scene.storage.runState.load(a.instanceId)).attempts).toEqual([]);
    expect((await scene.storage.runState.load(b.instanceId)).attempts).toMatchObject([{ attempt: 7 }]);
  });

  it('outbox events are stored with text or bytes', async () => {
    const held = await scene.held();
    const text = {
      eventId: scene.unique('event'),
      eventType: 'order.placed',
      eventSource: '/orders',
      data: '{"a":"ü"}',
      binary: null,
      contentType: 'application/json',
    };
    const bytes = {
      ...text,
      eventId: scene.unique('event'),
      data: null,
      binary: Uint8Array.of(0, 255, 10),
      contentType: 'image/png',
    };
    await scene.record(held, { outbox: [text, bytes] });
    expect(await scene.subject.outboxEvent(text.eventId)).toEqual(text);
    const stored = await scene.subject.outboxEvent(bytes.eventId);
    expect({ ...stored, binary: [...(stored?.binary ?? [])] }).toEqual({ ...bytes, binary: [0, 255, 10] });
  });

  it('an instance about which nothing is kept loads as empty, an unknown one too', async () => {
    const empty = {
      timers: [],
      attempts: [],
      block: undefined,
      takeovers: 0,
      hasCompensations: false,
      subscriptions: [],
      waits: [],
    };
    const held = await scene.held();
    expect(await scene.storage.runState.load(held.instanceId)).toEqual(empty);
    expect(await scene.storage.runState.load(scene.unique('nobody'))).toEqual(empty);
  });
}
