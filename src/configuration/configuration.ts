import type { Duration } from '@romancy/nestjs';

/** What the environment says about this process. */
export class Configuration {
  /** `PORT`, default 3000. */
  readonly port: number;
  /** `DATABASE_URL`, default a SQLite file in the working directory. */
  readonly database: string;
  /** `ROMANCY_LEASE`, for example `2s`: how soon others take over when this process dies. Default that of the library. */
  readonly lease: Duration | undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    this.port = portOf(environment['PORT'] ?? '3000');
    this.database = environment['DATABASE_URL'] ?? 'orders.db';
    this.lease = environment['ROMANCY_LEASE'] as Duration | undefined;
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new RangeError(`PORT is ${JSON.stringify(text)}; it must be a number from 0 to 65535.`);
}
