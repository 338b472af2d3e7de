import type { Leadership } from '../runtime/leadership.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

const INTERVAL = 3_600_000;
const BATCH = 1_000;

/** Removes messages that are old, and that no live subscriber has still to read. */
export function messageRetentionLoop(
  { storage, clock, logger, settings }: EngineServices,
  leadership: Leadership,
): Loop {
  let stopping = false;
  return new Loop(
    {
      name: 'romancy:message-retention',
      intervalMs: INTERVAL,
      leaderOnly: leadership,
      run: async () => {
        if (settings.messageRetentionMs === Infinity) return 0;
        let removed = 0;
        for (let after: number | null = 0; after !== null && !stopping;) {
          const sweep = await storage.messages.sweep(settings.messageRetentionMs, after, BATCH);
          removed += sweep.removed;
          after = sweep.last;
        }
        return removed;
      },
      interrupt: () => {
        stopping = true;
      },
    },
    clock,
    logger,
  );
}
