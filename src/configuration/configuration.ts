import { toMilliseconds, type Duration } from '@romancy/core';
import type { SqliteDriver } from '../database/data-source-options.js';

/** What the environment says about this process. */
export class Configuration {
  /** `PORT`, default 3000. */
  readonly port: number;
  /** `DATABASE_URL`, default a SQLite file in the working directory. */
  readonly database: string;
  /** `SQLITE_DRIVER`: the package that opens a SQLite file, `better-sqlite3` (default) or `sqlite3`. */
  readonly sqliteDriver: SqliteDriver;
  /** `ROMANCY_LEASE`: how soon the next process takes over when this one dies. Default 10 seconds, a little sooner than that of the library. */
  readonly lease: Duration;
  /** `APPROVAL_TIMEOUT`: how long an expensive order waits for somebody to approve it. Default a day. */
  readonly approvalTimeout: Duration;
  /** `SHIPPING_WORKERS`: how many there are in all, however many processes run. Default 2. */
  readonly shippingWorkers: number;

  constructor(environment: NodeJS.ProcessEnv) {
    this.port = wholeNumber('PORT', environment['PORT'] ?? '3000', 65_535);
    this.database = environment['DATABASE_URL'] ?? 'orders.db';
    this.sqliteDriver = driverOf(environment['SQLITE_DRIVER'] ?? 'better-sqlite3');
    this.lease = durationOf(environment['ROMANCY_LEASE'] ?? '10s');
    this.approvalTimeout = durationOf(environment['APPROVAL_TIMEOUT'] ?? '1d');
    this.shippingWorkers = wholeNumber('SHIPPING_WORKERS', environment['SHIPPING_WORKERS'] ?? '2', 1_000);
  }
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new RangeError(`${name} is ${JSON.stringify(text)}; it must be a number from 0 to ${most}.`);
}

function driverOf(text: string): SqliteDriver {
  if (text === 'better-sqlite3' || text === 'sqlite3') return text;
  throw new RangeError(`SQLITE_DRIVER is ${JSON.stringify(text)}; it must be better-sqlite3 or sqlite3.`);
}

/** Refused here, when the application starts, and not in the middle of an order. */
function durationOf(text: string): Duration {
  return toMilliseconds(text as Duration);
}
