import type { CommitEntry } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import type { SqlStatement } from '../sql/statement.js';
import { TableInsert } from '../sql/table-insert.js';
import { hasSideRows, sideRowsOf } from './entry-shape.js';
import { OutboxInsert } from './outbox-insert.js';

/** The rows that entries add beside history. */
export class SideInserts {
  readonly #compensations: TableInsert;
  readonly #timers: TableInsert;
  readonly #attempts: TableInsert;
  readonly #outbox: OutboxInsert;
  readonly #blocks: TableInsert;

  constructor(private readonly dialect: Dialect) {
    const { rowsPerStatement: rows, timestamp, now } = dialect;
    this.#compensations = new TableInsert(
      'workflow_compensations',
      { instance_id: '?', activity_id: '?', activity_name: '?', args: '?', created_at: now },
      rows,
    );
    this.#timers = new TableInsert(
      'workflow_timer_subscriptions',
      {
        instance_id: '?',
        timer_id: '?',
        activity_id: '?',
        expires_at: timestamp,
        created_at: now,
        romancy_expires_at: '?',
      },
      rows,
      dialect.orKeep('timer_id'),
    );
    this.#attempts = new TableInsert(
      'romancy_attempts',
      { instance_id: '?', step_id: '?', attempt: '?', next_at: '?', first_started_at: '?', errors: '?' },
      rows,
      dialect.orReplace(['instance_id', 'step_id'], ['attempt', 'next_at', 'first_started_at', 'errors']),
    );
    this.#outbox = new OutboxInsert(dialect);
    this.#blocks = new TableInsert(
      'romancy_blocks',
      { instance_id: '?', code_version: '?', code: '?', explanation: '?', blocked_at: '?' },
      rows,
      dialect.orReplace(['instance_id'], ['code_version', 'code', 'explanation', 'blocked_at']),
    );
  }

  /** All rows of the entries, in their order. */
  of(group: readonly CommitEntry[]): SqlStatement[] {
    const entries = group.filter(hasSideRows);
    if (entries.length === 0) return [];
    const { dialect } = this;
    const side = entries.map((entry) => ({ id: entry.instanceId, ...sideRowsOf(entry) }));
    return [
      ...this.#compensations.of(
        entries.flatMap(({ instanceId, compensations }) =>
          compensations.map((row) => [instanceId, row.activityId, row.activityName, row.args]),
        ),
      ),
      ...this.#timers.of(
        side.flatMap(({ id, timers }) =>
          timers.map((row) => [id, row.timerId, row.activityId, dialect.timeUp(row.expiresAt), row.expiresAt]),
        ),
      ),
      ...this.#attempts.of(
        side.flatMap(({ id, attempts }) =>
          attempts.map((row) => [id, row.stepId, row.attempt, row.nextAt, row.firstStartedAt, row.errors]),
        ),
      ),
      ...this.#outbox.of(entries.flatMap((entry) => entry.outbox)),
      ...this.#blocks.of(
        entries.flatMap(({ instanceId, block, cleanUp }) =>
          block === null || cleanUp
            ? []
            : [[instanceId, block.codeVersion, block.code, block.explanation, block.blockedAt]],
        ),
      ),
    ];
  }
}
