import { MigrationError } from '../errors/migration-error.js';
import { parseMigration, readMigrations } from './migration-files.js';
import { columnsOf, remnantOf } from './schema-objects.js';

describe('migration files', () => {
  it('have a version and the statements between up and down', () => {
    const content = '-- a note\n-- migrate:up\nSELECT 1;\nSELECT 2;\n\n-- migrate:down\nSELECT 3;\n';
    expect(parseMigration('0012_a_name.sql', content)).toEqual({
      version: '0012',
      name: '0012_a_name.sql',
      up: ['SELECT 1', 'SELECT 2'],
      down: ['SELECT 3'],
    });
    expect(parseMigration('1_a.sql', '-- migrate:up transaction:false\nSELECT 1;').up).toEqual(['SELECT 1']);
  });

  it.each([
    ['a_name.sql', '-- migrate:up\nSELECT 1;'],
    ['1_a.sql', 'SELECT 1;'],
  ])('%s without what dbmate asks for is refused', (name, content) => {
    expect(() => parseMigration(name, content)).toThrow(MigrationError);
  });

  it.each(['sqlite', 'postgres', 'mysql', 'mariadb'] as const)(
    'of %s begin with the schema of the family',
    async (dialect) => {
      const [family, ours] = await readMigrations(dialect);
      expect(family?.version).toBe('20251217000000');
      expect(family?.up.filter((statement) => statement.startsWith('CREATE TABLE'))).toHaveLength(14);
      expect(ours?.version).toBe('20261123000000');
      const columns = columnsOf(family!);
      expect(columns).toContain('workflow_instances.lock_expires_at');
      expect(columns).toContain('channel_message_claims.claimed_at');
      expect(columns.filter((column) => column.startsWith('workflow_instances.'))).toHaveLength(16);
      expect(columnsOf(ours!)).toEqual(
        expect.arrayContaining([
          'workflow_instances.romancy_started_at',
          'romancy_attempts.errors',
          'romancy_blocks.code',
        ]),
      );
    },
  );

  it('make nothing that could not be recognised after an attempt that broke off', async () => {
    for (const file of await readMigrations('mysql')) {
      const unrepeatable = file.up.filter(
        (statement) =>
          remnantOf(statement) === undefined &&
          !statement.startsWith('CREATE TABLE IF NOT EXISTS') &&
          !/^ALTER TABLE \w+ MODIFY COLUMN/.test(statement),
      );
      expect(unrepeatable).toEqual([]);
    }
  });
});
