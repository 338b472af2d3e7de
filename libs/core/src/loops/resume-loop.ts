import type { Dispatcher } from '../runtime/dispatcher.js';
import type { EngineServices } from '../runtime/services.js';
import { Loop } from './loop.js';

/** Finds instances that can go on: handed back, started without a lock, left by a dead worker, or to be cancelled (E20). */
export function resumeLoop(services: EngineServices, dispatcher: Dispatcher): Loop {
  const { settings, storage } = services;
  let more = false;
  const loop = new Loop(
    {
      name: 'romancy:resume',
      intervalMs: settings.resumeMs,
      maxIntervalMs: settings.resumeMs * 2,
      run: async () => {
        more = false;
        const limit = Math.min(dispatcher.freeSlots, settings.resumeBatch);
        if (limit <= 0) {
          more = true;
          return 0;
        }
        const scope = dispatcher.claimScope();
        const claimed = await storage.leases.claimRunnable(scope, limit);
        for (const instance of claimed) dispatcher.runClaimed(instance, scope.token);
        more = claimed.length >= limit;
        return claimed.length;
      },
    },
    services.clock,
    services.logger,
  );
  // Only a scan that could not take everything is repeated early: an idle process stays at its interval.
  dispatcher.onSlotFree = () => {
    if (!more) return;
    more = false;
    loop.wake();
  };
  return loop;
}
