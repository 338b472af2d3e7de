import { expect, it } from '@jest/globals';
import { EntryConflictError } from '@romancy/core';
import { entryOf, NOON, step, type Scene } from '../scene.js';

export function activityTransactions(scene: Scene): void {
  const begin = (): ReturnType<typeof scene.storage.transactions.create> =>
    scene.storage.transactions.create(scene.unique('activity'));
  const isCommitted = async (key: string): Promise<boolean> => (await scene.subject.effects()).includes(key);

  it('are unused until the first statement', async () => {
    const transaction = begin();
    expect(transaction.used).toBe(false);
    await scene.subject.effect(transaction, scene.unique('effect'));
    expect(transaction.used).toBe(true);
    await transaction.rollback();
  });

  it('that were never used hold nothing: any number may be open', async () => {
    const unused = Array.from({ length: 200 }, begin);
    const held = await scene.held();
    expect(await scene.record(held, { history: [step('a:1')] })).toEqual({ kind: 'done' });
    await Promise.all(unused.map((transaction) => transaction.rollback()));
    expect(unused.every((transaction) => !transaction.used)).toBe(true);
  });

  it("commit the user's writes and the entry together", async () => {
    const held = await scene.held();
    const key = scene.unique('effect');
    const eventId = scene.unique('event');
    const transaction = begin();
    await scene.subject.effect(transaction, key);
    const verdict = await transaction.commit([
      entryOf(held, {
        history: [step('reserve:1')],
        compensations: [{ activityId: 'reserve:1', activityName: 'release', args: '[]' }],
        outbox: [{ eventId, eventType: 't', eventSource: 's', data: '1', binary: null, contentType: 'c' }],
        removeAttempts: ['reserve:1'],
        stage: 'reserved',
      }),
    ]);
    expect(verdict).toEqual({ kind: 'done' });
    expect(await isCommitted(key)).toBe(true);
    expect(await scene.recordedSteps(held)).toEqual(['reserve:1']);
    expect((await scene.storage.runState.load(held.instanceId)).hasCompensations).toBe(true);
    expect(await scene.subject.outboxEvent(eventId)).toBeDefined();
    expect(await scene.row(held)).toMatchObject({ stage: 'reserved' });
  });

  it('write several entries of their instance in order', async () => {
    const held = await scene.held();
    const transaction = begin();
    await scene.subject.effect(transaction, scene.unique('effect'));
    const verdict = await transaction.commit([
      entryOf(held, { history: [step('b:1')] }),
      entryOf(held, { history: [step('a:1')] }),
    ]);
    expect(verdict).toEqual({ kind: 'done' });
    expect(await scene.recordedSteps(held)).toEqual(['b:1', 'a:1']);
  });

  it('leave nothing when they are rolled back', async () => {
    const transaction = begin();
    const key = scene.unique('effect');
    await scene.subject.effect(transaction, key);
    await transaction.rollback();
    expect(await isCommitted(key)).toBe(false);
  });

  it.each(['lost', 'ended', 'cancel-requested'] as const)(
    "roll the user's writes back when the entry is refused as %s",
    async (reason) => {
      const held = reason === 'ended' ? await scene.ended() : await scene.held();
      if (reason === 'cancel-requested') await scene.storage.instances.requestCancel(held.instanceId, null, NOON);
      const writer = reason === 'lost' ? { ...held, token: 'stranger' } : held;
      const key = scene.unique('effect');
      const transaction = begin();
      await scene.subject.effect(transaction, key);
      const verdict = await transaction.commit([entryOf(writer, { history: [step('a:1')] })]);
      expect(verdict).toMatchObject({ kind: 'refused', reason, row: { instanceId: held.instanceId } });
      expect(await isCommitted(key)).toBe(false);
      expect(await scene.history(held)).toEqual([]);
    },
  );

  it("roll the user's writes back when a later one of several entries is refused", async () => {
    const held = await scene.held();
    const key = scene.unique('effect');
    const transaction = begin();
    await scene.subject.effect(transaction, key);
    const verdict = await transaction.commit([
      entryOf(held, { history: [step('a:1')], stage: 'one' }),
      entryOf({ ...held, token: 'stranger' }, { history: [step('b:1')] }),
    ]);
    expect(verdict).toMatchObject({ kind: 'refused', reason: 'lost' });
    expect(await isCommitted(key)).toBe(false);
    expect(await scene.history(held)).toEqual([]);
    expect(await scene.row(held)).toMatchObject({ stage: null });
  });

  it("roll the user's writes back when the step is recorded already", async () => {
    const held = await scene.held();
    await scene.record(held, { history: [step('a:1')] });
    const key = scene.unique('effect');
    const transaction = begin();
    await scene.subject.effect(transaction, key);
    const commit = transaction.commit([entryOf(held, { history: [step('a:1')], stage: 'again' })]);
    await expect(commit).rejects.toThrow(EntryConflictError);
    expect(await isCommitted(key)).toBe(false);
    expect(await scene.row(held)).toMatchObject({ stage: null });
  });

  it('can be rolled back more than once, also after a commit, without effect', async () => {
    const held = await scene.held();
    const key = scene.unique('effect');
    const transaction = begin();
    await scene.subject.effect(transaction, key);
    await transaction.commit([entryOf(held, { history: [step('a:1')] })]);
    await transaction.rollback();
    await transaction.rollback();
    expect(await isCommitted(key)).toBe(true);
    const unused = begin();
    await unused.rollback();
    await unused.rollback();
  });

  it('refuse every later use with an error', async () => {
    const [rolledBack, unused, committed] = [begin(), begin(), begin()];
    await scene.subject.effect(rolledBack, scene.unique('effect'));
    await rolledBack.rollback();
    await unused.rollback();
    const held = await scene.held();
    await scene.subject.effect(committed, scene.unique('effect'));
    await committed.commit([entryOf(held, { history: [step('a:1')] })]);
    for (const ended of [rolledBack, unused, committed]) {
      const late = scene.unique('late');
      await expect(scene.subject.effect(ended, late)).rejects.toThrow(Error);
      expect(await isCommitted(late)).toBe(false);
    }
  });

  it('leave room for the next one after every kind of end', async () => {
    for (let round = 0; round < 20; round++) {
      const held = await scene.held();
      const transaction = begin();
      await scene.subject.effect(transaction, scene.unique('effect'));
      const fits = round % 2 === 0;
      await transaction.commit([entryOf(fits ? held : { ...held, token: 'x' }, { history: [step('a:1')] })]);
      const rolledBack = begin();
      await scene.subject.effect(rolledBack, scene.unique('effect'));
      await rolledBack.rollback();
    }
  });

  it('of different attempts run at the same time, each on its own', async () => {
    const definition = await scene.definition();
    const keys = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const held = await scene.held(definition);
        const key = scene.unique('effect');
        const transaction = begin();
        await scene.subject.effect(transaction, key);
        await scene.subject.effect(transaction, `${key}-second`);
        if (index % 2 === 1) await transaction.rollback();
        else await transaction.commit([entryOf(held, { history: [step('a:1')] })]);
        return key;
      }),
    );
    const committed = await scene.subject.effects();
    const kept = keys.filter((key) => committed.includes(key));
    expect(kept).toEqual(keys.filter((_, index) => index % 2 === 0));
    expect(kept.every((key) => committed.includes(`${key}-second`))).toBe(true);
  });
}

export function foreignTransactions(scene: Scene): void {
  it('start an instance when they commit, unlocked, and say so afterwards', async () => {
    const create = scene.newInstance(await scene.definition(), { input: '{"inside":true}' });
    const calls: string[] = [];
    await scene.subject.inTransaction(async (transaction) => {
      transaction.afterCommit(() => calls.push('committed'));
      expect(await transaction.insertInstance(create)).toBe(true);
      expect(calls).toEqual([]);
    });
    expect(calls).toEqual(['committed']);
    expect(await scene.row(create)).toMatchObject({ status: 'running', lockedBy: null, input: '{"inside":true}' });
  });

  it('start nothing when they are rolled back, and call nobody', async () => {
    const create = scene.newInstance(await scene.definition());
    const calls: string[] = [];
    const work = scene.subject.inTransaction(async (transaction) => {
      transaction.afterCommit(() => calls.push('committed'));
      await transaction.insertInstance(create);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(calls).toEqual([]);
    expect(await scene.storage.instances.get(create.instanceId)).toBeUndefined();
  });

  it('are told when the id exists, and go on', async () => {
    const existing = await scene.held();
    const again = scene.newInstance(existing.definition, { instanceId: existing.instanceId });
    const other = scene.newInstance(existing.definition);
    await scene.subject.inTransaction(async (transaction) => {
      expect(await transaction.insertInstance(again)).toBe(false);
      expect(await transaction.insertInstance(other)).toBe(true);
      expect(await transaction.insertInstance(other)).toBe(false);
      const { workflowName } = existing.definition;
      expect(await transaction.findInstance(existing.instanceId)).toMatchObject({ workflowName, status: 'running' });
      expect(await transaction.findInstance(other.instanceId)).toMatchObject({ workflowName, status: 'running' });
      expect(await transaction.findInstance(scene.unique('nobody'))).toBeUndefined();
    });
    expect(await scene.row(existing)).toMatchObject({ lockedBy: existing.token });
    expect(await scene.row(other)).toMatchObject({ status: 'running' });
  });
}
