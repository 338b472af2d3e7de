import { DataSource, type DataSourceOptions } from 'typeorm';
import { postgresDialect } from '../dialect/postgres.dialect.js';
import { DriverError } from '../errors/driver-error.js';
import type { StorageSettings } from '../storage-options.js';
import type { Application, Backend } from './backend.js';
import { connectionOptionsOf } from './engine-options.js';
import { loadDriver } from './load-driver.js';
import { DEFAULT_POOL, LIVENESS_CONNECTIONS, openServer } from './open-server.js';

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

interface PgClient {
  query(text: string): unknown;
}

interface PgModule {
  readonly types: { getTypeParser(oid: number, format?: string): (text: string) => unknown };
}

const TIMESTAMP = 1114;
// A prepared plan that was made while a table was small must not outlive that: index lookups only, and no replanning per execution.
const COMMITTER_SETTINGS =
  'SET enable_seqscan = off; SET enable_mergejoin = off; SET jit = off; SET plan_cache_mode = force_generic_plan';
// Here the planner may choose anew, but no scan of a table that was small a moment ago.
const PLANNER_SETTINGS = 'SET enable_seqscan = off; SET jit = off';
const ENGINE_SETTINGS = `SET TIME ZONE 'UTC'; SET lock_timeout = '5s'`;

export async function postgresApplication(options: PostgresOptions, settings: StorageSettings): Promise<DataSource> {
  const pg = await loadPg();
  const dataSource = new DataSource({
    poolSize: settings.applicationPoolSize ?? 10,
    ...options,
    driver: (options.driver as unknown) ?? pg,
    nativeDriver: {},
    extra: sessionSetup(options.extra, `SET TIME ZONE 'UTC'`),
  });
  return dataSource.initialize();
}

export async function connectPostgres(application: Application, settings: StorageSettings): Promise<Backend> {
  await assertNotNative(application.dataSource);
  const options = application.dataSource.options as PostgresOptions;
  const pg = await loadPg();
  // Without prepared statements no plan is kept, and behind a pooler the session is somebody else's next.
  const keepsPlans = settings.preparedStatements !== false;
  const poolSize = (settings.poolSize ?? DEFAULT_POOL) + LIVENESS_CONNECTIONS;
  return openServer(application, settings, {
    dialectOf: () => postgresDialect,
    ...(keepsPlans && { prepareSession: COMMITTER_SETTINGS }),
    engineOptions: {
      ...(connectionOptionsOf(options) as unknown as PostgresOptions),
      driver: (options.driver as unknown) ?? pg,
      nativeDriver: {},
      poolSize,
      extra: {
        ...sessionSetup(options.extra, keepsPlans ? `${ENGINE_SETTINGS}; ${PLANNER_SETTINGS}` : ENGINE_SETTINGS),
        max: poolSize,
        keepAlive: true,
        types: { getTypeParser: (oid: number, format?: string) => parserOf(pg, oid, format) },
      },
    },
  });
}

async function loadPg(): Promise<PgModule> {
  return (await loadDriver('pg')) as PgModule;
}

/** With pg-native every bytea parameter that holds a zero byte is stored empty. */
async function assertNotNative(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as object;
    if (!('native' in client)) return;
  } finally {
    await runner.release();
  }
  throw new DriverError(
    'The DataSource uses pg-native, which damages binary values. Uninstall pg-native, or give the DataSource the options driver: pg and nativeDriver: {}.',
  );
}

/** Adds statements that each new connection runs before anything else. */
function sessionSetup(extra: unknown, statements: string): Record<string, unknown> {
  const given = (extra ?? {}) as Record<string, unknown> & { onConnect?: (client: PgClient) => unknown };
  return {
    ...given,
    onConnect: async (client: PgClient) => {
      await client.query(statements);
      await given.onConnect?.(client);
    },
  };
}

/** Timestamps stay text: pg would read them in the time zone of the process. */
function parserOf(pg: PgModule, oid: number, format?: string): (text: string) => unknown {
  return oid === TIMESTAMP && format !== 'binary' ? (text) => text : pg.types.getTypeParser(oid, format);
}
