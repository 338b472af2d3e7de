import type { RecordedHistory } from '@romancy/core';
import type { MemoryDatabase } from './memory-database.js';
import { insertInstance, definitionKey } from './start-writer.js';

/** Keys of rows that the engine writes for itself: what a workflow has never asked for. */
const ENGINE_ROW = /^(\$|compensation:)/;

/** Puts a recorded instance into the database as it was before it ended: unlocked, with all that its workflow has seen. */
export function importHistory(database: MemoryDatabase, { instance, rows }: RecordedHistory): void {
  const { instanceId, workflowName, sourceHash, startedAt, input } = instance;
  database.definitions.set(definitionKey(workflowName, sourceHash), { workflowName, sourceHash, sourceCode: '' });
  database.atomically((undo) => {
    const start = {
      instanceId,
      workflowName,
      sourceHash,
      startedAt,
      input,
      ownerService: '',
      continuedFrom: null,
      chain: null,
      startedBy: null,
      trace: null,
      lock: null,
    };
    if (insertInstance(database, start, undo) !== undefined) throw new Error(`Instance ${instanceId} exists already.`);
    const record = database.instances.get(instanceId);
    for (const row of rows.filter((candidate) => !ENGINE_ROW.test(candidate.activityId))) {
      const binary = row.binary === null ? null : Buffer.from(row.binary, 'base64');
      record?.history.push({ ...row, binary, id: database.nextId() });
      record?.recordedSteps.add(row.activityId);
    }
  });
}
