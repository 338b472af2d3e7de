import { setTimeout as sleep } from 'node:timers/promises';
import { driverCode } from '../sql/sql-errors.js';

const LONGEST_PAUSE = 25;

/**
 * Repeats what failed because another process writes to the file. The waiting is done here and not by SQLite's own busy handler, which would
 * block the event loop for all of it.
 */
export async function whileBusy<T>(timeoutMs: number, attempt: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(driverCode(error) ?? '').startsWith('SQLITE_BUSY') || Date.now() >= deadline) throw error;
    }
    await sleep(pause);
  }
}
