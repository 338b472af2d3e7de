import type { Dialect } from '../dialect/dialect.js';
import { TERMINAL_LIST } from '../sql/instance-sql.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';

/** Live members of a group, in the order in which they joined. */
export function* readMembers(dialect: Dialect, group: string): SqlProgram<readonly string[]> {
  const { sql: named, params } = dialect.exactly('g.group_name', group);
  const { rows } = yield* runOne(
    sql(
      `SELECT g.instance_id FROM workflow_group_memberships g${dialect.lookUp('workflow_instances', 'i', 'i.instance_id = g.instance_id')}` +
        ` WHERE ${named} AND i.status NOT IN (${TERMINAL_LIST}) ORDER BY g.id`,
      params,
    ),
  );
  return rows.map((row) => row['instance_id'] as string);
}

/** Notes keys where there are none, in one order, so that two who do the same do not wait for each other. */
export function* noteKeys(keys: readonly { readonly id: number; readonly key: string }[]): SqlProgram<void> {
  const ordered = [...keys].sort((a, b) => a.id - b.id);
  yield* run(
    ordered.map(({ id, key }) =>
      sql('UPDATE channel_messages SET romancy_key = ? WHERE id = ? AND romancy_key IS NULL', [key, id]),
    ),
    true,
  );
}
