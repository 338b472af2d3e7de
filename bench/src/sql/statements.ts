import type { DatabaseKind } from '../database-kind.js';

/** The writes of the raw baseline, and the order of their values. */
export const WRITES = {
  create:
    `INSERT INTO workflow_instances (instance_id, workflow_name, source_hash, owner_service, framework, status, input_data)` +
    ` VALUES (?, 'five', 'h', 'bench', 'raw', 'running', ?)`,
  step: `INSERT INTO workflow_history (instance_id, activity_id, event_type, event_data) VALUES (?, ?, 'ActivityCompleted', ?)`,
  event: `INSERT INTO workflow_history (instance_id, activity_id, event_type, event_data) VALUES (?, ?, 'EventReceived', ?)`,
  complete: `UPDATE workflow_instances SET status = 'completed', output_data = ? WHERE instance_id = ?`,
  recurred: `UPDATE workflow_instances SET status = 'recurred' WHERE instance_id = ?`,
  message: `INSERT INTO channel_messages (channel, message_id, data_type, data) VALUES (?, ?, 'json', ?)`,
  business: `INSERT INTO bench_rows (instance_id, n) VALUES (?, ?)`,
} as const;

export type WriteKind = keyof typeof WRITES;

export const COUNTS = {
  completed: `SELECT COUNT(*) AS n FROM workflow_instances WHERE status = 'completed'`,
  results: `SELECT COUNT(*) AS n FROM workflow_history WHERE event_type = 'ActivityCompleted'`,
  waiting: `SELECT COUNT(*) AS n FROM workflow_instances WHERE status = 'waiting_for_message'`,
  business: 'SELECT COUNT(*) AS n FROM bench_rows',
} as const;

const KEYS: Record<DatabaseKind, string> = {
  sqlite: 'INTEGER PRIMARY KEY',
  postgres: 'BIGSERIAL PRIMARY KEY',
  mysql: 'BIGINT AUTO_INCREMENT PRIMARY KEY',
  mariadb: 'BIGINT AUTO_INCREMENT PRIMARY KEY',
};

/** The table of the application that transactional activities write into. */
export function businessTable(kind: DatabaseKind): string {
  return `CREATE TABLE bench_rows (id ${KEYS[kind]}, instance_id VARCHAR(64) NOT NULL, n INT NOT NULL)`;
}
