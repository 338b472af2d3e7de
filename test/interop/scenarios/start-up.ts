import { setTimeout } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { eventually } from '../../support/eventually.js';
import { freshDatabase, type DatabaseKind, type TestDatabase } from '../../support/test-databases.js';
import { readCatalogue, type Catalogue } from '../../schema/catalogue.js';
import { MAKERS, openPeer, type Pair, type PeerName } from '../support/pair.js';

/** How long Edda is ahead, in milliseconds: the two need different times until they look at the database. */
const LEADS = [0, 300, 600];

/** Processes that begin in the same moment, on databases without tables. */
export function startUpScenarios(kind: DatabaseKind, pair: () => Pair): void {
  it.each(LEADS)('both start at once and make the tables together, Edda %i ms ahead', (lead) =>
    onDatabase(kind, async (database, rows) => {
      const started = MAKERS.map(async (name) => {
        if (name === 'typescript') await setTimeout(lead);
        await migrate(name, database);
      });
      await Promise.all(started);
      expect(await tablesIn(rows)).toEqual(await tablesIn(pair().rows));
    }),
  );

  // its lock is that of the whole server there
  if (kind === 'mysql') {
    it('Edda makes its tables while ours is held up at its own, in another database', () =>
      onDatabase(kind, async (ours, oursRows) => {
        await migrate('typescript', ours);
        await oursRows.query('DROP INDEX idx_romancy_outbox_instance ON outbox_events');
        await oursRows.query(`DELETE FROM schema_migrations WHERE version = '20261128000700'`);
        await onDatabase(kind, async (theirs, theirRows) => {
          const reader = oursRows.createQueryRunner();
          await reader.startTransaction();
          await reader.query('SELECT 1 FROM outbox_events');
          const migrating = migrate('typescript', ours);
          await eventually('ours waits for the reader', () => waits(oursRows));
          await migrate('edda', theirs);
          expect(await waits(oursRows)).toBe(true);
          expect(Object.keys(await tablesIn(theirRows))).toContain('workflow_instances');
          await reader.rollbackTransaction();
          await reader.release();
          await migrating;
        });
      }));
  }
}

async function onDatabase(
  kind: DatabaseKind,
  use: (database: TestDatabase, rows: DataSource) => Promise<void>,
): Promise<void> {
  const database = await freshDatabase(kind);
  const rows = await database.connect();
  try {
    await use(database, rows);
  } finally {
    await rows.destroy();
    await database.drop();
  }
}

/** Starts a process of a framework, and ends it when it has found its tables. */
async function migrate(name: PeerName, { url }: TestDatabase): Promise<void> {
  const peer = await openPeer(name, url, 'migrate');
  await peer.stop();
}

/** Whoever is first makes the table of versions, each in its own way. */
async function tablesIn(rows: DataSource): Promise<Catalogue> {
  const { schema_migrations: _, ...tables } = await readCatalogue(rows);
  return tables;
}

async function waits(rows: DataSource): Promise<boolean> {
  const waiting: readonly unknown[] = await rows.query(
    `SELECT 1 FROM information_schema.processlist WHERE db = DATABASE() AND state LIKE 'Waiting for table metadata lock%'`,
  );
  return waiting.length > 0;
}
