import type { Logger } from '@romancy/core';
import type { DataSource, QueryRunner } from 'typeorm';
import type { EntryWriter } from '../commit/entry-writer.js';
import type { Dialect } from '../dialect/dialect.js';

/** Where activity transactions take place. */
export interface TransactionHost {
  readonly dataSource: DataSource;
  readonly dialect: Dialect;
  readonly writer: EntryWriter;
  readonly logger: Logger;
  /** Zero never warns. */
  readonly warnAfterMs: number;
  /** Statements that open a transaction at READ COMMITTED; empty where the runner knows how (SQLite). */
  readonly begin: readonly string[];
  /** Whether PostgreSQL prepares the statements that end an attempt. */
  readonly prepares: boolean;
  /** A query runner of the DataSource that is not routed into an ambient transaction. */
  createRunner(): QueryRunner;
}
