import type { RecordedHistory } from '@romancy/core';
import { exportHistory, MemoryStorage } from '@romancy/testing';

const recorded: RecordedHistory = {
  format: 1,
  instance: {
    instanceId: 'a',
    workflowName: 'orders',
    sourceHash: 'v1',
    status: 'running',
    startedAt: 1,
    input: '{}',
    output: null,
  },
  rows: [{ activityId: 'a:1', eventType: 'ActivityCompleted', data: '{}', binary: null, time: 1 }],
};

describe('exportHistory', () => {
  it('takes the history out of the archive where the generation ends while it is read', async () => {
    const storage = new MemoryStorage();
    await storage.open();
    storage.importHistory(recorded);
    const { instances, archive } = storage.database;
    const record = instances.get('a');
    if (record === undefined) throw new Error('It was not imported.');
    storage.faults.intercept(({ label }) => {
      if (label !== 'inspection.history#1 before') return undefined;
      archive.set(
        'a',
        record.history.map((row) => ({ ...row, id: row.id + 100 })),
      );
      record.history.length = 0;
      record.row = { ...record.row, status: 'recurred' };
      return undefined;
    });
    const { instance, rows } = await exportHistory(storage, 'a');
    expect(instance.status).toBe('recurred');
    expect(rows).toEqual(recorded.rows);
  });
});
