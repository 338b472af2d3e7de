import { InstanceNotFoundError } from '../errors/instance-not-found-error.js';
import type { HistoryRow } from '../ports/history-row.js';
import type { InstanceRow } from '../ports/instance.js';
import type { Storage } from '../ports/storage.js';
import type { RecordedHistory, RecordedRow } from './recorded-history.js';

const PAGE = 1000;

/**
 * Reads an instance and its history out of a storage. Payloads are in it as they are stored. The history of a generation that has ended with
 * `recur` comes from the archive.
 *
 * ```ts
 * const history = await exportHistory(app.get(EngineHost).storage, 'order-17');
 * await writeFile('test/histories/order-17.json', JSON.stringify(history, undefined, 2));
 * ```
 *
 * @throws InstanceNotFoundError where there is no such instance.
 */
export async function exportHistory(
  storage: Pick<Storage, 'instances' | 'inspection'>,
  instanceId: string,
): Promise<RecordedHistory> {
  const row = await rowOf(storage, instanceId);
  const rows = await rowsOf(storage, instanceId);
  // Removed on the way, it has lost rows; ended by `recur` on the way, its rows have got other numbers in the archive.
  const after = await rowOf(storage, instanceId);
  if ((after.status === 'recurred') !== (row.status === 'recurred')) return exportHistory(storage, instanceId);
  const { workflowName, sourceHash, status, startedAt, input, output } = row;
  const { updatedAt, continuedFrom, ownerService, stage, cancelReason } = row;
  const more = { updatedAt, continuedFrom, ownerService, stage, cancelReason };
  const instance = { instanceId, workflowName, sourceHash, status, startedAt, input, output, ...more };
  return { format: 1, instance, rows };
}

async function rowOf({ instances }: Pick<Storage, 'instances'>, instanceId: string): Promise<InstanceRow> {
  const row = await instances.get(instanceId);
  if (row === undefined) throw new InstanceNotFoundError(instanceId);
  return row;
}

async function rowsOf(
  { inspection }: Pick<Storage, 'inspection'>,
  instanceId: string,
): Promise<readonly RecordedRow[]> {
  const rows: RecordedRow[] = [];
  for (let after = 0, more = true; more;) {
    const page = await inspection.history(instanceId, after, PAGE);
    rows.push(...page.map(toRecorded));
    after = page.at(-1)?.id ?? after;
    more = page.length === PAGE;
  }
  return rows;
}

function toRecorded({ activityId, eventType, data, binary, time }: HistoryRow): RecordedRow {
  return { activityId, eventType, data, binary: binary === null ? null : Buffer.from(binary).toString('base64'), time };
}
