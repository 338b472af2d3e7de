import { FRAMEWORK } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { placeholders, sql, type SqlStatement } from '../sql/statement.js';

/** Ours that nobody runs and that wait for a message which is there. */
export function findStranded(dialect: Dialect, workflowNames: readonly string[], limit: number): SqlStatement {
  const index = (name: string): string => dialect.throughIndex(name);
  const fresh =
    `m.channel = w.channel AND m.id > s.romancy_cursor` +
    ` AND (s.romancy_since IS NULL OR COALESCE(m.romancy_published_at, ${dialect.latestMs('m.published_at')}) >= s.romancy_since)` +
    ` AND (s.romancy_seen IS NULL OR NOT ${dialect.listHas('s.romancy_seen', 'm.id')})`;
  const any = `SELECT 1 FROM channel_messages m${index('idx_romancy_messages_channel')} WHERE ${fresh}`;
  const keyed = `SELECT 1 FROM channel_messages m${index('idx_romancy_messages_key')} WHERE ${fresh}`;
  const free =
    `SELECT 1 FROM channel_messages m${index('idx_romancy_messages_channel')} WHERE m.channel = w.channel` +
    ` AND NOT EXISTS (SELECT 1 FROM channel_message_claims c WHERE c.message_id = m.message_id)`;
  return sql(
    `SELECT DISTINCT w.instance_id FROM romancy_waits w` +
      dialect.lookUp('workflow_instances', 'i', 'i.instance_id = w.instance_id') +
      dialect.lookUp('channel_subscriptions', 's', 's.instance_id = w.instance_id AND s.channel = w.channel') +
      ` WHERE i.framework = '${FRAMEWORK}' AND i.workflow_name IN (${placeholders(workflowNames.length)})` +
      ` AND i.status NOT IN (${TERMINAL_LIST}) AND (i.locked_by IS NULL OR i.lock_expires_at <= ${dialect.now})` +
      ` AND CASE WHEN s.mode = 'competing' THEN EXISTS (${free}) WHEN w.wait_key IS NULL THEN EXISTS (${any})` +
      ` ELSE EXISTS (${keyed} AND m.romancy_key = w.wait_key) OR EXISTS (${keyed} AND m.romancy_key IS NULL) END LIMIT ?`,
    [...workflowNames, limit],
  );
}
