import type { Leadership } from '../runtime/leadership.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

const INTERVAL = 600_000;
const SILENT = 3_600_000;

/** Takes processes off the list that died and gave no sign of life for an hour. */
export function workerRetentionLoop({ storage, clock, logger }: EngineServices, leadership: Leadership): Loop {
  return new Loop(
    {
      name: 'romancy:worker-retention',
      intervalMs: INTERVAL,
      leaderOnly: leadership,
      run: () => storage.liveness.forget(SILENT),
    },
    clock,
    logger,
  );
}
