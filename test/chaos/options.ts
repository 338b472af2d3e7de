import { parseArgs } from 'node:util';
import type { DatabaseKind } from '../support/test-databases.js';

/** A cluster of MariaDB servers is one database that has several addresses. */
export type TroubledKind = DatabaseKind | 'galera';

export interface ChaosOptions {
  readonly database: TroubledKind;
  /** How long there is trouble; what comes after takes as long as it takes. */
  readonly seconds: number;
  readonly seed: number;
  readonly workers: number;
}

const KINDS: readonly string[] = ['sqlite', 'postgres', 'mysql', 'mariadb', 'galera'] satisfies readonly TroubledKind[];
const MOST = 2 ** 32 - 1;

/** @throws RangeError that says how the command is used */
export function chaosOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      db: { type: 'string', default: 'sqlite' },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      workers: { type: 'string', default: '3' },
    },
  });
  if (!KINDS.includes(values.db)) throw new RangeError(`--db is one of ${KINDS.join(', ')}, not "${values.db}".`);
  return {
    database: values.db as TroubledKind,
    seconds: wholeNumber('seconds', values.seconds, 86_400),
    seed: wholeNumber('seed', values.seed ?? String(Date.now() % MOST), MOST),
    workers: wholeNumber('workers', values.workers, 50),
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new RangeError(`--${name} is a number from 1 to ${most}, not "${text}".`);
}
