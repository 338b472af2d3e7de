import { FRAMEWORK, type SiblingWaiter } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { SIBLINGS_EXIST } from '../sql/instance-sql.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';
import { messageId, ofChannelIn } from './message-scan.js';
import { toSibling } from './waiters-query.js';

/**
 * Looks for instances of siblings that wait for a message which is there. They look once and then wait for a publisher to come by; a message that
 * is stored in between reaches them with nobody's help. It goes round, so that what cannot be brought keeps nobody back.
 */
export class StrandedSiblings {
  #after = '';

  constructor(private readonly dialect: Dialect) {}

  *next(limit: number): SqlProgram<readonly SiblingWaiter[]> {
    const { rows: exist } = yield* runOne(sql(`SELECT ${SIBLINGS_EXIST} AS siblings`));
    if (Number(exist[0]?.['siblings']) === 0) return [];
    const { rows } = yield* runOne(sql(this.#select, [this.#after, limit]));
    this.#after = rows.length < limit ? '' : ((rows.at(-1)?.['instance_id'] ?? '') as string);
    return rows.map(toSibling);
  }

  get #select(): string {
    const { dialect } = this;
    const message = (condition: string): string =>
      `EXISTS (SELECT 1 FROM channel_messages m WHERE ${ofChannelIn(dialect, 's.channel')} AND ${condition})`;
    const id = messageId(dialect);
    const unread = message(`${id} > COALESCE(s.cursor_message_id, 0) AND ${id} > COALESCE(d.last_delivered_id, 0)`);
    // Go leaves what it has delivered unclaimed; only of our own jobs it is certain that nobody has them.
    const free = message(
      'm.romancy_published_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM channel_message_claims c WHERE c.message_id = m.message_id)',
    );
    return (
      `SELECT s.instance_id, i.framework, s.channel, s.mode FROM workflow_instances i` +
      ` JOIN channel_subscriptions s ON s.instance_id = i.instance_id` +
      ` LEFT JOIN channel_delivery_cursors d ON d.channel = s.channel AND d.instance_id = s.instance_id` +
      ` WHERE (i.framework < '${FRAMEWORK}' OR i.framework > '${FRAMEWORK}') AND i.status = 'waiting_for_message'` +
      ` AND (i.locked_by IS NULL OR i.lock_expires_at <= ${dialect.now}) AND s.activity_id > '' AND i.instance_id > ?` +
      ` AND CASE WHEN s.mode = 'competing' THEN ${free} ELSE ${unread} END ORDER BY i.instance_id LIMIT ?`
    );
  }
}
