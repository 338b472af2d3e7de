import { FRAMEWORK } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { placeholders, sql } from '../sql/statement.js';
import { messageId, ofChannelIn } from './message-scan.js';
import { nextWaits } from './wait-range.js';
import { MODE } from './waiters-query.js';

/** Waits that one call looks at. Each of them costs some lookups, and the call comes back every few seconds in every process. */
const WAITS_PER_CALL = 5000;

/**
 * Looks for instances of ours that nobody runs and that wait for a message which is there. It goes round: where the waits are many, a call looks
 * at some of them and the next one goes on.
 */
export class StrandedScan {
  #after = '';

  constructor(
    private readonly dialect: Dialect,
    private readonly waitsPerCall = WAITS_PER_CALL,
  ) {}

  *next(workflowNames: readonly string[], limit: number): SqlProgram<readonly string[]> {
    const start = this.#after;
    const found = yield* this.#look(workflowNames, start, null, limit);
    if (this.#after !== '' || start === '') return found;
    return [...found, ...(yield* this.#look(workflowNames, '', start, limit - found.length))];
  }

  /** Looks at the waits of instances between two ids, and notes how far it has come; empty for the end. */
  *#look(
    workflowNames: readonly string[],
    after: string,
    upTo: string | null,
    limit: number,
  ): SqlProgram<readonly string[]> {
    const range = yield* nextWaits(after, upTo, this.waitsPerCall);
    if (range === undefined) {
      this.#after = '';
      return [];
    }
    const { rows } = yield* runOne(
      sql(`${this.#select(range.condition, workflowNames.length)} ORDER BY w.instance_id LIMIT ?`, [
        ...range.params,
        ...workflowNames,
        limit,
      ]),
    );
    const found = rows.map((row) => row['instance_id'] as string);
    this.#after = (found.length === limit ? found.at(-1) : range.last) ?? '';
    return found;
  }

  #select(where: string, names: number): string {
    const { dialect } = this;
    // Not EXISTS, in which the order is dropped that leads to the index.
    const messages = (index: string, condition: string): string =>
      `(SELECT m.id FROM channel_messages m${dialect.throughIndex(index)} WHERE ${ofChannelIn(dialect, 'w.channel')} AND ${condition}` +
      ` ORDER BY ${messageId(dialect)} LIMIT 1) IS NOT NULL`;
    const fresh =
      `${messageId(dialect)} > w.after_id AND (w.since IS NULL` +
      ` OR COALESCE(m.romancy_published_at, ${dialect.latestMs('m.published_at')}) >= w.since)`;
    const any = messages('idx_romancy_messages_channel', fresh);
    const keyed = (condition: string): string =>
      messages('idx_romancy_messages_key', `m.romancy_key ${condition} AND ${fresh}`);
    const free = messages(
      'idx_romancy_messages_channel',
      'NOT EXISTS (SELECT 1 FROM channel_message_claims c WHERE c.message_id = m.message_id)',
    );
    return (
      `SELECT DISTINCT w.instance_id FROM romancy_waits w` +
      dialect.lookUp('workflow_instances', 'i', 'i.instance_id = w.instance_id') +
      ` WHERE ${where} AND i.framework = '${FRAMEWORK}' AND i.workflow_name IN (${placeholders(names)})` +
      ` AND i.status NOT IN (${TERMINAL_LIST}) AND i.locked_by IS NULL` +
      ` AND CASE WHEN ${MODE} = 'competing' THEN ${free} WHEN w.wait_key IS NULL THEN ${any}` +
      ` ELSE ${keyed('= w.wait_key')} OR ${keyed('IS NULL')} END`
    );
  }
}
