import { InstanceNotFoundError, type HistoryRow, type Storage } from '@romancy/core';
import type { RecordedHistory, RecordedRow } from './recorded-history.js';

const PAGE = 1000;

/**
 * Reads an instance and its history out of a storage. Payloads are in it as they are stored.
 *
 * ```ts
 * const history = await exportHistory(app.get(EngineHost).storage, 'order-17');
 * await writeFile('test/histories/order-17.json', JSON.stringify(history, undefined, 2));
 * ```
 */
export async function exportHistory(storage: Storage, instanceId: string): Promise<RecordedHistory> {
  const row = await storage.instances.get(instanceId);
  if (row === undefined) throw new InstanceNotFoundError(instanceId);
  const { workflowName, sourceHash, status, startedAt, input, output } = row;
  const rows: RecordedRow[] = [];
  for (let after = 0, more = true; more;) {
    const page = await storage.history.read(instanceId, after, PAGE);
    rows.push(...page.map(toRecorded));
    after = page.at(-1)?.id ?? after;
    more = page.length === PAGE;
  }
  return { format: 1, instance: { instanceId, workflowName, sourceHash, status, startedAt, input, output }, rows };
}

function toRecorded({ activityId, eventType, data, binary, time }: HistoryRow): RecordedRow {
  return { activityId, eventType, data, binary: binary === null ? null : Buffer.from(binary).toString('base64'), time };
}
