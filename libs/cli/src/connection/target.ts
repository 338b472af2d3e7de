import type { Config } from './config-file.js';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly database?: string;
  readonly db?: string;
  readonly url?: string;
  readonly path?: string;
  readonly viewerPath?: string;
  readonly header?: readonly string[];
  readonly config?: string;
  readonly json?: true;
}

export interface DatabasePlace {
  readonly kind: 'database';
  readonly database: string;
  /** Nobody has named it. */
  readonly byDefault: boolean;
}

export interface ApplicationPlace {
  readonly kind: 'application';
  readonly url: string;
  readonly eventsPath: string;
  readonly viewerPath: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Place = DatabasePlace | ApplicationPlace;

export const DEFAULT_DATABASE = 'romancy.db';
export const DEFAULT_URL = 'http://localhost:3000';
const DEFAULT_EVENTS = '/events';
const DEFAULT_VIEWER = '/romancy';

interface Sources {
  readonly options: GlobalOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: Config;
}

/**
 * Where a command goes: what the flags say, else the environment, else the configuration. Where one of them names both, or nobody names any, the
 * command has its preference.
 */
export function placeFor(sources: Sources, preference: Place['kind']): Place {
  const { options, env, config } = sources;
  const named = [
    { database: options.database ?? options.db, url: options.url },
    { database: env['ROMANCY_DATABASE'], url: env['ROMANCY_URL'] },
    { database: config.database, url: config.url },
  ].find(({ database, url }) => database !== undefined || url !== undefined);
  const database = named?.database;
  const kind = named === undefined || (database !== undefined && named.url !== undefined) ? preference : undefined;
  return kind === 'database' || (kind === undefined && database !== undefined)
    ? { kind: 'database', database: database ?? DEFAULT_DATABASE, byDefault: database === undefined }
    : applicationPlace(sources);
}

/** The application, for what only an application can do. */
export function applicationPlace({ options, env, config }: Sources): ApplicationPlace {
  return {
    kind: 'application',
    url: options.url ?? env['ROMANCY_URL'] ?? config.url ?? DEFAULT_URL,
    eventsPath: options.path ?? env['ROMANCY_EVENTS_PATH'] ?? config.path ?? DEFAULT_EVENTS,
    viewerPath: options.viewerPath ?? env['ROMANCY_VIEWER_PATH'] ?? config.viewerPath ?? DEFAULT_VIEWER,
    headers: { ...config.headers, ...headersOf(options.header ?? []) },
  };
}

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, Math.max(colon, 0)).trim(), line.slice(colon + 1).trim()];
    }),
  );
}
