import type { MigrationFile } from './migration-files.js';

const CREATE_TABLE = /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*\(([\s\S]*?)\n\)/i;
const ADD_COLUMN = /^ALTER TABLE (\w+) ADD COLUMN (\w+)/i;
const CREATE_INDEX = /^CREATE INDEX (?:IF NOT EXISTS )?(\w+) ON (\w+)/i;
const NO_COLUMN = /^(?:PRIMARY|FOREIGN|CONSTRAINT|UNIQUE|CHECK|KEY)\b/i;

/** The columns that a migration makes, as `table.column`. */
export function columnsOf(migration: MigrationFile): readonly string[] {
  return migration.up.flatMap((statement) => {
    const added = ADD_COLUMN.exec(statement);
    if (added !== null) return [`${added[1]}.${added[2]}`];
    const table = CREATE_TABLE.exec(statement);
    if (table === null) return [];
    // The files have one column to a line.
    return (table[2] ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !NO_COLUMN.test(line))
      .map((line) => `${table[1]}.${/^\w+/.exec(line)?.[0]}`);
  });
}

/** What a statement makes, if a database without transactional DDL may have made it in an attempt that broke off. */
export type Remnant =
  | { readonly kind: 'index' | 'constraint'; readonly table: string; readonly name: string }
  | { readonly kind: 'column'; readonly table: string; readonly name: string };

export function remnantOf(statement: string): Remnant | undefined {
  const index = CREATE_INDEX.exec(statement);
  if (index?.[1] !== undefined && index[2] !== undefined) return { kind: 'index', table: index[2], name: index[1] };
  const [, table, what, name] = /^ALTER TABLE (\w+) ADD (COLUMN|CONSTRAINT) (\w+)/i.exec(statement) ?? [];
  if (table === undefined || what === undefined || name === undefined) return undefined;
  return { kind: what.toUpperCase() === 'COLUMN' ? 'column' : 'constraint', table, name };
}
