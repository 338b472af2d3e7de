import type { DataSource } from 'typeorm';

/** Tables with rows of an instance. */
const TABLES = [
  'workflow_instances',
  'workflow_history',
  'workflow_history_archive',
  'workflow_compensations',
  'workflow_timer_subscriptions',
  'workflow_group_memberships',
  'channel_subscriptions',
  'channel_delivery_cursors',
  'romancy_attempts',
  'romancy_runs',
  'romancy_blocks',
  'romancy_waits',
];

export type OwnedRows = Readonly<Record<string, readonly string[]>>;

/** Every row of the instances of a framework, by its table, as text. */
export async function ownedRows(rows: DataSource, framework: 'typescript' | 'python'): Promise<OwnedRows> {
  const owned: Record<string, readonly string[]> = {};
  for (const table of TABLES) {
    const found: readonly object[] = await rows.query(
      `SELECT t.* FROM ${table} t JOIN workflow_instances i ON i.instance_id = t.instance_id WHERE i.framework = '${framework}'`,
    );
    owned[table] = found.map((row) => JSON.stringify(row)).sort();
  }
  const events: readonly object[] = await rows.query(
    `SELECT * FROM outbox_events WHERE romancy_attributes IS ${framework === 'typescript' ? 'NOT ' : ''}NULL`,
  );
  return { ...owned, outbox_events: events.map((row) => JSON.stringify(row)).sort() };
}
