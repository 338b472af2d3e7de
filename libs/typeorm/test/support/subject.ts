import { FRAMEWORK } from '@romancy/core';
import { activityManager, foreignTransaction, type StorageSettings, type TypeOrmStorage } from '@romancy/typeorm';
import type { StorageSubject } from '@romancy/testing/contract';
import { beginForeignMessage } from './foreign-message.js';
import { insertRow } from './rows.js';
import { createDatabase, openStorage, type DatabaseName } from './databases.js';

/** A database for the contract suite. */
export async function openSubject(name: DatabaseName, settings: StorageSettings = {}): Promise<StorageSubject> {
  const database = await createDatabase(name);
  const storage = await openStorage(database, settings);
  const placeholder = (sql: string): string => {
    let index = 0;
    return name === 'postgres' ? sql.replace(/\?/g, () => `$${++index}`) : sql;
  };
  const query = <T = unknown>(sql: string, params: unknown[] = []): Promise<T[]> =>
    storage.dataSource.query<T[]>(placeholder(sql), params);
  await query(`CREATE TABLE effects (id VARCHAR(255) PRIMARY KEY)`);
  return {
    storage,
    connect: () => openStorage(database),
    effect: async (transaction, key) => {
      await activityManager(transaction).query(placeholder('INSERT INTO effects (id) VALUES (?)'), [key]);
    },
    effects: async () => (await query<{ id: string }>('SELECT id FROM effects')).map(({ id }) => id),
    inTransaction: (work) => storage.dataSource.transaction((manager) => work(foreignTransaction(manager))),
    outboxEvent: async (eventId) => {
      const [row] = await query<Record<string, never>>('SELECT * FROM outbox_events WHERE event_id = ?', [eventId]);
      return row === undefined
        ? undefined
        : {
            eventId: row['event_id']!,
            eventType: row['event_type']!,
            eventSource: row['event_source']!,
            data: row['event_data']!,
            binary: row['event_data_binary']!,
            contentType: row['content_type']!,
          };
    },
    outboxState: async (eventId) => {
      const [row] = await query<Record<string, never>>('SELECT * FROM outbox_events WHERE event_id = ?', [eventId]);
      return row && { status: row['status']!, attempts: row['retry_count']!, error: row['last_error']! };
    },
    insertSiblingEvent: async (eventId, sending = false) => {
      await query(
        'INSERT INTO outbox_events (event_id, event_type, event_source, data_type, event_data, status) VALUES (?, ?, ?, ?, ?, ?)',
        [eventId, 'sibling.event', 'sibling', '', '{"from": "sibling"}', sending ? 'processing' : 'pending'],
      );
    },
    giveUpAsSibling: async (eventId, status) => {
      await query('UPDATE outbox_events SET status = ?, retry_count = 3, last_error = ? WHERE event_id = ?', [
        status,
        'Exceeded max retries (3)',
        eventId,
      ]);
    },
    insertForeign: async ({ instanceId, workflowName, framework, status }) => {
      const [found] = await query('SELECT 1 FROM workflow_definitions WHERE workflow_name = ? AND source_hash = ?', [
        workflowName,
        'foreign',
      ]);
      if (found === undefined) {
        await query('INSERT INTO workflow_definitions (workflow_name, source_hash, source_code) VALUES (?, ?, ?)', [
          workflowName,
          'foreign',
          'def foreign(): pass',
        ]);
      }
      await query(
        'INSERT INTO workflow_instances (instance_id, workflow_name, source_hash, owner_service, framework, status, input_data) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [instanceId, workflowName, 'foreign', 'sibling', framework, status, '{}'],
      );
    },
    beginForeignMessage: (message) => beginForeignMessage(storage, message),
    claimForeign: (messageId, instanceId) =>
      insertRow(storage, 'channel_message_claims', { message_id: messageId, instance_id: instanceId }),
    archivedHistory: async (instanceId) => {
      const rows = await query<Record<string, never>>(
        'SELECT activity_id, event_type, event_data, romancy_time FROM workflow_history_archive WHERE instance_id = ? ORDER BY id',
        [instanceId],
      );
      return rows.map((row) => ({
        activityId: row['activity_id']!,
        eventType: row['event_type']!,
        data: row['event_data']!,
        time: Number(row['romancy_time']),
      }));
    },
    elapse: (milliseconds) => elapse(storage, query, milliseconds),
    close: async () => {
      await storage.close();
      await database.drop();
    },
  };
}

/** Shifts the stored times back. */
async function elapse(
  storage: TypeOrmStorage,
  query: (sql: string, params?: unknown[]) => Promise<unknown>,
  milliseconds: number,
): Promise<void> {
  const seconds = (milliseconds / 1000).toFixed(3);
  const shifted = {
    sqlite: `strftime('%Y-%m-%d %H:%M:%f', lock_expires_at, '-${seconds} seconds') || '000'`,
    postgres: `lock_expires_at - interval '${milliseconds} milliseconds'`,
    mysql: `lock_expires_at - INTERVAL ${Math.ceil(milliseconds / 1000)} SECOND`,
    mariadb: `lock_expires_at - INTERVAL ${Math.ceil(milliseconds / 1000)} SECOND`,
  }[storage.dialect];
  await query(
    `UPDATE workflow_instances SET lock_expires_at = ${shifted} WHERE framework = '${FRAMEWORK}' AND lock_expires_at IS NOT NULL`,
  );
  const published = {
    sqlite: `strftime('%Y-%m-%d %H:%M:%f', published_at, '-${seconds} seconds') || '000'`,
    postgres: `published_at - interval '${milliseconds} milliseconds'`,
    mysql: `published_at - INTERVAL ${Math.ceil(milliseconds / 1000)} SECOND`,
    mariadb: `published_at - INTERVAL ${Math.ceil(milliseconds / 1000)} SECOND`,
  }[storage.dialect];
  await query(`UPDATE channel_messages SET published_at = ${published} WHERE romancy_published_at IS NULL`);
  await query(`UPDATE romancy_staged_messages SET created_at = created_at - ${milliseconds}`);
  await query(`UPDATE system_locks SET lock_expires_at = ${shifted} WHERE lock_expires_at IS NOT NULL`);
  await query(`UPDATE romancy_workers SET seen_at = seen_at - ${milliseconds}`);
  const shiftedPublished = (shifted ?? '').replaceAll('lock_expires_at', 'published_at');
  await query(
    `UPDATE outbox_events SET romancy_next_at = romancy_next_at - ${milliseconds}, romancy_claimed_until = romancy_claimed_until - ${milliseconds}`,
  );
  await query(`UPDATE outbox_events SET published_at = ${shiftedPublished} WHERE published_at IS NOT NULL`);
  const shiftedUpdated = (shifted ?? '').replaceAll('lock_expires_at', 'updated_at');
  await query(
    `UPDATE workflow_instances SET updated_at = ${shiftedUpdated} WHERE status IN ('completed', 'failed', 'cancelled', 'recurred')`,
  );
  await query(`UPDATE romancy_runs SET next_run_at = next_run_at - ${milliseconds}`);
}
