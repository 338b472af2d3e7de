import type { MessageRow } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { SIBLINGS_EXIST } from '../sql/instance-sql.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { sqlErrorKind } from '../sql/sql-errors.js';
import { placeholders, sql } from '../sql/statement.js';
import { messageColumns, messageRowOf } from './message-row.js';
import { scanChannel } from './message-scan.js';

const ATTEMPTS = 20;

/**
 * Between a look of a sibling and its claim, or its publication and its own delivery, there are a few statements. Every take passes over what was
 * claimed in the meantime, so it is no longer than that needs.
 */
const SIBLING_TAKES_S = 5;

interface Found {
  readonly message: MessageRow;
  readonly siblings: boolean;
}

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
    const found = yield* oldest(dialect, channel, after);
    if (found === undefined) return undefined;
    const { message, siblings } = found;
    const taker = takerOf(message);
    if (taker !== undefined && (yield* claim(dialect, message, taker))) {
      yield* remove(dialect, siblings ? yield* hadForLong(dialect, message.channel) : [message.messageId]);
      return message;
    }
    after = message.id;
  }
  return undefined;
}

function* oldest(dialect: Dialect, channel: string, after: number): SqlProgram<Found | undefined> {
  const { from, where, order } = scanChannel(dialect, channel, after);
  const { rows } = yield* runOne(
    sql(
      `SELECT ${messageColumns(dialect)}, ${SIBLINGS_EXIST} AS siblings FROM ${from} WHERE ${where.sql}` +
        ` AND NOT EXISTS (SELECT 1 FROM channel_message_claims c WHERE c.message_id = m.message_id)` +
        ` ORDER BY ${order} LIMIT 1${dialect.takeRow('m')}`,
      where.params,
    ),
  );
  return rows[0] && { message: messageRowOf(rows[0]), siblings: Number(rows[0]['siblings']) === 1 };
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

/**
 * What was claimed long ago. Between looking and claiming, or between publishing and delivering, a sibling does not look whether the message is
 * still there: where foreign keys are checked its worker fails on the missing message, on SQLite it takes the job a second time. So where
 * siblings are, message and claim stay for as long as one may be under way.
 */
function* hadForLong(dialect: Dialect, channel: string): SqlProgram<readonly string[]> {
  const { rows } = yield* runOne(
    sql(
      `SELECT m.message_id AS message_id FROM channel_messages m JOIN channel_message_claims c ON c.message_id = m.message_id` +
        ` WHERE m.channel = ? AND c.claimed_at < ${dialect.secondsAgo(SIBLING_TAKES_S)}` +
        ` ORDER BY m.id LIMIT ${dialect.rowsPerStatement}${dialect.takeRow('m')}`,
      [channel],
    ),
  );
  return rows.map((row) => row['message_id'] as string);
}

function* remove(dialect: Dialect, messageIds: readonly string[]): SqlProgram<void> {
  if (messageIds.length === 0) return;
  const which = `WHERE message_id IN (${placeholders(messageIds.length)})`;
  yield* run([
    ...(dialect.cascades ? [] : [sql(`DELETE FROM channel_message_claims ${which}`, messageIds)]),
    sql(`DELETE FROM channel_messages ${which}`, messageIds),
  ]);
}
