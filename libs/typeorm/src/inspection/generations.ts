import type { GenerationPage, GenerationRow, InstanceStatus } from '@romancy/core';
import type { Dialect } from '../dialect/dialect.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql, type SqlStatement } from '../sql/statement.js';
import { startedAtOf } from '../stores/instance-conditions.js';

const FORWARDS = 'JOIN workflow_instances n ON n.continued_from = c.instance_id';
const BACKWARDS =
  'JOIN workflow_instances s ON s.instance_id = c.instance_id JOIN workflow_instances n ON n.instance_id = s.continued_from';

export function* generationsProgram(dialect: Dialect, instanceId: string, limit: number): SqlProgram<GenerationPage> {
  const before = yield* follow(dialect, BACKWARDS, instanceId, limit + 1);
  const after = yield* follow(dialect, FORWARDS, instanceId, limit + 1);
  const [, ...older] = before.slice(0, limit + 1);
  return {
    generations: [...older.toReversed(), ...after.slice(0, limit + 1)],
    more: { before: before.length > limit + 1, after: after.length > limit + 1 },
  };
}

/** The instance itself, and those that are reached from it. */
function* follow(
  dialect: Dialect,
  join: string,
  instanceId: string,
  steps: number,
): SqlProgram<readonly GenerationRow[]> {
  const { rows } = yield* runOne(chain(dialect, join, instanceId, steps));
  return rows.map((row) => ({
    instanceId: row['instance_id'] as string,
    status: row['status'] as InstanceStatus,
    continuedFrom: row['continued_from'] as string | null,
    startedAt: Number(row['started']),
  }));
}

function chain(dialect: Dialect, join: string, instanceId: string, steps: number): SqlStatement {
  const self = dialect.exactly('i.instance_id', instanceId);
  return sql(
    `WITH RECURSIVE chain (instance_id, depth) AS (SELECT i.instance_id, 0 FROM workflow_instances i WHERE ${self.sql}` +
      ` UNION ALL SELECT n.instance_id, c.depth + 1 FROM chain c ${join} WHERE c.depth < ${steps})` +
      ` SELECT i.instance_id, i.status, i.continued_from, ${startedAtOf(dialect)} AS started FROM chain c` +
      ` JOIN workflow_instances i ON i.instance_id = c.instance_id ORDER BY c.depth, ${startedAtOf(dialect)} LIMIT ${steps + 1}`,
    self.params,
  );
}
