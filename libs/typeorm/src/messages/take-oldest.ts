import type { MessageRow } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { sqlErrorKind } from '../sql/sql-errors.js';
import { placeholders, sql } from '../sql/statement.js';
import { messageColumns, messageRowOf } from './message-row.js';
import { scanChannel } from './message-scan.js';

const ATTEMPTS = 20;

/** Between a sibling's publication and its own delivery there are a few statements; this is plenty. */
const SIBLING_DELIVERS_S = 60;

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
      yield* remove(dialect, message);
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

function* remove(dialect: Dialect, message: MessageRow): SqlProgram<void> {
  const goes = dialect.cascades || !message.foreign ? [message.messageId] : yield* hadForLong(dialect, message.channel);
  if (goes.length === 0) return;
  const which = `WHERE message_id IN (${placeholders(goes.length)})`;
  yield* run([
    ...(dialect.cascades ? [] : [sql(`DELETE FROM channel_message_claims ${which}`, goes)]),
    sql(`DELETE FROM channel_messages ${which}`, goes),
  ]);
}

/**
 * A sibling hands its message to a waiting instance right after publishing it, and sees by the claim alone that somebody has been faster. A claim
 * refers to its message; where nobody checks that (SQLite), message and claim have to stay for as long as the sibling may take.
 */
function* hadForLong(dialect: Dialect, channel: string): SqlProgram<readonly string[]> {
  const { rows } = yield* runOne(
    sql(
      `SELECT m.message_id AS message_id FROM channel_messages m JOIN channel_message_claims c ON c.message_id = m.message_id` +
        ` WHERE m.channel = ? AND c.claimed_at < ${dialect.secondsAgo(SIBLING_DELIVERS_S)} LIMIT ${dialect.rowsPerStatement}`,
      [channel],
    ),
  );
  return rows.map((row) => row['message_id'] as string);
}
