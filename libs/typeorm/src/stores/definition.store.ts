import type { DefinitionRow, DefinitionStore } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import { run, type SqlProgram } from '../sql/program.js';
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

  *#program(definitions: readonly DefinitionRow[]): SqlProgram<void> {
    const ordered = [...definitions].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    yield* run(this.#insert.of(ordered.map((row) => [row.workflowName, row.sourceHash, row.sourceCode])), true);
  }
}

/** Several processes insert the same rows at once; in one order they cannot wait for each other. */
function keyOf({ workflowName, sourceHash }: DefinitionRow): string {
  return `${workflowName}\0${sourceHash}`;
}
