import { setTimeout as delay } from 'node:timers/promises';

/** Looks until it is so, every `every` milliseconds. */
export async function until(
  what: string,
  look: () => Promise<boolean> | boolean,
  { within = 120_000, every = 2 } = {},
): Promise<void> {
  const limit = performance.now() + within;
  while (!(await look())) {
    if (performance.now() > limit) throw new Error(`It did not come about in ${String(within)} ms that ${what}.`);
    await delay(every);
  }
}
