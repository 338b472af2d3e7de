import type { Leadership } from '../runtime/leadership.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

/** Leads, or looks whether the leader is gone. */
export function leaderLoop({ settings, clock, logger }: EngineServices, leadership: Leadership): Loop {
  return new Loop(
    {
      name: 'romancy:leader',
      intervalMs: settings.leaderRenewMs,
      run: async () => ((await leadership.campaign()) ? 1 : 0),
    },
    clock,
    logger,
  );
}
