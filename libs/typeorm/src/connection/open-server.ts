import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Dialect } from '../dialect/dialect.js';
import { ENTITIES } from '../entities/index.js';
import type { StorageSettings } from '../storage-options.js';
import type { Application, Backend } from './backend.js';
import { observing } from './observing-logger.js';
import { ServerBackend } from './server-backend.js';

export const DEFAULT_POOL = 6;
/** The session that shows that this process lives is beside the others: whoever waits for one of those must not look dead. */
export const LIVENESS_CONNECTIONS = 1;

/** What a kind of server adds. */
export interface ServerKind {
  readonly engineOptions: DataSourceOptions;
  readonly dialectOf: (engine: DataSource) => Dialect | Promise<Dialect>;
  /** Sent once on each connection that the committer takes for itself. */
  readonly prepareSession?: string;
}

/** Opens the engine's own pool beside the application's DataSource. */
export async function openServer(
  { dataSource, made, opened }: Application,
  settings: StorageSettings,
  { engineOptions, dialectOf, prepareSession }: ServerKind,
): Promise<Backend> {
  const common = { entities: ENTITIES, ...observing(settings.onStatement) };
  const engine = await new DataSource({ ...engineOptions, ...common }).initialize();
  try {
    return new ServerBackend(await dialectOf(engine), dataSource, engine, {
      applicationMade: made,
      sessions: settings.commitSessions ?? 2,
      observe: settings.onStatement,
      prepares: settings.preparedStatements ?? true,
      prepareSession,
      disconnect: async () => {
        if (engine.isInitialized) await engine.destroy();
        if (opened && dataSource.isInitialized) await dataSource.destroy();
      },
    });
  } catch (error) {
    await engine.destroy();
    throw error;
  }
}
