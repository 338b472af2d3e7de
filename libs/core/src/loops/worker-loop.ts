import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

/** Often enough to keep the session that it looks at from being closed as idle. */
const INTERVAL = 30_000;

/** Keeps this process on the list of workers, and looks whether its session is still its own. */
export function workerLoop({ storage, clock, logger }: EngineServices): Loop {
  return new Loop(
    {
      name: 'romancy:workers',
      intervalMs: INTERVAL,
      run: async () => {
        await storage.liveness.beat();
        return 1;
      },
    },
    clock,
    logger,
  );
}
