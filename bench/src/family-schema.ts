import { readFileSync } from 'node:fs';

const FILE = '20251217000000_initial_schema.sql';

/** The statements that create the family's tables and indexes: the raw baseline writes into the same ones. */
export function familySchema(dialect: 'sqlite' | 'postgresql' | 'mysql'): readonly string[] {
  const text = readFileSync(new URL(`../../migrations/${dialect}/${FILE}`, import.meta.url), 'utf8');
  const up = text.split('-- migrate:down')[0] ?? '';
  return up
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

export const SQL = {
  definition: (p: (n: number) => string): string =>
    `INSERT INTO workflow_definitions (workflow_name, source_hash, source_code) VALUES (${p(1)}, ${p(2)}, ${p(3)})`,
  create: (p: (n: number) => string): string =>
    `INSERT INTO workflow_instances (instance_id, workflow_name, source_hash, owner_service, framework, status, input_data)` +
    ` VALUES (${p(1)}, 'five', 'h', 'bench', 'raw', 'running', ${p(2)})`,
  step: (p: (n: number) => string): string =>
    `INSERT INTO workflow_history (instance_id, activity_id, event_type, event_data) VALUES (${p(1)}, ${p(2)}, 'ActivityCompleted', ${p(3)})`,
  complete: (p: (n: number) => string): string =>
    `UPDATE workflow_instances SET status = 'completed', output_data = ${p(1)} WHERE instance_id = ${p(2)}`,
  completed: `SELECT COUNT(*) AS n FROM workflow_instances WHERE status = 'completed'`,
  results: `SELECT COUNT(*) AS n FROM workflow_history WHERE event_type = 'ActivityCompleted'`,
};
