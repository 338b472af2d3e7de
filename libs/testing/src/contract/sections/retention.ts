import { expect, it } from '@jest/globals';
import {
  InstanceRetention,
  type DefinitionRow,
  type InstanceStatus,
  type RecordedHistory,
  type RetentionTerm,
  type TerminalStatus,
} from '@romancy/core';
import { LEASE, NOON, step, type Held, type Scene } from '../scene.js';

const DAY = 86_400_000;
const ALL = 1000;

/** Removal of finished instances. */
export function retention(scene: Scene): void {
  const store = () => scene.storage.retention;
  const termOf = ({ workflowName }: DefinitionRow, status: TerminalStatus = 'completed'): RetentionTerm => ({
    status,
    olderThanMs: DAY,
    workflow: { only: workflowName },
  });
  const policyOf = ({ workflowName }: DefinitionRow) =>
    ({ workflows: { [workflowName]: { completed: '1d' } } }) as const;
  const retained = async (...held: readonly Pick<Held, 'instanceId'>[]): Promise<string[]> => {
    const rows = await scene.storage.instances.getMany(held.map(({ instanceId }) => instanceId));
    const found = new Set(rows.map(({ instanceId }) => instanceId));
    return held.map(({ instanceId }) => instanceId).filter((id) => found.has(id));
  };
  const found = async (what: 'ends' | 'generations', ...terms: readonly RetentionTerm[]): Promise<string[]> =>
    (await store().finished(what, terms, null, ALL)).rows.map(({ instanceId }) => instanceId);

  /** Ends a generation and answers the next one, held. */
  async function recur(held: Held, chain: string, round: number): Promise<Held> {
    const lock = { token: scene.unique('next'), leaseMs: LEASE };
    const parts = { continuedFrom: held.instanceId, chain, startedAt: NOON + round, lock };
    const next = scene.newInstance(held.definition, parts);
    await scene.record(held, { recur: next, status: 'recurred', release: true, cleanUp: true, history: [step('a:1')] });
    return { ...held, instanceId: next.instanceId, token: lock.token };
  }

  const end = (held: Held, status: InstanceStatus = 'completed') =>
    scene.record(held, { status, output: '{}', release: true, cleanUp: true });

  /** A chain of so many generations, the first first, the last ended. */
  async function chain(length: number): Promise<readonly Held[]> {
    const first = await scene.held();
    const all = [first];
    for (let round = 1; round < length; round++) all.push(await recur(all.at(-1) ?? first, first.instanceId, round));
    await end(all.at(-1) ?? first);
    return all;
  }

  it('finds what ended long enough ago, by workflow and outcome; not what runs, nor what siblings have', async () => {
    const definition = await scene.definition();
    const [completed, failed, running] = [
      await scene.held(definition),
      await scene.held(definition),
      await scene.held(definition),
    ];
    await end(completed);
    await end(failed, 'failed');
    const other = await scene.ended();
    const sibling = { instanceId: scene.unique('sibling'), workflowName: definition.workflowName };
    await scene.subject.insertForeign({ ...sibling, framework: 'python', status: 'completed' });
    const term = termOf(definition);
    expect(await found('ends', term)).toEqual([]);
    await scene.subject.elapse(DAY + 2000);
    const young = await scene.ended(definition);
    expect(await found('ends', term)).toEqual([completed.instanceId]);
    expect(new Set(await found('ends', term, termOf(definition, 'failed')))).toEqual(
      new Set([completed.instanceId, failed.instanceId]),
    );
    const others: RetentionTerm = { ...term, workflow: { except: [definition.workflowName] } };
    const rest = await found('ends', others);
    expect(rest).toContain(other.instanceId);
    expect(rest).not.toContain(completed.instanceId);
    const ids = [completed, running, sibling].map(({ instanceId }) => instanceId);
    expect(await store().removeLinks(ids)).toEqual([completed.instanceId]);
    expect(await retained(completed, failed, running, young, other, sibling)).toEqual(
      [failed, running, young, other, sibling].map(({ instanceId }) => instanceId),
    );
  });

  it('pages through what is found, the oldest first', async () => {
    const definition = await scene.definition();
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) ids.push((await scene.ended(definition)).instanceId);
    await scene.subject.elapse(DAY + 2000);
    const seen: string[] = [];
    let position = null;
    let pages = 0;
    do {
      const page = await store().finished('ends', [termOf(definition)], position, 2);
      seen.push(...page.rows.map(({ instanceId }) => instanceId));
      position = page.next;
      pages++;
    } while (position !== null);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(pages).toBe(3);
  });

  it('leaves no row of an instance behind, and none of another is touched', async () => {
    const held = await scene.held();
    const neighbour = await scene.held(held.definition);
    await scene.record(held, {
      history: [step('a:1')],
      compensations: [{ activityId: 'a:1', activityName: 'undo', args: '[]' }],
    });
    await scene.record(neighbour, { history: [step('a:1')] });
    await end(held);
    expect(await store().removeLines([[held.instanceId]])).toEqual([held.instanceId]);
    expect(await scene.history(held)).toEqual([]);
    expect(await scene.storage.runState.compensations(held.instanceId)).toEqual([]);
    expect(await scene.storage.instances.latest(held.instanceId)).toBeUndefined();
    expect(await scene.recordedSteps(neighbour)).toEqual(['a:1']);
    // The id is free again.
    const again = scene.newInstance(held.definition, { instanceId: held.instanceId });
    expect(await scene.write(scene.startEntry(again))).toEqual([{ kind: 'done' }]);
    expect(await scene.history(held)).toEqual([]);
  });

  it('of a chain removes the middle, and its first id still leads to the end; archived histories go along', async () => {
    const generations = await chain(5);
    const [first, second, third, fourth, last] = generations as [Held, Held, Held, Held, Held];
    await scene.subject.elapse(DAY + 2000);
    const links = [second, third, fourth].map(({ instanceId }) => instanceId);
    const term = termOf(first.definition, 'recurred');
    expect((await found('generations', term)).toSorted()).toEqual(links.toSorted());
    expect(await found('ends', term)).toEqual([]);
    expect(await scene.storage.inspection.history(third.instanceId, 0, ALL)).toMatchObject([{ activityId: 'a:1' }]);
    expect(await store().removeLinks([second.instanceId, third.instanceId])).toHaveLength(2);
    expect(await scene.storage.inspection.history(third.instanceId, 0, ALL)).toEqual([]);
    expect(await scene.row(fourth)).toMatchObject({ continuedFrom: first.instanceId });
    expect((await scene.storage.instances.latest(first.instanceId))?.instanceId).toBe(last.instanceId);
    expect(await scene.storage.instances.latest(third.instanceId)).toBeUndefined();
    await scene.subject.inTransaction(async (transaction) => {
      expect(await transaction.latestInstance(first.instanceId)).toMatchObject({
        instanceId: last.instanceId,
        status: 'completed',
      });
      expect(await transaction.latestInstance(third.instanceId)).toBeUndefined();
    });
    const line = await store().ancestry(last.instanceId, ALL);
    expect(line.map(({ instanceId }) => instanceId)).toEqual([last, fourth, first].map(({ instanceId }) => instanceId));
    expect(await store().ancestry(last.instanceId, 2)).toHaveLength(2);
  });

  it('of a chain that goes on the middle keeps its links, and the living end goes on', async () => {
    const first = await scene.held();
    const second = await recur(first, first.instanceId, 1);
    const third = await recur(second, first.instanceId, 2);
    expect(await store().removeLinks([second.instanceId, third.instanceId])).toEqual([second.instanceId]);
    expect(await scene.row(third)).toMatchObject({ status: 'running', continuedFrom: first.instanceId });
    expect(await scene.record(third, { history: [step('b:1')] })).toEqual({ kind: 'done' });
    expect((await scene.storage.instances.latest(first.instanceId))?.instanceId).toBe(third.instanceId);
  });

  it('removes a whole or nothing: not while one of it runs, nor while another continues it', async () => {
    const generations = await chain(3);
    const ids = generations.map(({ instanceId }) => instanceId);
    const running = await scene.held();
    for (const line of [ids.slice(0, 2), [...ids, running.instanceId], [...ids, scene.unique('nobody')]])
      expect(await store().removeLines([line])).toEqual([]);
    expect(await retained(...generations)).toEqual(ids);
    expect((await store().removeLines([ids])).toSorted()).toEqual(ids.toSorted());
    expect(await retained(...generations)).toEqual([]);
  });

  it('removes several lines at once, and none is in the way of another', async () => {
    const [goes, stays] = [await chain(2), await chain(3)];
    const alone = await scene.ended();
    const running = await scene.held();
    const line = goes.map(({ instanceId }) => instanceId);
    const part = stays.slice(0, 2).map(({ instanceId }) => instanceId);
    const lines = [part, line, [running.instanceId], [alone.instanceId]];
    expect((await store().removeLines(lines)).toSorted()).toEqual([...line, alone.instanceId].toSorted());
    expect(await retained(...goes, alone)).toEqual([]);
    expect(await retained(...stays, running)).toEqual([...stays, running].map(({ instanceId }) => instanceId));
    expect(await scene.row(stays[1] ?? alone)).toMatchObject({ continuedFrom: stays[0]?.instanceId });
  });

  it('by a policy: archived first, with the history; what the archive refuses is kept', async () => {
    const definition = await scene.definition();
    const [taken, refused] = [await scene.held(definition), await scene.held(definition)];
    for (const held of [taken, refused]) {
      await scene.record(held, { history: [step('a:1', { data: '{"result":7}' })] });
      await end(held);
    }
    const records: RecordedHistory[] = [];
    const archive = (record: RecordedHistory) => {
      if (record.instance.instanceId === refused.instanceId) throw new Error('the archive is full');
      records.push(record);
    };
    const options = { ...policyOf(definition), archive };
    expect(await new InstanceRetention(scene.storage, options).all()).toBe(0);
    await scene.subject.elapse(DAY + 2000);
    expect(await new InstanceRetention(scene.storage, options, { dryRun: true }).all()).toBe(2);
    expect(records).toEqual([]);
    expect(await new InstanceRetention(scene.storage, options).all()).toBe(1);
    expect(await retained(taken, refused)).toEqual([refused.instanceId]);
    expect(records).toMatchObject([
      {
        instance: { instanceId: taken.instanceId, status: 'completed' },
        rows: [{ activityId: 'a:1', data: '{"result":7}' }],
      },
    ]);
  });

  it('by a policy: a chain goes when its end is due, as a whole', async () => {
    const generations = await chain(4);
    const [first] = generations as [Held];
    await scene.subject.elapse(DAY + 2000);
    expect(await new InstanceRetention(scene.storage, policyOf(first.definition)).all()).toBe(4);
    expect(await retained(...generations)).toEqual([]);
  });

  it('by a policy: what was restarted stays with its restart until both are due', async () => {
    const failed = await scene.held();
    await end(failed, 'failed');
    const restart = await scene.held(failed.definition, { continuedFrom: failed.instanceId });
    const { workflowName } = failed.definition;
    const times = { completed: '1d', failed: '1d' } as const;
    const both = { workflows: { [workflowName]: times } };
    await scene.subject.elapse(DAY + 2000);
    expect(await new InstanceRetention(scene.storage, both).all()).toBe(0);
    await end(restart);
    await scene.subject.elapse(DAY + 2000);
    expect(await new InstanceRetention(scene.storage, policyOf(failed.definition)).all()).toBe(0);
    expect(await retained(failed, restart)).toEqual([failed.instanceId, restart.instanceId]);
    expect(await new InstanceRetention(scene.storage, both).all()).toBe(2);
    expect(await retained(failed, restart)).toEqual([]);
  });
}
