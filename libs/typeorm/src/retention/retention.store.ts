import type { FinishedPage, RetainedRow, RetentionPosition, RetentionStore, RetentionTerm } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { Dialect } from '../dialect/dialect.js';
import { runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';
import { readFinished, retainedColumns, retainedRow } from './finished-query.js';
import { removeLines, removeLinks } from './removal.js';

/** Finds finished instances and removes them. */
export class TypeOrmRetentionStore implements RetentionStore {
  constructor(private readonly backend: Backend) {}

  finished(
    what: 'ends' | 'generations',
    terms: readonly RetentionTerm[],
    after: RetentionPosition | null,
    limit: number,
  ): Promise<FinishedPage> {
    return this.backend.read(readFinished(this.backend.dialect, what, terms, after, limit));
  }

  ancestry(instanceId: string, limit: number): Promise<readonly RetainedRow[]> {
    return this.backend.read(readAncestry(this.backend.dialect, instanceId, limit));
  }

  removeLines(lines: readonly (readonly string[])[]): Promise<readonly string[]> {
    return this.#remove(lines.flat(), removeLines(this.backend.dialect, lines));
  }

  removeLinks(instanceIds: readonly string[]): Promise<readonly string[]> {
    return this.#remove(instanceIds, removeLinks(this.backend.dialect, instanceIds));
  }

  async #remove(instanceIds: readonly string[], program: SqlProgram<readonly string[]>): Promise<readonly string[]> {
    if (instanceIds.length === 0) return [];
    return this.backend.write('removing finished instances', 'transaction', program);
  }
}

function* readAncestry(dialect: Dialect, instanceId: string, limit: number): SqlProgram<readonly RetainedRow[]> {
  const { rows } = yield* runOne(
    sql(
      `WITH RECURSIVE line (instance_id, continued_from, depth) AS (` +
        `SELECT f.instance_id, f.continued_from, 1 FROM workflow_instances f WHERE f.instance_id = ?` +
        ` UNION ALL SELECT p.instance_id, p.continued_from, l.depth + 1 FROM line l` +
        ` JOIN workflow_instances p ON p.instance_id = l.continued_from WHERE l.depth < ${Math.trunc(limit)})` +
        ` SELECT ${retainedColumns(dialect)} FROM line l JOIN workflow_instances i ON i.instance_id = l.instance_id ORDER BY l.depth`,
      [instanceId],
    ),
  );
  return rows.map(retainedRow);
}
