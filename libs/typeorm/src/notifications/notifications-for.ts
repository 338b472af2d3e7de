import type { Logger, Notifications } from '@romancy/core';
import type { Backend } from '../connection/backend.js';
import type { PgClient } from './listening-connection.js';
import { PostgresNotifications } from './postgres-notifications.js';

/** What is used of a pool of the package pg, as TypeORM has made it. */
interface PgPool {
  readonly Client: new (options: unknown) => PgClient;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Only PostgreSQL has notifications. */
export function notificationsFor(backend: Backend, logger: Logger): Notifications | undefined {
  if (backend.dialect.name !== 'postgres') return undefined;
  // The options of the engine's pool know how to connect, in whatever form the application has said it.
  const { Client, options } = (backend.engine.driver as unknown as { readonly master: PgPool }).master;
  const create = (): PgClient => new Client({ ...options, keepAlive: true });
  return new PostgresNotifications(backend, create, logger);
}
