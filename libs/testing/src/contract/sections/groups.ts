import { expect, it } from '@jest/globals';
import { EntryConflictError, SerializationConflictError } from '@romancy/core';
import { entryOf, NOON, step, type Scene } from '../scene.js';

export function groups(scene: Scene): void {
  it('an empty group is no error', async () => {
    expect(await scene.write()).toEqual([]);
  });

  it('starts and steps of different instances share a group; verdicts come in the order of the entries', async () => {
    const mine = await scene.held();
    const lost = await scene.held();
    const ended = await scene.ended();
    const cancelled = await scene.held();
    await scene.storage.instances.requestCancel(cancelled.instanceId, null, NOON);
    const existing = await scene.unlocked();
    const fresh = scene.newInstance(mine.definition);

    const verdicts = await scene.write(
      entryOf(ended, { history: [step('a:1')] }),
      entryOf({ ...lost, token: 'stranger' }, { history: [step('a:1')] }),
      entryOf(mine, { history: [step('a:1')], stage: 'first' }),
      scene.startEntry(scene.newInstance(mine.definition, { instanceId: existing.instanceId })),
      scene.startEntry(fresh),
      entryOf(cancelled, { history: [step('a:1')] }),
    );

    expect(verdicts).toMatchObject([
      { kind: 'refused', reason: 'ended' },
      { kind: 'refused', reason: 'lost' },
      { kind: 'done' },
      { kind: 'exists' },
      { kind: 'done' },
      { kind: 'refused', reason: 'cancel-requested' },
    ]);
    expect(await scene.recordedSteps(mine)).toEqual(['a:1']);
    for (const refused of [lost, ended, cancelled]) expect(await scene.history(refused)).toEqual([]);
    expect(await scene.row(fresh)).toMatchObject({ status: 'running' });
  });

  it('a step that is recorded already is a conflict that leaves nothing of the group', async () => {
    const [first, second] = [await scene.held(), await scene.held()];
    await scene.record(second, { history: [step('a:1', { data: '"original"' })] });
    const fresh = scene.newInstance(first.definition);
    const group = scene.write(
      scene.startEntry(fresh),
      entryOf(first, { history: [step('a:1')], status: 'completed', release: true }),
      entryOf(second, { history: [step('b:1'), step('a:1', { data: '"again"' })], stage: 'lost' }),
    );
    await expect(group).rejects.toThrow(EntryConflictError);
    await expect(group).rejects.toMatchObject({ code: 'ROMANCY_ENTRY_CONFLICT', conflict: 'unique' });

    expect(await scene.history(first)).toEqual([]);
    expect(await scene.row(first)).toMatchObject({ status: 'running', lockedBy: first.token });
    expect((await scene.history(second)).map((row) => row.data)).toEqual(['"original"']);
    expect(await scene.row(second)).toMatchObject({ stage: null });
    expect(await scene.storage.instances.get(fresh.instanceId)).toBeUndefined();
  });

  it('a conflict inside one entry leaves nothing of it', async () => {
    const held = await scene.held();
    const group = scene.record(held, { history: [step('a:1'), step('a:1')], stage: 'half' });
    await expect(group).rejects.toMatchObject({ conflict: 'unique' });
    expect(await scene.history(held)).toEqual([]);
    expect(await scene.row(held)).toMatchObject({ stage: null });
  });

  it('an outbox event whose id exists is a conflict that leaves nothing', async () => {
    const held = await scene.held();
    const eventId = scene.unique('event');
    const event = { eventId, eventType: 't', eventSource: 's', data: '1', binary: null, contentType: 'c' };
    await scene.record(held, { outbox: [event] });
    const again = scene.record(held, { outbox: [event], history: [step('a:1')] });
    await expect(again).rejects.toMatchObject({ conflict: 'unique' });
    expect(await scene.history(held)).toEqual([]);
  });

  it('after a conflict the same session writes the good entries', async () => {
    const held = await scene.held();
    await scene.record(held, { history: [step('a:1')] });
    const session = await scene.storage.commits.acquire();
    try {
      await expect(session.write([entryOf(held, { history: [step('a:1')] })])).rejects.toThrow(EntryConflictError);
      expect(await session.write([entryOf(held, { history: [step('b:1')] })])).toEqual([{ kind: 'done' }]);
    } finally {
      session.release();
    }
    expect(await scene.recordedSteps(held)).toEqual(['a:1', 'b:1']);
  });

  it('the ids of history rows follow the order of the entries and of the rows in them', async () => {
    const [a, b, c] = [await scene.held(), await scene.held(), await scene.held()];
    await scene.write(
      entryOf(c, { history: [step('z:1'), step('a:1')] }),
      entryOf(a, { history: [step('m:1'), step('b:1')] }),
      entryOf(b, { history: [step('c:1')] }),
    );
    const rows = [...(await scene.history(a)), ...(await scene.history(b)), ...(await scene.history(c))];
    const inIdOrder = rows.sort((left, right) => left.id - right.id).map((row) => row.activityId);
    expect(inIdOrder).toEqual(['z:1', 'a:1', 'm:1', 'b:1', 'c:1']);
  });

  it('two entries of one instance in one group are both written, in order', async () => {
    const held = await scene.held();
    const verdicts = await scene.write(
      entryOf(held, { history: [step('b:1')], stage: 'first' }),
      entryOf(held, { history: [step('a:1')], stage: 'second' }),
    );
    expect(verdicts).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(await scene.recordedSteps(held)).toEqual(['b:1', 'a:1']);
    expect(await scene.row(held)).toMatchObject({ stage: 'second' });
  });

  it('later groups get higher ids than earlier ones', async () => {
    const held = await scene.held();
    for (const name of ['c:1', 'b:1', 'a:1']) await scene.record(held, { history: [step(name)] });
    expect(await scene.recordedSteps(held)).toEqual(['c:1', 'b:1', 'a:1']);
  });

  it('a group of 400 starts, and one of 400 entries with every part, are written in one go', async () => {
    const definition = await scene.definition();
    const token = scene.unique('bulk');
    const starts = Array.from({ length: 400 }, () =>
      scene.newInstance(definition, { lock: { token, leaseMs: 60_000 }, input: '{"n":1}' }),
    );
    const started = await scene.write(...starts.map((create) => scene.startEntry(create)));
    expect(started.filter((verdict) => verdict.kind === 'done')).toHaveLength(400);
    const verdicts = await scene.write(
      ...starts.map(({ instanceId }, index) =>
        entryOf(
          { instanceId, token },
          {
            history: [step('a:1', { data: String(index) }), step('b:1')],
            compensations: [{ activityId: 'a:1', activityName: 'undo', args: '[]' }],
            addTimers: [{ timerId: 'sleep:1', activityId: 'sleep:1', expiresAt: NOON + index }],
            putAttempts: [{ stepId: 'c:1', attempt: 1, nextAt: NOON, firstStartedAt: NOON, errors: '[]' }],
            status: 'waiting_for_timer',
            stage: `stage ${index}`,
            release: true,
          },
        ),
      ),
    );
    expect(verdicts.filter((verdict) => verdict.kind === 'done')).toHaveLength(400);
    for (const index of [0, 199, 399]) {
      const { instanceId } = starts[index] ?? { instanceId: '' };
      expect((await scene.history({ instanceId })).map((row) => row.data)).toEqual([String(index), '{"result":1}']);
      expect(await scene.row({ instanceId })).toMatchObject({ stage: `stage ${index}`, status: 'waiting_for_timer' });
      expect((await scene.storage.runState.load(instanceId)).timers).toMatchObject([{ expiresAt: NOON + index }]);
    }
  });
}

export function concurrentGroups(scene: Scene): void {
  it('of two processes that record one step at once, one succeeds and nothing is written twice', async () => {
    await scene.withSecondProcess(async (second) => {
      for (let round = 0; round < 5; round++) {
        const held = await scene.held();
        const settled = await Promise.allSettled(
          [scene.storage, second].map((storage, writer) =>
            scene.writeOn(storage, [
              entryOf(held, { history: [step('a:1', { data: String(writer) })], stage: `by ${writer}` }),
            ]),
          ),
        );
        const winner = settled.findIndex((result) => result.status === 'fulfilled');
        expect(settled.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
        for (const result of settled) {
          if (result.status === 'fulfilled') continue;
          const tellsWhy =
            result.reason instanceof EntryConflictError || result.reason instanceof SerializationConflictError;
          expect(tellsWhy).toBe(true);
        }
        expect((await scene.history(held)).map((row) => row.data)).toEqual([String(winner)]);
        expect(await scene.row(held)).toMatchObject({ stage: `by ${winner}` });
      }
    });
  });

  it('groups that hold the same instances in opposite orders all end', async () => {
    const definition = await scene.definition();
    const helds = await Promise.all(Array.from({ length: 20 }, () => scene.held(definition)));
    await scene.withSecondProcess(async (second) => {
      const write = async (writer: number): Promise<void> => {
        const order = writer % 2 === 0 ? helds : helds.toReversed();
        const entries = order.map((held) => entryOf(held, { history: [step(`w${writer}:1`)], stage: `${writer}` }));
        const storage = writer % 2 === 0 ? scene.storage : second;
        await scene.writeOn(storage, entries).catch(async (error: unknown) => {
          if (!(error instanceof SerializationConflictError)) throw error;
          await scene.writeOn(storage, entries);
        });
      };
      await Promise.all([0, 1, 2, 3].map(write));
    });
    for (const held of helds)
      expect([...(await scene.recordedSteps(held))].sort()).toEqual(['w0:1', 'w1:1', 'w2:1', 'w3:1']);
  });

  it('a cancel request and a completion at once: one of them wins, never both', async () => {
    await scene.withSecondProcess(async (second) => {
      for (let round = 0; round < 10; round++) {
        const held = await scene.held();
        const [outcome, verdict] = await Promise.all([
          second.instances.requestCancel(held.instanceId, null, NOON),
          scene.record(held, { status: 'completed', release: true, cleanUp: true }),
        ]);
        const row = await scene.row(held);
        if (verdict?.kind === 'done') expect([outcome.kind, row.status]).toEqual(['terminal', 'completed']);
        else expect([outcome.kind, row.status]).toEqual(['requested', 'running']);
      }
    });
  });

  it('a session is waited for when all are taken, and given on when one is released', async () => {
    const { commits } = scene.storage;
    const sessions = await Promise.all(Array.from({ length: commits.sessions }, () => commits.acquire()));
    let served = false;
    const waiting = commits.acquire().then((session) => {
      served = true;
      return session;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(served).toBe(false);
    sessions[0]?.release();
    const last = await waiting;
    expect(served).toBe(true);
    last.release();
    for (const session of sessions) session.release();
  });

  it('a session that is released twice is given on only once', async () => {
    const { commits } = scene.storage;
    const sessions = await Promise.all(Array.from({ length: commits.sessions }, () => commits.acquire()));
    sessions[0]?.release();
    sessions[0]?.release();
    const next = await commits.acquire();
    let served = false;
    const waiting = commits.acquire().then((session) => {
      served = true;
      session.release();
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(served).toBe(false);
    next.release();
    await waiting;
    for (const session of sessions) session.release();
  });
}
