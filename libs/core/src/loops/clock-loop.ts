import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

const INTERVAL = 60_000;

/** Keeps the process clock corrected to the database's (E6a). */
export function clockLoop({ storage, clock, logger }: EngineServices): Loop {
  return new Loop(
    {
      name: 'romancy:clock',
      intervalMs: INTERVAL,
      run: async () => {
        await clock.synchronize(() => storage.databaseNow());
        return 1;
      },
    },
    clock,
    logger,
  );
}
