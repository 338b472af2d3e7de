import { setTimeout as sleep } from 'node:timers/promises';
import { driverCode } from '../sql/sql-errors.js';

// A sibling without a lock may be making the same objects: PostgreSQL's answers to that.
const RACE_CODES = ['23505', '42P07', '42710', '42701', 'ER_DUP_ENTRY', 'ER_TABLE_EXISTS_ERROR'];
// Running workers hold locks on the tables for moments; a migration that waits for long would hold up all of them.
const LOCK_CODES = ['55P03', '40P01', 'ER_LOCK_WAIT_TIMEOUT', 'ER_LOCK_DEADLOCK'];
const PASSING = [...RACE_CODES, ...LOCK_CODES];
const ATTEMPTS = 5;
const PAUSE_MS = 500;

/** Whether the same change of the tables may get through a moment later. */
export function isPassing(error: unknown): boolean {
  return PASSING.includes(driverCode(error) ?? '');
}

/** Repeats what others were in the way of. */
export async function withoutRaces(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !isPassing(error)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
