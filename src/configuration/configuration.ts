import type { Duration } from '@romancy/nestjs';

/** What the environment says about this process. */
export class Configuration {
  /** `PORT`, default 3000. */
  readonly port: number;
  /** `DATABASE_URL`, default a SQLite file in the working directory. */
  readonly database: string;
  /** `ROMANCY_LEASE`: how soon the next process takes over when this one dies. Default 10 seconds, a little sooner than that of the library. */
  readonly lease: Duration;

  constructor(environment: NodeJS.ProcessEnv) {
    this.port = portOf(environment['PORT'] ?? '3000');
    this.database = environment['DATABASE_URL'] ?? 'orders.db';
    this.lease = (environment['ROMANCY_LEASE'] ?? '10s') as Duration;
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new RangeError(`PORT is ${JSON.stringify(text)}; it must be a number from 0 to 65535.`);
}
