import type { CommitEntry, NewHistoryRow } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { sql, type SqlStatement, type SqlValue } from '../sql/statement.js';
import { TableInsert } from '../sql/table-insert.js';
import type { Condition } from './fence.js';

/** Rows of `workflow_history`. */
export class HistoryInsert {
  readonly #columns: Readonly<Record<string, string>>;
  readonly #insert: TableInsert;
  /** By the text of the fence. */
  readonly #fenced = new Map<string, string>();

  constructor(private readonly dialect: Dialect) {
    this.#columns = {
      instance_id: '?',
      activity_id: '?',
      event_type: '?',
      data_type: '?',
      event_data: '?',
      event_data_binary: '?',
      created_at: dialect.timestamp,
      romancy_time: '?',
    };
    this.#insert = new TableInsert('workflow_history', this.#columns, dialect.rowsPerStatement);
  }

  /** All rows of the entries, in their order. */
  of(entries: readonly CommitEntry[]): SqlStatement[] {
    return this.#insert.of(
      entries.flatMap(({ instanceId, history }) => history.map((row) => this.#values(instanceId, row))),
    );
  }

  /** These rows of one instance. */
  rows(instanceId: string, rows: readonly NewHistoryRow[]): SqlStatement[] {
    return this.#insert.of(rows.map((row) => this.#values(instanceId, row)));
  }

  /** One row, which is inserted only where the condition on its instance holds. */
  fenced(instanceId: string, row: NewHistoryRow, fence: Condition): SqlStatement {
    return sql(this.#fencedText(fence.text), [...this.#values(instanceId, row), ...fence.params]);
  }

  #fencedText(fence: string): string {
    let text = this.#fenced.get(fence);
    if (text === undefined) {
      const names = Object.keys(this.#columns).join(', ');
      const values = Object.values(this.#columns).join(', ');
      text = `INSERT INTO workflow_history (${names}) SELECT ${values} FROM workflow_instances WHERE ${fence}`;
      this.#fenced.set(fence, text);
    }
    return text;
  }

  #values(instanceId: string, row: NewHistoryRow): SqlValue[] {
    return [
      instanceId,
      row.activityId,
      row.eventType,
      row.binary === null ? 'json' : 'binary',
      row.data,
      row.binary,
      this.dialect.time(row.time),
      row.time,
    ];
  }
}
