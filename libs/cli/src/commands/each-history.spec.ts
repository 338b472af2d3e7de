import type { RecordedHistory } from '@romancy/core';
import { MemoryStorage } from '@romancy/testing';
import { eachHistory } from './each-history.js';

const history = (instanceId: string, workflowName: string): RecordedHistory => ({
  format: 1,
  instance: {
    instanceId,
    workflowName,
    sourceHash: 'v1',
    status: 'completed',
    startedAt: 1,
    input: '{}',
    output: '{}',
  },
  rows: [{ activityId: 'a:1', eventType: 'ActivityCompleted', data: '{}', binary: null, time: 1 }],
});

describe('eachHistory', () => {
  let storage: MemoryStorage;

  beforeEach(async () => {
    storage = new MemoryStorage();
    await storage.open();
    for (const id of ['a', 'b', 'c']) storage.importHistory(history(id, id === 'c' ? 'orders_old' : 'orders'));
  });

  async function ids(workflow?: string): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { instance } of eachHistory(storage, { workflowName: 'orders' }, workflow))
      found.push(instance.instanceId);
    return found.toSorted();
  }

  it('answers them all, or those of one workflow', async () => {
    expect(await ids()).toEqual(['a', 'b', 'c']);
    expect(await ids('orders')).toEqual(['a', 'b']);
  });

  it('reads each only when it is asked for', async () => {
    const points = storage.faults.record();
    const reads = (): number => points.filter(({ label }) => /^inspection.history#\d+ before$/.test(label)).length;
    const histories = eachHistory(storage, {});
    await histories.next();
    expect(reads()).toBe(1);
    await histories.next();
    expect(reads()).toBe(2);
  });

  it.each([
    ['instances.list', ['b'], ['a', 'c']],
    // The first of them while it is read, the others before.
    ['inspection.history', ['a', 'b', 'c'], []],
  ])('goes on where instances are removed after %s', async (operation, removed, left) => {
    storage.faults.intercept((point) => {
      if (point.operation !== operation || point.side !== 'after') return undefined;
      for (const id of removed) storage.database.instances.delete(id);
      return undefined;
    });
    expect(await ids()).toEqual(left);
  });
});
