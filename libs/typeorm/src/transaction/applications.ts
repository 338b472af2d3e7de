import type { DataSource } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';

const dialects = new WeakMap<DataSource, Dialect>();

/** Notes that a storage works with this DataSource. */
export function registerApplication(dataSource: DataSource, dialect: Dialect): void {
  dialects.set(dataSource, dialect);
}

export function dialectOf(dataSource: DataSource): Dialect | undefined {
  return dialects.get(dataSource);
}
