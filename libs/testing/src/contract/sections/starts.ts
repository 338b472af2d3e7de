import { expect, it } from '@jest/globals';
import { FRAMEWORK, type EntryConflictError, type EntryVerdict } from '@romancy/core';
import { LEASE, NOON, type Scene } from '../scene.js';

/** With quotes and a character outside of ASCII, as a baggage may hold. */
const TRACE = '{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","baggage":"who=\u00e9\'s"}';

export function starts(scene: Scene): void {
  it('a locked start inserts a running instance that its starter holds', async () => {
    const definition = await scene.definition();
    const lock = { token: scene.unique('starter'), leaseMs: LEASE };
    const create = scene.newInstance(definition, {
      lock,
      input: '{"sku":"widget"}',
      ownerService: 'orders',
      trace: TRACE,
    });
    expect(await scene.write(scene.startEntry(create))).toEqual([{ kind: 'done' }]);
    expect(await scene.row(create)).toMatchObject({
      instanceId: create.instanceId,
      workflowName: definition.workflowName,
      sourceHash: definition.sourceHash,
      ownerService: 'orders',
      framework: FRAMEWORK,
      status: 'running',
      startedAt: NOON,
      input: '{"sku":"widget"}',
      trace: TRACE,
      lockedBy: lock.token,
    });
  });

  it('what a start does not say is empty', async () => {
    const held = await scene.unlocked();
    expect(await scene.row(held)).toMatchObject({
      currentActivityId: null,
      continuedFrom: null,
      output: null,
      stage: null,
      cancelRequestedAt: null,
      cancelReason: null,
      trace: null,
    });
  });

  it('the lease of a start ends by the clock of the database', async () => {
    const before = await scene.storage.databaseNow();
    const row = await scene.row(await scene.held());
    const after = await scene.storage.databaseNow();
    // Shared columns may hold whole seconds.
    expect(row.lockExpiresAt).toBeGreaterThanOrEqual(before + LEASE - 1000);
    expect(row.lockExpiresAt).toBeLessThanOrEqual(after + LEASE + 1000);
  });

  it('an unlocked start inserts a running instance that nobody holds', async () => {
    const held = await scene.unlocked();
    expect(await scene.row(held)).toMatchObject({ status: 'running', lockedBy: null, lockExpiresAt: null });
  });

  it('a start whose id exists answers the existing row and writes nothing', async () => {
    const existing = await scene.held(undefined, { input: '{"first":true}' });
    const create = scene.newInstance(existing.definition, {
      instanceId: existing.instanceId,
      input: '{"second":true}',
    });
    const [verdict] = await scene.write(scene.startEntry(create));
    expect(verdict).toMatchObject({
      kind: 'exists',
      row: { instanceId: existing.instanceId, input: '{"first":true}' },
    });
    expect(await scene.row(existing)).toMatchObject({ input: '{"first":true}', lockedBy: existing.token });
  });

  it('a start whose id belongs to another framework answers that row', async () => {
    const foreign = { instanceId: scene.unique('foreign'), workflowName: scene.unique('wf'), framework: 'python' };
    await scene.subject.insertForeign({ ...foreign, status: 'running' });
    const create = scene.newInstance(await scene.definition(), { instanceId: foreign.instanceId });
    const [verdict] = await scene.write(scene.startEntry(create));
    expect(verdict).toMatchObject({ kind: 'exists', row: { framework: 'python', workflowName: foreign.workflowName } });
  });

  it('of two starts with one id in one group the first is done and the second exists', async () => {
    const definition = await scene.definition();
    const first = scene.newInstance(definition, { input: '1' });
    const second = { ...first, input: '2' };
    const verdicts = await scene.write(scene.startEntry(first), scene.startEntry(second));
    expect(verdicts).toMatchObject([{ kind: 'done' }, { kind: 'exists', row: { input: '1' } }]);
    expect(await scene.row(first)).toMatchObject({ input: '1' });
  });

  it('two starts of one group whose ids differ in case alone are both made, or are a conflict that leaves nothing', async () => {
    const definition = await scene.definition();
    const first = scene.newInstance(definition);
    const second = scene.newInstance(definition, { instanceId: first.instanceId.toUpperCase() });
    const kinds = await scene.write(scene.startEntry(first), scene.startEntry(second)).then(
      (verdicts) => verdicts.map(({ kind }) => kind),
      (error: unknown) => (error as EntryConflictError).code,
    );
    const stored = (await scene.storage.instances.getMany([first.instanceId, second.instanceId])).length;
    expect([
      [['done', 'done'], 2],
      ['ROMANCY_ENTRY_CONFLICT', 0],
    ]).toContainEqual([kinds, stored]);
  });

  it('of two processes that start one id at once, one is done and the other is told that it exists', async () => {
    const definition = await scene.definition();
    await scene.withSecondProcess(async (second) => {
      for (let round = 0; round < 5; round++) {
        const create = scene.newInstance(definition);
        const verdicts = await Promise.all(
          [scene.storage, second].map((storage) => scene.writeOn(storage, [scene.startEntry(create)])),
        );
        expect(verdicts.map(([verdict]) => verdict?.kind).sort()).toEqual([
          'done',
          'exists',
        ] satisfies EntryVerdict['kind'][]);
      }
    });
  });

  it('an existing id leaves the other starts of its group untouched', async () => {
    const existing = await scene.unlocked();
    const starts = [
      scene.newInstance(existing.definition),
      scene.newInstance(existing.definition, { instanceId: existing.instanceId }),
      scene.newInstance(existing.definition),
    ];
    const verdicts = await scene.write(...starts.map((create) => scene.startEntry(create)));
    expect(verdicts.map((verdict) => verdict.kind)).toEqual(['done', 'exists', 'done']);
    expect(await scene.storage.instances.getMany(starts.map((create) => create.instanceId))).toHaveLength(3);
  });

  it('a start without its definition is a conflict that leaves nothing of the group', async () => {
    const held = await scene.held();
    const known = scene.newInstance(held.definition);
    const unknown = scene.newInstance({ ...held.definition, sourceHash: scene.unique('unknown') });
    await expect(scene.write(scene.startEntry(known), scene.startEntry(unknown))).rejects.toMatchObject({
      code: 'ROMANCY_ENTRY_CONFLICT',
      conflict: 'definition',
    });
    expect(await scene.storage.instances.getMany([known.instanceId, unknown.instanceId])).toEqual([]);
  });

  it('a start succeeds once its definition is stored', async () => {
    const definition = { workflowName: scene.unique('late'), sourceHash: 'h', sourceCode: '' };
    const create = scene.newInstance(definition);
    await expect(scene.write(scene.startEntry(create))).rejects.toMatchObject({ conflict: 'definition' });
    await scene.storage.definitions.upsert([definition]);
    expect(await scene.write(scene.startEntry(create))).toEqual([{ kind: 'done' }]);
  });
}

export function definitions(scene: Scene): void {
  it('storing a definition again changes nothing', async () => {
    const definition = await scene.definition();
    await scene.storage.definitions.upsert([{ ...definition, sourceCode: 'changed' }]);
    expect(await scene.write(scene.startEntry(scene.newInstance(definition)))).toEqual([{ kind: 'done' }]);
  });

  it('one workflow may have several code versions', async () => {
    const old = await scene.definition();
    const young = await scene.definition(old.workflowName);
    const verdicts = await scene.write(
      scene.startEntry(scene.newInstance(old)),
      scene.startEntry(scene.newInstance(young)),
    );
    expect(verdicts).toEqual([{ kind: 'done' }, { kind: 'done' }]);
  });

  it('the newest of a workflow is found by its exact name', async () => {
    const definition = await scene.definition();
    expect(await scene.storage.definitions.newest(definition.workflowName)).toEqual(definition);
    expect(await scene.storage.definitions.newest(definition.workflowName.toUpperCase())).toBeUndefined();
    expect(await scene.storage.definitions.newest(scene.unique('unheard-of'))).toBeUndefined();
  });

  it('many definitions, known and new ones, are stored at once by two processes', async () => {
    const known = await scene.definition();
    const rows = Array.from({ length: 30 }, () => ({
      workflowName: scene.unique('many'),
      sourceHash: 'h',
      sourceCode: 'export class Ünïcode {} // 🚀',
    }));
    await scene.withSecondProcess(async (second) => {
      await Promise.all([scene.storage, second].map((storage) => storage.definitions.upsert([known, ...rows])));
    });
    const starts = rows.map((row) => scene.startEntry(scene.newInstance(row)));
    expect((await scene.write(...starts)).every((verdict) => verdict.kind === 'done')).toBe(true);
  });

  it('storing none is no error', async () => {
    await expect(scene.storage.definitions.upsert([])).resolves.toBeUndefined();
  });
}
