import { expect, it } from '@jest/globals';
import { activityCompleted, activityFailed, toFailure, type InspectionStore, type NewOutboxEvent } from '@romancy/core';
import { NOON, LEASE, step, type Held, type Scene } from '../scene.js';

export function inspection(scene: Scene): void {
  const inspect = (): InspectionStore => scene.storage.inspection;

  /** The next generation, which is unlocked. */
  async function recur(held: Held, startedAt: number): Promise<Held> {
    const next = scene.newInstance(held.definition, {
      continuedFrom: held.instanceId,
      startedAt,
      lock: { token: scene.unique('next'), leaseMs: LEASE },
    });
    await scene.record(held, { recur: next, status: 'recurred', release: true, cleanUp: true });
    return { ...held, instanceId: next.instanceId, token: next.lock?.token ?? '' };
  }

  it('reads history by pages, and that of an ended generation out of the archive', async () => {
    const first = await scene.held();
    await scene.record(first, { history: [step('a:1', { time: NOON + 5 }), step('b:1'), step('c:1')] });
    const page = await inspect().history(first.instanceId, 0, 2);
    expect(page).toMatchObject([
      { activityId: 'a:1', eventType: 'ActivityCompleted', data: '{"result":1}', time: NOON + 5 },
      { activityId: 'b:1' },
    ]);
    const rest = await inspect().history(first.instanceId, page[1]?.id ?? 0, 2);
    expect(rest.map((row) => row.activityId)).toEqual(['c:1']);
    const second = await recur(first, NOON + 1);
    await scene.record(second, { history: [step('a:1'), step('z:1')] });
    const stepsOf = async (held: Held): Promise<readonly string[]> =>
      (await inspect().history(held.instanceId, 0, 10)).map((row) => row.activityId);
    expect(await stepsOf(first)).toEqual(['a:1', 'b:1', 'c:1']);
    expect(await stepsOf(second)).toEqual(['a:1', 'z:1']);
    expect(await inspect().history(scene.unique('absent'), 0, 10)).toEqual([]);
  });

  it('reads of a history no long texts and no bytes where only an excerpt is asked for', async () => {
    const first = await scene.held();
    const long = `{"result":"${'é'.repeat(89)}"}`;
    const rows = [
      step('short:1', { time: NOON + 5, data: `{"result":"${'é'.repeat(88)}"}` }),
      step('long:1', { data: long }),
      step('bytes:1', { data: null, binary: Uint8Array.of(0, 128, 255) }),
    ];
    await scene.record(first, { history: rows });
    const excerptOf = (afterId: number, limit: number) =>
      inspect().historyExcerpt(first.instanceId, afterId, limit, long.length - 1);
    const expected = [
      { activityId: 'short:1', time: NOON + 5, data: rows[0]?.data, characters: long.length - 1, bytes: null },
      { activityId: 'long:1', data: null, characters: long.length, bytes: null },
      { activityId: 'bytes:1', data: null, characters: 0, bytes: 3 },
    ];
    const excerpts = await excerptOf(0, 10);
    expect(excerpts).toMatchObject(expected);
    expect(await excerptOf(excerpts[0]?.id ?? 0, 1)).toMatchObject(expected.slice(1, 2));
    await recur(first, NOON + 1);
    expect(await excerptOf(0, 10)).toMatchObject(expected);
  });

  it('follows generations in both directions, as far as it is asked to', async () => {
    const first = await scene.held(undefined, { startedAt: NOON });
    const chain = [first];
    for (let round = 1; round < 5; round++) chain.push(await recur(chain[round - 1] ?? first, NOON + round));
    const ids = chain.map(({ instanceId }) => instanceId);
    const around = async (index: number, limit: number) => {
      const { generations, more } = await inspect().generations(ids[index] ?? '', limit);
      return { ids: generations.map(({ instanceId }) => instanceId), more };
    };
    expect(await around(2, 10)).toEqual({ ids, more: { before: false, after: false } });
    expect(await around(2, 1)).toEqual({ ids: ids.slice(1, 4), more: { before: true, after: true } });
    expect(await around(0, 4)).toEqual({ ids, more: { before: false, after: false } });
    const { generations } = await inspect().generations(ids[4] ?? '', 1);
    expect(generations).toEqual([
      { instanceId: ids[3], status: 'recurred', startedAt: NOON + 3, continuedFrom: ids[2] },
      { instanceId: ids[4], status: 'running', startedAt: NOON + 4, continuedFrom: ids[3] },
    ]);
    expect((await inspect().generations(scene.unique('absent'), 3)).generations).toEqual([]);
  });

  it('shows the source of a version, the groups, and nothing for what is not there', async () => {
    const held = await scene.held();
    const { workflowName, sourceHash, sourceCode } = held.definition;
    expect(await inspect().source(workflowName, sourceHash)).toBe(sourceCode);
    expect(await inspect().source(workflowName, 'another')).toBeUndefined();
    const groups = [scene.unique('team'), scene.unique('squad')];
    await scene.record(held, { joinGroups: groups });
    expect(await inspect().groups(held.instanceId)).toEqual(groups);
    expect(await inspect().groups(scene.unique('absent'))).toEqual([]);
    expect(await inspect().siblingWaits(held.instanceId)).toEqual([]);
  });

  it('shows the events that an instance has emitted, with what became of them, newest first', async () => {
    const held = await scene.held();
    const other = await scene.held();
    const event = (instanceId: string, parts: Partial<NewOutboxEvent> = {}): NewOutboxEvent => ({
      eventId: scene.unique('event'),
      eventType: 'order.paid',
      eventSource: '/orders',
      data: '{"a":1}',
      binary: null,
      contentType: 'application/json',
      instanceId,
      ...parts,
    });
    const mine = [event(held.instanceId), event(held.instanceId, { data: null, binary: Uint8Array.of(0, 255) })];
    await scene.record(held, { outbox: mine });
    await scene.record(other, { outbox: [event(other.instanceId)] });
    const token = scene.unique('relay');
    await scene.storage.outboxEvents.claim({ token, leaseMs: LEASE, limit: 200 });
    await scene.storage.outboxEvents.settle(token, [
      { eventId: mine[0]?.eventId ?? '', status: 'failed', error: 'refused' },
      { eventId: mine[1]?.eventId ?? '', status: 'published' },
    ]);
    const rows = await inspect().outbox({ instanceId: held.instanceId, limit: 10, maxCharacters: 7 });
    expect(rows).toMatchObject([
      { eventId: mine[1]?.eventId, status: 'published', attempts: 1, error: null, data: null },
      { eventId: mine[0]?.eventId, status: 'failed', error: 'refused', publishedAt: null, data: '{"a":1}' },
    ]);
    expect(rows).toMatchObject([
      { characters: 0, bytes: 2 },
      { characters: 7, bytes: null },
    ]);
    const short = await inspect().outbox({ instanceId: held.instanceId, limit: 10, maxCharacters: 6 });
    expect(short).toMatchObject([
      { data: null, bytes: 2 },
      { data: null, characters: 7 },
    ]);
    expect(rows[0]?.publishedAt).toEqual(expect.any(Number));
    expect(await inspect().outbox({ instanceId: held.instanceId, limit: 1, maxCharacters: 7 })).toHaveLength(1);
    const failed = await inspect().outbox({ status: 'failed', limit: 200, maxCharacters: 7 });
    expect(failed.map(({ eventId }) => eventId)).toContain(mine[0]?.eventId);
    expect(failed.every(({ status }) => status === 'failed')).toBe(true);
  });
}

export function inspectionOfAll(scene: Scene): void {
  const inspect = (): InspectionStore => scene.storage.inspection;
  const LIMIT = 100_000;
  const HOUR = 3_600_000;

  it('counts by status, every framework, no further than the limit', async () => {
    const countOf = async (status: string, limit = LIMIT) =>
      (await inspect().counts(limit)).instances.find((each) => each.status === status);
    const before = (await countOf('failed'))?.count ?? 0;
    const workflowName = scene.unique('foreign-workflow');
    for (const framework of ['python', 'go', 'go']) {
      await scene.subject.insertForeign({ instanceId: scene.unique('f'), workflowName, framework, status: 'failed' });
    }
    expect(await countOf('failed')).toEqual({ status: 'failed', count: before + 3, capped: false });
    expect(await countOf('failed', before + 3)).toEqual({ status: 'failed', count: before + 3, capped: false });
    expect(await countOf('failed', 2)).toEqual({ status: 'failed', count: 2, capped: true });
  });

  it('tells what started and ended since a time', async () => {
    const now = await scene.storage.databaseNow();
    const ended = async (limit = LIMIT) => (await inspect().activity(now - HOUR, limit)).ended;
    const completed = async (): Promise<number> =>
      (await ended()).find(({ status }) => status === 'completed')?.count ?? 0;
    const before = { started: (await inspect().activity(now - HOUR, LIMIT)).started.count, ended: await completed() };
    const definition = await scene.definition();
    const held = await scene.held(definition, { startedAt: now - 2000 });
    await scene.held(definition, { startedAt: now - 2 * HOUR });
    expect((await inspect().activity(now - HOUR, LIMIT)).started).toEqual({ count: before.started + 1, capped: false });
    expect(await completed()).toBe(before.ended);
    await scene.record(held, { status: 'completed', output: '{}', release: true });
    expect(await completed()).toBe(before.ended + 1);
    expect((await ended(1)).every(({ capped }) => capped)).toBe(true);
    expect((await inspect().activity(now - HOUR, 1)).started).toEqual({ count: 1, capped: true });
  });

  it('tells how long recent steps took, whatever their payloads hold', async () => {
    const now = await scene.storage.databaseNow();
    const held = await scene.held();
    const parts = { activityName: 'charge', argsText: '["\\"duration_ms\\":9}"]' };
    const failure = toFailure(new Error('no'));
    await scene.record(held, {
      history: [
        step('charge:1', { time: now, data: activityCompleted({ ...parts, resultText: '1', durationMs: 42.4 }) }),
        step('charge:2', { time: now, data: activityCompleted({ ...parts, resultText: '"\\"duration_ms\\":7}"' }) }),
        step('charge:3', {
          time: now,
          eventType: 'ActivityFailed',
          data: activityFailed({ ...parts, failure, durationMs: 7 }),
        }),
        step('charge:4', {
          time: now - 2 * HOUR,
          data: activityCompleted({ ...parts, resultText: '1', durationMs: 1 }),
        }),
      ],
    });
    const timings = await inspect().timings(now - HOUR, 4);
    expect([...timings].sort((a, b) => (a.stepId < b.stepId ? -1 : 1))).toEqual([
      { instanceId: held.instanceId, stepId: 'charge:1', durationMs: 42 },
      { instanceId: held.instanceId, stepId: 'charge:3', durationMs: 7 },
    ]);
    expect(await inspect().timings(now - HOUR, 1)).toEqual([]);
  });

  it('tells who holds instances, and who leads', async () => {
    const worker = scene.unique('worker');
    for (const acquisition of [1, 2]) {
      await scene.held(undefined, { lock: { token: `${worker}#${String(acquisition)}`, leaseMs: LEASE } });
    }
    const mine = (await inspect().leases(LIMIT)).find(({ workerId }) => workerId === worker);
    expect(mine).toMatchObject({ workerId: worker, instances: 2 });
    const now = await scene.storage.databaseNow();
    expect(mine?.earliestExpiry).toBeGreaterThan(now);
    const name = scene.unique('lock');
    await scene.storage.leadership.acquire(name, worker, LEASE, []);
    const locks = await inspect().locks();
    expect(locks.find((lock) => lock.name === name)).toMatchObject({ holder: worker });
    await scene.storage.leadership.release(name, worker);
    expect((await inspect().locks()).map((lock) => lock.name)).not.toContain(name);
  });
}
