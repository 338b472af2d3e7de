import { expect, it } from '@jest/globals';
import { LEASE, NOON, type Scene } from '../scene.js';

export function claims(scene: Scene): void {
  it('take unlocked running instances, with a lease by the clock of the database', async () => {
    const free = await scene.unlocked();
    const scope = scene.scope(free.definition);
    const before = await scene.storage.databaseNow();
    const claimed = await scene.claimRunnable(scope, 10);
    expect(claimed).toMatchObject([
      { takeover: false, row: { instanceId: free.instanceId, status: 'running', lockedBy: scope.token } },
    ]);
    const row = await scene.row(free);
    expect(row.lockedBy).toBe(scope.token);
    expect(row.lockExpiresAt).toBeGreaterThanOrEqual(before + LEASE - 1000);
    expect(row.lockExpiresAt).toBeLessThanOrEqual((await scene.storage.databaseNow()) + LEASE + 1000);
  });

  it('are not counted as take-overs', async () => {
    const free = await scene.unlocked();
    await scene.claim(scene.scope(free.definition));
    expect((await scene.storage.runState.load(free.instanceId)).takeovers).toBe(0);
  });

  it('answer the whole row', async () => {
    const free = await scene.unlocked(undefined, { input: '{"a":[1]}' });
    const [claimed] = await scene.claimRunnable(scene.scope(free.definition), 10);
    expect(claimed?.row).toEqual(await scene.row(free));
  });

  it('leave alone what another holds', async () => {
    const held = await scene.held();
    expect(await scene.claim(scene.scope(held.definition))).toEqual([]);
    expect(await scene.row(held)).toMatchObject({ lockedBy: held.token });
  });

  it.each(['waiting_for_timer', 'waiting_for_message', 'waiting_for_event'] as const)(
    'leave alone what is %s',
    async (status) => {
      const parked = await scene.parked(status);
      expect(await scene.claim(scene.scope(parked.definition))).toEqual([]);
    },
  );

  it('take compensating instances and keep that status', async () => {
    const parked = await scene.parked('compensating');
    expect(await scene.claim(scene.scope(parked.definition))).toEqual([parked.instanceId]);
    expect(await scene.row(parked)).toMatchObject({ status: 'compensating' });
  });

  it.each(['waiting_for_timer', 'waiting_for_message', 'compensating', 'running'] as const)(
    'take an unlocked %s instance whose cancellation is requested',
    async (status) => {
      const parked = await scene.parked(status);
      await scene.storage.instances.requestCancel(parked.instanceId, 'stop', NOON);
      const [claimed] = await scene.claimRunnable(scene.scope(parked.definition), 10);
      expect(claimed).toMatchObject({
        takeover: false,
        row: { status: status === 'compensating' ? 'compensating' : 'running', cancelReason: 'stop' },
      });
    },
  );

  it('take only workflows that are registered here', async () => {
    const free = await scene.unlocked();
    const other = await scene.unlocked();
    expect(await scene.claim(scene.scope(free.definition, { workflowNames: [scene.unique('other')] }))).toEqual([]);
    expect(await scene.claim(scene.scope(free.definition, { workflowNames: [] }))).toEqual([]);
    const both = [free.definition.workflowName, other.definition.workflowName];
    expect([...(await scene.claim(scene.scope(free.definition, { workflowNames: both })))].sort()).toEqual(
      [free.instanceId, other.instanceId].sort(),
    );
  });

  it('never take an instance of another framework', async () => {
    const definition = await scene.definition();
    const foreign = { workflowName: definition.workflowName, framework: 'python', status: 'running' } as const;
    await scene.subject.insertForeign({ ...foreign, instanceId: scene.unique('foreign') });
    expect(await scene.claim(scene.scope(definition))).toEqual([]);
  });

  it('skip what is blocked for a code version at hand, not what is blocked for another', async () => {
    const block = { code: 'c', explanation: '{}', blockedAt: NOON };
    const held = await scene.held();
    await scene.record(held, { block: { ...block, codeVersion: held.definition.sourceHash }, release: true });
    expect(
      await scene.claim(scene.scope(held.definition, { codeVersions: ['x', held.definition.sourceHash] })),
    ).toEqual([]);
    expect(await scene.claim(scene.scope(held.definition, { codeVersions: ['repaired'] }))).toEqual([held.instanceId]);
  });

  it('take what is blocked when a cancel request waits for it: ending needs no code', async () => {
    const held = await scene.held();
    const block = { codeVersion: held.definition.sourceHash, code: 'c', explanation: '{}', blockedAt: NOON };
    await scene.record(held, { block, release: true });
    await scene.storage.instances.requestCancel(held.instanceId, 'stop', NOON);
    expect(await scene.claim(scene.scope(held.definition))).toEqual([held.instanceId]);
  });

  it('take the oldest first, up to the limit', async () => {
    const definition = await scene.definition();
    const second = await scene.unlocked(definition, { startedAt: NOON + 2000 });
    const third = await scene.unlocked(definition, { startedAt: NOON + 3000 });
    const first = await scene.unlocked(definition, { startedAt: NOON + 1000 });
    const scope = scene.scope(definition);
    expect(await scene.claim(scope, 2)).toEqual([first.instanceId, second.instanceId]);
    expect(await scene.claim(scope, 2)).toEqual([third.instanceId]);
    expect(await scene.claim(scope, 2)).toEqual([]);
  });

  it('of several at once never take one instance twice', async () => {
    const definition = await scene.definition();
    const free = await Promise.all(Array.from({ length: 40 }, () => scene.unlocked(definition)));
    await scene.withSecondProcess(async (second) => {
      const claimers = [scene.storage, second, scene.storage, second, scene.storage, second];
      const taken: string[] = [];
      for (let round = 0; round < 20 && taken.length < free.length; round++) {
        const answers = await Promise.all(
          claimers.map((storage) => scene.claimRunnable(scene.scope(definition), 5, storage)),
        );
        taken.push(...answers.flat().map(({ row }) => row.instanceId));
      }
      expect(taken.sort()).toEqual(free.map((held) => held.instanceId).sort());
    });
  });
}

export function claimsOfOne(scene: Scene): void {
  it.each(['running', 'waiting_for_timer', 'waiting_for_message', 'waiting_for_event'] as const)(
    'takes an unlocked %s instance, which is then running',
    async (status) => {
      const parked = await scene.parked(status);
      const scope = scene.scope(parked.definition);
      const claimed = await scene.claimOne(parked.instanceId, scope);
      expect(claimed).toMatchObject({ takeover: false, row: { status: 'running', lockedBy: scope.token } });
      expect(claimed?.row).toEqual(await scene.row(parked));
    },
  );

  it('keeps an instance compensating', async () => {
    const parked = await scene.parked('compensating');
    const claimed = await scene.claimOne(parked.instanceId, scene.scope(parked.definition));
    expect(claimed?.row.status).toBe('compensating');
  });

  it('does not take what another holds, what is unknown, and what has another name or framework', async () => {
    const held = await scene.held();
    const free = await scene.unlocked(held.definition);
    const foreignId = scene.unique('foreign');
    const { workflowName } = held.definition;
    await scene.subject.insertForeign({ instanceId: foreignId, workflowName, framework: 'go', status: 'running' });
    const scope = scene.scope(held.definition);
    const claim = (id: string) => scene.claimOne(id, scope);
    expect(await claim(held.instanceId)).toBeUndefined();
    expect(await claim(scene.unique('nobody'))).toBeUndefined();
    expect(await claim(foreignId)).toBeUndefined();
    const elsewhere = scene.scope(held.definition, { workflowNames: [scene.unique('other')] });
    expect(await scene.claimOne(free.instanceId, elsewhere)).toBeUndefined();
  });

  it('does not take what is blocked for a code version at hand', async () => {
    const held = await scene.held();
    const block = { codeVersion: held.definition.sourceHash, code: 'c', explanation: '{}', blockedAt: NOON };
    await scene.record(held, { block, release: true });
    expect(await scene.claimOne(held.instanceId, scene.scope(held.definition))).toBeUndefined();
    const repaired = scene.scope(held.definition, { codeVersions: ['repaired'] });
    expect(await scene.claimOne(held.instanceId, repaired)).toBeDefined();
  });

  it('takes what is blocked when a cancel request waits for it', async () => {
    const held = await scene.held();
    const block = { codeVersion: held.definition.sourceHash, code: 'c', explanation: '{}', blockedAt: NOON };
    await scene.record(held, { block, release: true });
    await scene.storage.instances.requestCancel(held.instanceId, 'stop', NOON);
    expect(await scene.claimOne(held.instanceId, scene.scope(held.definition))).toBeDefined();
  });

  it('takes over an expired lease', async () => {
    const held = await scene.held();
    await scene.subject.elapse(LEASE + 5000);
    const claimed = await scene.claimOne(held.instanceId, scene.scope(held.definition));
    expect(claimed).toMatchObject({ takeover: true });
    expect((await scene.storage.runState.load(held.instanceId)).takeovers).toBe(1);
  });

  it('is given to one of many that ask at once', async () => {
    const free = await scene.unlocked();
    await scene.withSecondProcess(async (second) => {
      const claimers = [scene.storage, second, scene.storage, second, scene.storage, second];
      const answers = await Promise.all(
        claimers.map((storage) => scene.claimOne(free.instanceId, scene.scope(free.definition), storage)),
      );
      expect(answers.filter((claimed) => claimed !== undefined)).toHaveLength(1);
    });
  });
}
