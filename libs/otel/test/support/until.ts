import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a condition, with a limit. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error(`It did not happen: ${what}.`);
    await pause(20);
  }
}
