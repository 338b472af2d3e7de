import type { DefinitionRow, DefinitionStore } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { Dialect } from '../dialect/dialect.js';
import { run, runOne, type SqlProgram } from '../sql/program.js';
import { sql } from '../sql/statement.js';
import { TableInsert } from '../sql/table-insert.js';

/** Source text and hash of each version of a workflow. */
export class TypeOrmDefinitionStore implements DefinitionStore {
  readonly #insert: TableInsert;

  constructor(private readonly backend: Backend) {
    const { dialect } = backend;
    this.#insert = new TableInsert(
      'workflow_definitions',
      { workflow_name: '?', source_hash: '?', source_code: '?', created_at: dialect.now },
      dialect.rowsPerStatement,
      dialect.orKeep('workflow_name'),
    );
  }

  async upsert(definitions: readonly DefinitionRow[]): Promise<void> {
    if (definitions.length === 0) return;
    await this.backend.write('the definitions of workflows', 'transaction', this.#program(definitions));
  }

  newest(workflowName: string): Promise<DefinitionRow | undefined> {
    return this.backend.read(readNewest(this.backend.dialect, workflowName));
  }

  *#program(definitions: readonly DefinitionRow[]): SqlProgram<void> {
    const ordered = [...definitions].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    yield* run(this.#insert.of(ordered.map((row) => [row.workflowName, row.sourceHash, row.sourceCode])), true);
  }
}

/** How the source of a function begins in Python, with a decorator before it as a rule. A class of ours, as it runs, begins with none of these. */
const PYTHON = ['@', '#', 'def ', 'async def '];

function* readNewest(dialect: Dialect, workflowName: string): SqlProgram<DefinitionRow | undefined> {
  const named = dialect.exactly('workflow_name', workflowName);
  const { rows } = yield* runOne(
    sql(
      // The siblings write definitions here too, also under a name of ours. Romancy for Go writes no hash.
      `SELECT source_hash, source_code FROM workflow_definitions WHERE ${named.sql} AND source_hash <> ''` +
        PYTHON.map(() => ' AND LTRIM(source_code) NOT LIKE ?').join('') +
        ` ORDER BY created_at DESC, source_hash LIMIT 1`,
      [...named.params, ...PYTHON.map((beginning) => `${beginning}%`)],
    ),
  );
  const [row] = rows;
  return row && { workflowName, sourceHash: row['source_hash'] as string, sourceCode: row['source_code'] as string };
}

/** Several processes insert the same rows at once; in one order they cannot wait for each other. */
function keyOf({ workflowName, sourceHash }: DefinitionRow): string {
  return `${workflowName}\0${sourceHash}`;
}
