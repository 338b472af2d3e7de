import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from '../entities/index.js';
import { whileBusy } from '../gate/busy.js';
import { SqliteGate, type GateOptions } from '../gate/sqlite-gate.js';
import type { AsyncDatabase, NativeDatabase } from '../gate/sqlite-handle.js';
import type { StorageSettings } from '../storage-options.js';
import type { Application, Backend, StatementObserver } from './backend.js';
import { observing } from './observing-logger.js';
import { SqliteBackend } from './sqlite-backend.js';
import { sqlite3Driver } from './sqlite3-driver.js';

type BetterSqlite3Options = Extract<DataSourceOptions, { type: 'better-sqlite3' }>;
type ExpoOptions = Extract<DataSourceOptions, { type: 'expo' }>;
type SqliteTarget = { readonly file: string } | { readonly options: BetterSqlite3Options | ExpoOptions };

const IN_MEMORY = ':memory:';
// SQLite's own busy handler blocks the event loop, so it only bridges moments; the gate waits for the rest.
const SQLITE_TIMEOUT = 20;

function gateOptions(settings: StorageSettings): GateOptions {
  return { waitTimeoutMs: settings.gateTimeoutMs ?? 30_000, busyTimeoutMs: settings.busyTimeoutMs ?? 10_000 };
}

/** Makes the DataSource of user code, behind the gate from its first statement on. */
export async function sqliteApplication(target: SqliteTarget, settings: StorageSettings): Promise<DataSource> {
  const dataSource = new DataSource('file' in target ? optionsFor(target.file, settings) : withTimeout(target.options));
  SqliteGate.install(dataSource, gateOptions(settings));
  const { database } = dataSource.options as BetterSqlite3Options;
  if (dataSource.options.type === 'expo' && database !== IN_MEMORY) await mkdir(dirname(database), { recursive: true });
  return whileBusy(gateOptions(settings).busyTimeoutMs, () => dataSource.initialize());
}

function optionsFor(file: string, settings: StorageSettings): DataSourceOptions {
  if (settings.driver !== 'sqlite3') return { type: 'better-sqlite3', database: file, timeout: SQLITE_TIMEOUT };
  return { type: 'expo', database: file, driver: sqlite3Driver([`busy_timeout = ${SQLITE_TIMEOUT}`]) };
}

function withTimeout(options: BetterSqlite3Options | ExpoOptions): DataSourceOptions {
  return options.type === 'expo' ? options : { timeout: SQLITE_TIMEOUT, ...options };
}

export async function connectSqlite(application: Application, settings: StorageSettings): Promise<Backend> {
  const { dataSource, made, opened } = application;
  const gate = SqliteGate.install(dataSource, gateOptions(settings));
  await prepare(gate, dataSource, made, settings);
  const engine = engineOn(dataSource, settings.onStatement);
  SqliteGate.install(engine, gateOptions(settings), gate);
  await engine.initialize();
  const disconnect = async (): Promise<void> => {
    // Whoever still holds the connection after all that time loses it: SQLite takes back what is open.
    const release = await gate.mutex.acquire('closing the storage').catch(() => undefined);
    try {
      // The engine's DataSource has no connection of its own to close.
      if (opened && dataSource.isInitialized) await dataSource.destroy();
    } finally {
      release?.();
    }
  };
  return new SqliteBackend(dataSource, made, engine, gate, disconnect, settings.onStatement);
}

/** Durability is set on any connection; the journal mode, which the file keeps, only on one of our own. */
async function prepare(
  gate: SqliteGate,
  dataSource: DataSource,
  made: boolean,
  settings: StorageSettings,
): Promise<void> {
  const pragmas = [`synchronous = ${settings.synchronous ?? 'FULL'}`];
  if (made && dataSource.options.database !== IN_MEMORY) pragmas.unshift('journal_mode = WAL');
  const release = await gate.mutex.acquire('opening the storage');
  try {
    for (const pragma of pragmas) {
      await gate.whileBusy(() => gate.handle.execute({ sql: `PRAGMA ${pragma}`, params: [] }));
    }
  } finally {
    release();
  }
}

/** A second DataSource on the same connection: SQLite has one writer, and two connections of one process would wait for each other. */
function engineOn(application: DataSource, observe: StatementObserver | undefined): DataSource {
  const { databaseConnection } = application.driver as unknown as {
    databaseConnection: NativeDatabase | AsyncDatabase;
  };
  const common = { database: IN_MEMORY, entities: ENTITIES, ...observing(observe) } as const;
  if ('prepareAsync' in databaseConnection) {
    const shared: AsyncDatabase = {
      prepareAsync: (text) => databaseConnection.prepareAsync(text),
      runAsync: (text, params) => databaseConnection.runAsync(text, params),
      closeAsync: () => Promise.resolve(),
    };
    return new DataSource({ type: 'expo', driver: { openDatabaseAsync: () => Promise.resolve(shared) }, ...common });
  }
  // better-sqlite3 is a constructor; one that returns an object stands for that object.
  const shared = function OpenDatabase(): NativeDatabase {
    return databaseConnection;
  };
  return new DataSource({ type: 'better-sqlite3', driver: shared, ...common });
}
