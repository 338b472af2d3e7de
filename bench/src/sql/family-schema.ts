import { readFileSync } from 'node:fs';
import type { DatabaseKind } from '../database-kind.js';
import { connect } from './connection.js';

const FILE = '20251217000000_initial_schema.sql';
const FOLDERS = { sqlite: 'sqlite', postgres: 'postgresql', mysql: 'mysql', mariadb: 'mysql' } as const;

/** Creates the family's tables and indexes, where they are not yet: the raw baseline writes into the same ones. */
export async function createFamilySchema(kind: DatabaseKind, url: string): Promise<void> {
  const connection = await connect(kind, url);
  try {
    if (
      await connection.query('SELECT 1 FROM workflow_history').then(
        () => true,
        () => false,
      )
    )
      return;
    for (const statement of familySchema(kind)) await connection.query(statement);
    await connection.query(
      `INSERT INTO workflow_definitions (workflow_name, source_hash, source_code) VALUES ('five', 'h', '')`,
    );
  } finally {
    await connection.close();
  }
}

/** The family's indexes with their tables. */
export function familyIndexes(kind: DatabaseKind): readonly { readonly table: string; readonly name: string }[] {
  return familySchema(kind).flatMap((statement) => {
    const [, name, table] = /^CREATE INDEX (?:IF NOT EXISTS )?(\w+) ON (\w+)/.exec(statement) ?? [];
    return name === undefined || table === undefined ? [] : [{ table, name }];
  });
}

function familySchema(kind: DatabaseKind): readonly string[] {
  const text = readFileSync(new URL(`../../../migrations/${FOLDERS[kind]}/${FILE}`, import.meta.url), 'utf8');
  const up = text.split('-- migrate:down')[0] ?? '';
  return up
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
