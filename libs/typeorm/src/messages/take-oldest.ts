import type { MessageRow } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { sqlErrorKind } from '../sql/sql-errors.js';
import { sql, type SqlStatement } from '../sql/statement.js';
import { messageColumns, messageRowOf } from './message-row.js';
import { scanChannel } from './message-scan.js';

const ATTEMPTS = 20;

/**
 * Takes the oldest message of a competing channel that nobody has, and removes it. The claim is what siblings look at: it is written although it
 * goes with the message, since one of theirs may have been committed after we looked.
 *
 * @param takerOf the instance that gets the message; undefined leaves it where it is
 */
export function* takeOldest(
  dialect: Dialect,
  channel: string,
  takerOf: (message: MessageRow) => string | undefined,
): SqlProgram<MessageRow | undefined> {
  let after = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const message = yield* oldest(dialect, channel, after);
    if (message === undefined) return undefined;
    const taker = takerOf(message);
    if (taker !== undefined && (yield* claim(dialect, message, taker))) {
      yield* run(removals(dialect, message));
      return message;
    }
    after = message.id;
  }
  return undefined;
}

function* oldest(dialect: Dialect, channel: string, after: number): SqlProgram<MessageRow | undefined> {
  const { from, where, order } = scanChannel(dialect, channel, after);
  const { rows } = yield* runOne(
    sql(
      `SELECT ${messageColumns(dialect)} FROM ${from} WHERE ${where.sql}` +
        ` AND NOT EXISTS (SELECT 1 FROM channel_message_claims c WHERE c.message_id = m.message_id)` +
        ` ORDER BY ${order} LIMIT 1${dialect.takeRow('m')}`,
      where.params,
    ),
  );
  return rows[0] === undefined ? undefined : messageRowOf(rows[0]);
}

function* claim(dialect: Dialect, { messageId }: MessageRow, instanceId: string): SqlProgram<boolean> {
  const insert =
    `INSERT INTO channel_message_claims (message_id, instance_id, claimed_at) VALUES (?, ?, ${dialect.now})` +
    (dialect.tellsKept ? dialect.orKeep('message_id') : '');
  try {
    const { affected } = yield* runOne(sql(insert, [messageId, instanceId]));
    return affected === 1;
  } catch (error) {
    if (!dialect.tellsKept && sqlErrorKind(error) === 'unique') return false;
    throw error;
  }
}

function removals(dialect: Dialect, { id, messageId }: MessageRow): readonly SqlStatement[] {
  const message = sql('DELETE FROM channel_messages WHERE id = ?', [id]);
  return dialect.cascades
    ? [message]
    : [sql('DELETE FROM channel_message_claims WHERE message_id = ?', [messageId]), message];
}
