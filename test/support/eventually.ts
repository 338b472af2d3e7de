import { setTimeout } from 'node:timers/promises';

/** Waits until `look` answers something; fails with `what` when it does not within the limit. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  { within = 30_000, every = 20 }: { readonly within?: number; readonly every?: number } = {},
): Promise<T> {
  const limit = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > limit) throw new Error(`Not within ${within} ms: ${what}`);
    await setTimeout(every);
  }
}
