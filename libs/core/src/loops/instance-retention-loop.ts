import { toMilliseconds } from '../definition/duration.js';
import { InstanceRetention } from '../retention/instance-retention.js';
import type { InstanceRetentionOptions } from '../retention/retention-options.js';
import type { Leadership } from '../runtime/leadership.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

/** Removes finished instances whose time is over, a batch at each pass. */
export function instanceRetentionLoop(
  { storage, clock, logger }: EngineServices,
  leadership: Leadership,
  options: InstanceRetentionOptions,
): Loop {
  const stopping = new AbortController();
  const retention = new InstanceRetention(storage, options, { logger, signal: stopping.signal });
  const loop = new Loop(
    {
      name: 'romancy:instance-retention',
      intervalMs: toMilliseconds(options.interval ?? '1h'),
      leaderOnly: leadership,
      run: async () => {
        const { removed, more } = await retention.pass();
        if (more) loop.wake();
        return removed;
      },
      interrupt: () => {
        stopping.abort();
      },
    },
    clock,
    logger,
  );
  return loop;
}
