import { FRAMEWORK } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { placeholders, sql, type SqlStatement } from '../sql/statement.js';
import { MODE } from './waiters-query.js';

/** Ours that nobody runs and that wait for a message which is there. */
export function findStranded(dialect: Dialect, workflowNames: readonly string[], limit: number): SqlStatement {
  const messages = (index: string, condition: string): string =>
    `EXISTS (SELECT 1 FROM channel_messages m${dialect.throughIndex(index)} WHERE m.channel = w.channel AND ${condition})`;
  const late =
    `m.id > w.after_id AND (w.since IS NULL` +
    ` OR COALESCE(m.romancy_published_at, ${dialect.latestMs('m.published_at')}) >= w.since)`;
  const any = messages('idx_romancy_messages_channel', late);
  const keyed = (condition: string): string =>
    messages('idx_romancy_messages_key', `m.romancy_key ${condition} AND ${late}`);
  const free = messages(
    'idx_romancy_messages_channel',
    'NOT EXISTS (SELECT 1 FROM channel_message_claims c WHERE c.message_id = m.message_id)',
  );
  return sql(
    `SELECT DISTINCT w.instance_id FROM romancy_waits w` +
      dialect.lookUp('workflow_instances', 'i', 'i.instance_id = w.instance_id') +
      ` WHERE i.framework = '${FRAMEWORK}' AND i.workflow_name IN (${placeholders(workflowNames.length)})` +
      ` AND i.status NOT IN (${TERMINAL_LIST}) AND i.locked_by IS NULL` +
      ` AND CASE WHEN ${MODE} = 'competing' THEN ${free} WHEN w.wait_key IS NULL THEN ${any}` +
      ` ELSE ${keyed('= w.wait_key')} OR ${keyed('IS NULL')} END LIMIT ?`,
    [...workflowNames, limit],
  );
}
