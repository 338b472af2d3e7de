import type { Dialect } from '../dialect/dialect.js';
import type { EntryWriter } from './entry-writer.js';
import { CteWriter } from './postgres/cte-writer.js';
import { RowsWriter } from './rows-writer.js';

export function writerFor(dialect: Dialect): EntryWriter {
  return dialect.name === 'postgres' ? new CteWriter() : new RowsWriter(dialect);
}
